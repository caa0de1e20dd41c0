"""Generates the secrets of a local instance once and keeps them, readable by their owner only."""

import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.postgres.provision import owner_role
from shared.vocabulary import ServiceName

SUPERUSER: Final = "postgres"
_TOKEN_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a local instance keeps secret, read from (or first written to) its data folder."""

    client_secrets: Mapping[str, str]
    key_rings: Mapping[str, Path]
    issuer_key: Path


def database_passwords(data_dir: Path) -> dict[str, str]:
    """A password per database role: the superuser, and two roles per service."""
    roles = [SUPERUSER, *ServiceName, *(owner_role(service) for service in ServiceName)]
    return _kept_tokens(data_dir / "database-passwords.json", roles)


def instance_secrets(data_dir: Path) -> Secrets:
    """Client secrets, key rings and the issuer's signing key."""
    rings = {service.value: data_dir / f"key-ring-{service}.json" for service in ServiceName}
    for ring in rings.values():
        _kept(ring, _new_key_ring)
    issuer_key = data_dir / "issuer-key.pem"
    _kept(issuer_key, _new_signing_key)
    return Secrets(
        client_secrets=_kept_tokens(data_dir / "client-secrets.json", list(ServiceName)),
        key_rings=rings,
        issuer_key=issuer_key,
    )


def write_private(file: Path, text: str) -> None:
    """Write a file in one step, so that a reader never sees half of it."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with open_private(draft) as opened:
        opened.write(text.encode())
    draft.replace(file)


def open_private(file: Path) -> BinaryIO:
    """Open a file for adding to it; a new one is readable by its owner only."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY), "ab")


def _kept(file: Path, make: Callable[[], str]) -> str:
    if not file.exists():
        write_private(file, make())
    return file.read_text(encoding="utf-8")


def _kept_tokens(file: Path, names: list[str]) -> dict[str, str]:
    def make() -> str:
        return json.dumps({str(name): secrets.token_urlsafe(_TOKEN_BYTES) for name in names})

    kept: dict[str, str] = json.loads(_kept(file, make))
    return kept


def _new_key_ring() -> str:
    keys = {"k1": _new_key()}
    return json.dumps({"current": "k1", "keys": keys, "index_key": _new_key()})


def _new_key() -> str:
    return b64encode(secrets.token_bytes(_TOKEN_BYTES)).decode()


def _new_signing_key() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
