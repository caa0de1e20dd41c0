"""The services that exist, built without a database or a peer, for what is generated from them."""

import base64
import json
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
REMAKE: Final = "make docs"
_KEY: Final = base64.b64encode(bytes(32)).decode()


def services() -> list[ServiceName]:
    """The services that can be built, in the order of the vocabulary."""
    return [name for name in ServiceName if (ROOT / "services" / name / "main.py").exists()]


def settings_class(service: str) -> type[ServiceSettings]:
    """The settings of one service."""
    found: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return found


def _dummies(service: str, ring: Path) -> ServiceSettings:
    """Settings that open nothing: addresses that do not exist, a key of zeros."""
    kind = settings_class(service)
    peers = {name for name in kind.model_fields if name not in ServiceSettings.model_fields}
    return kind.model_validate(
        {
            "environment": "test",
            "database_url": "postgresql+psycopg://nobody@localhost/nothing",
            "key_ring_file": ring,
            "issuer": "http://issuer.invalid",
            "jwks_url": "http://issuer.invalid/jwks",
            "token_url": "http://issuer.invalid/token",
            "client_id": service,
            "client_secret": "0" * 32,
            "worker": False,
            **dict.fromkeys(
                (name for name in peers if name.endswith("_url")), "http://peer.invalid"
            ),
        }
    )


@cache
def build(service: str) -> FastAPI:
    """The application of one service; its lifespan is never entered."""
    with tempfile.TemporaryDirectory() as folder:
        ring = Path(folder) / "ring.json"
        ring.write_text(json.dumps({"current": "k", "keys": {"k": _KEY}, "index_key": _KEY}))
        make = import_module(f"services.{service}.main").create_app
        app: FastAPI = make(_dummies(service, ring), httpx.AsyncClient())
    return app
