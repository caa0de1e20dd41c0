"""Environment of the referrals service (prefix REFERRALS_)."""

from pydantic import Field, HttpUrl
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What referrals needs beside what every service needs: whom it calls, and whom it tells."""

    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    plans_url: HttpUrl = Field(description="Where the plans service listens, without a path.")
    providers_url: HttpUrl = Field(description="Where the providers service listens.")
    intake_url: HttpUrl = Field(description="Where the intake service hears of its requests.")
    transfer_reminder_days: int = Field(
        default=28,
        ge=0,
        le=366,
        description="How many days before a phase of a transfer ends the coordinator hears so.",
    )
