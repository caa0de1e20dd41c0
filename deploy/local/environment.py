"""The environment of one service process: its own settings, and nothing of anybody else."""

import json
import os
from collections.abc import Iterator
from typing import Final

from pydantic import SecretStr

from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

# What Python and the system's libraries need to work as they do here.
_KEPT_VARIABLES: Final = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
)


def environment_of(service: ServiceName, settings: ServiceSettings) -> dict[str, str]:
    """The variables by which `deploy.service` gets exactly these settings, the owner's URL never.

    Variables of ours that a process does not need stay behind: they may hold secrets.
    """
    prefix = f"{service}_".upper()
    return kept() | {f"{prefix}{name.upper()}": text for name, text in _texts(settings)}


def kept() -> dict[str, str]:
    """What every process gets of our own environment."""
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}


def _texts(settings: ServiceSettings) -> Iterator[tuple[str, str]]:
    values = settings.model_dump(mode="json", exclude={"database_owner_url"}, exclude_none=True)
    for name, value in values.items():
        held = getattr(settings, name)
        if isinstance(held, SecretStr):
            yield name, held.get_secret_value()
        else:
            yield name, value if isinstance(value, str) else json.dumps(value)
