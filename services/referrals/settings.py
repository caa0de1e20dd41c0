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
