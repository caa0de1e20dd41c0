"""What a local instance runs: the four services, their settings, their migrations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp

import shared
from deploy.local.secrets import Secrets
from deploy.service import setting_faults
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

DEFAULT_STELSEL: Final = "amsterdam-2021"

Value: TypeAlias = str | Path | None


@dataclass(frozen=True, slots=True)
class Product:
    """How the parts are made and put together. A test can run an instance of something smaller."""

    migrate: Callable[[str, str], None]
    create_app: Callable[[ServiceName, ServiceSettings], FastAPI]
    combine: Callable[[Mapping[str, FastAPI]], ASGIApp]
    serve_config: Callable[[ASGIApp, str, int], uvicorn.Config]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all four settings have in common."""

    base_url: str
    issuer_url: str
    stelsel: str
    secrets: Secrets
    clock_file: Path | None
    apart: Mapping[str, str] = field(default_factory=dict)
    """Where each service listens, when they do not all listen at the base URL."""


@cache
def buurtteam() -> Product:
    """The real thing. Imported when it is asked for: printing a token needs none of it."""
    return Product(
        migrate=import_module("shared.db.migrate").upgrade,
        create_app=_create_app,
        combine=import_module("shared.web.combined").combine,
        serve_config=import_module("shared.web.server").serve_config,
    )


def settings_class(service: str) -> type[ServiceSettings]:
    """The settings of a service, by name."""
    found: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return found


def settings_for(service: ServiceName, database_url: str, around: Surroundings) -> ServiceSettings:
    """Settings with explicit values; what is not given here comes from the environment."""
    kind = settings_class(service)
    peers = [peer for peer in ServiceName if f"{peer}_url" in kind.model_fields]
    values: dict[str, Value] = {
        "environment": "development",
        "database_url": database_url,
        "key_ring_file": around.secrets.key_rings[service],
        "issuer": around.issuer_url,
        "jwks_url": f"{around.issuer_url}/.well-known/jwks.json",
        "token_url": f"{around.issuer_url}/token",
        "client_id": service.value,
        "client_secret": around.secrets.client_secrets[service],
        "stelsel": around.stelsel,
        "public_url": around.base_url,
        "clock_offset_file": around.clock_file,
        **{f"{peer}_url": around.apart.get(peer, around.base_url) for peer in peers},
    }
    return kind.model_validate(values)


def configuration_faults(stelsel: str) -> list[str]:
    """One sentence per setting in the environment that would stop a service, and per wrong name."""
    faults = [] if stelsel in known_stelsels() else [_unknown(stelsel)]
    pretended = Secrets(
        client_secrets=dict.fromkeys(ServiceName, "x" * 43),
        key_rings=dict.fromkeys(ServiceName, Path("key-ring.json")),
        issuer_key=Path("key.pem"),
    )
    somewhere = "http://127.0.0.1:8000"
    around = Surroundings(somewhere, somewhere, DEFAULT_STELSEL, pretended, None)
    for service in ServiceName:
        try:
            settings_for(service, "postgresql+psycopg://role@localhost/name", around)
        except ValidationError as invalid:
            faults += setting_faults(service, invalid)
    return faults


def known_stelsels() -> list[str]:
    """The arrangements that come with the product."""
    packs = Path(shared.__path__[0]) / "stelsel" / "packs"
    return sorted(pack.stem for pack in packs.glob("*.yaml"))


def _unknown(stelsel: str) -> str:
    return f"There is no stelsel {stelsel!r}; choose from: {', '.join(known_stelsels())}."


def _create_app(service: ServiceName, settings: ServiceSettings) -> FastAPI:
    app: FastAPI = import_module(f"services.{service}.main").create_app(settings)
    return app
