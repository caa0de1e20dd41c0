"""Environment of the providers service (prefix PROVIDERS_)."""

from pydantic import Field, HttpUrl
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What providers needs beside what all services need: where its events go. It calls nobody."""

    model_config = SettingsConfigDict(env_prefix="PROVIDERS_")

    referrals_url: HttpUrl = Field(description="Where referrals listens; receives events only.")
    # A stored answer is given again for two days: the place it speaks of is still held then.
    reservation_days: int = Field(
        28, ge=3, le=366, description="Days a place is held for help that has not begun."
    )
