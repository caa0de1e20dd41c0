"""Environment of the intake service (prefix INTAKE_)."""

from pydantic import Field, HttpUrl
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What intake needs beside what every service needs: the two services it calls."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    plans_url: HttpUrl = Field(description="Where the plans service listens, without a path.")
    referrals_url: HttpUrl = Field(description="Where the referrals service listens.")
