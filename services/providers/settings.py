"""Environment of the providers service (prefix PROVIDERS_)."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What providers needs: nothing beside what every service needs. It calls nobody."""

    model_config = SettingsConfigDict(env_prefix="PROVIDERS_")
