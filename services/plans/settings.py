"""Environment of the plans service (prefix PLANS_)."""

from pydantic import Field, HttpUrl
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What plans needs beside what every service needs: where its events go."""

    model_config = SettingsConfigDict(env_prefix="PLANS_")

    intake_url: HttpUrl = Field(description="Where intake listens; receives events only.")
    grant_warning_days: int = Field(
        56,
        ge=0,
        le=366,
        description=(
            "Days before help ends by its grant, decision or contract, or a grant is looked at "
            "again, that work is laid out; and within which it shows as a gap on the plan."
        ),
    )
    referrals_url: HttpUrl = Field(description="Where referrals listens; receives events only.")
