"""Environment of the intake service (prefix INTAKE_)."""

from pydantic import Field, HttpUrl
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What intake needs beside what every service needs: the two services it calls."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    plans_url: HttpUrl = Field(description="Where the plans service listens, without a path.")
    referrals_url: HttpUrl = Field(description="Where the referrals service listens.")
    redirect_follow_up_working_days: int = Field(
        2,
        ge=0,
        le=30,
        description="A redirect that nobody took up after so many working days is overdue; one in"
        " crisis is overdue the day after. No document names a term (OPN-36).",
    )
    crisis_advice: str = Field(
        "Is er direct gevaar? Bel 112. Veilig Thuis is dag en nacht bereikbaar: 0800 2000.",
        min_length=1,
        max_length=500,
        description="What always works, told with every answer about who is reachable.",
    )
