"""Settings every service has. A service adds its peers and its prefix in its settings module."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, PostgresDsn, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Secret = Annotated[SecretStr, Field(min_length=32)]


class ServiceSettings(BaseSettings):
    """What a service reads from its environment, by its own prefix (`PLANS_…`).

    A missing or mistyped value stops the start; all faults are reported at once.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    environment: Literal["development", "test", "production"] = Field(
        "production",
        description="What kind of installation this is; trying out refuses production.",
    )
    database_url: PostgresDsn = Field(
        repr=False,
        description="What runs: the role of this service, which owns nothing and makes no tables.",
    )
    database_owner_url: PostgresDsn | None = Field(
        None,
        repr=False,
        description="Migrations only: the owner of the tables. Not given to what runs.",
    )
    database_pool_size: int = Field(5, ge=1, le=50, description="Connections kept for writing.")
    key_ring_file: Path = Field(
        description="JSON file with the keys for what is stored sealed (BSN, what was told)."
    )
    issuer: HttpUrl = Field(description="Who issues tokens; equals the `iss` claim.")
    jwks_url: HttpUrl = Field(description="Where the issuer publishes its public keys.")
    token_url: HttpUrl = Field(description="Where this service gets its own token (RFC 6749 4.4).")
    client_id: str = Field(min_length=1, description="The name of this service at the issuer.")
    client_secret: Secret = Field(description="The secret of this service at the issuer.")
    stelsel: str = Field("amsterdam-2021", description="The arrangement this deployment runs.")
    public_url: HttpUrl = Field(
        HttpUrl("http://127.0.0.1:8000"),
        description="Where users reach the product; links in answers and events start here.",
    )
    clock_offset_file: Path | None = Field(
        None, description="Trying out only: a file with seconds to add to the clock."
    )
    worker: bool = Field(default=True, description="Run the worker inside this process.")
    worker_concurrency: int = Field(4, ge=1, le=50, description="Jobs at once per process.")
    finished_jobs_days: int = Field(
        7, ge=1, le=366, description="Days until jobs that ended are deleted; never dead letters."
    )
    body_limit_bytes: int = Field(
        262_144, ge=1_024, le=10_485_760, description="Largest request body, in bytes."
    )
    requests_per_minute: int = Field(
        6_000, ge=1, description="Requests one caller may make per minute to one process."
    )
    max_concurrent_requests: int = Field(
        64, ge=1, le=10_000, description="Requests under way in one process; beyond it some wait."
    )
    max_queued_requests: int = Field(
        16,
        ge=0,
        le=10_000,
        description="Requests that may wait a quarter of a second; beyond it 503 at once.",
    )
    circle_max_lag_seconds: int = Field(
        900, ge=1, description="Older knowledge of who is in a circle shows nothing (503), seconds."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged; never a body, a name or a number of a person."
    )

    @model_validator(mode="after")
    def _no_trying_out_in_production(self) -> Self:
        if self.environment == "production" and self.clock_offset_file is not None:
            raise ValueError(
                "clock_offset_file is for trying out; remove it or set another environment"
            )
        return self
