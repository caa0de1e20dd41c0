"""Writes the secret files that `docker-compose.yml` names, once; it never replaces one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.local.secrets import SUPERUSER, database_passwords, instance_secrets
from deploy.postgres.provision import owner_role
from shared.vocabulary import ServiceName

_DATABASE_HOST: Final = "postgres"

# Compose mounts such a file as it is, for a user in the container who is not its owner. The folder
# is what keeps it closed on this machine.
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o644


def write_secrets(folder: Path) -> list[Path]:
    """Make what is missing and return it."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    source = folder / "source"
    source.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    written = []
    for name, text in _files(source):
        file = folder / name
        if not file.exists():
            file.touch(mode=_FILE_MODE)
            file.write_text(text, encoding="utf-8")
            file.chmod(_FILE_MODE)
            written.append(file)
    return written


def _files(source: Path) -> Iterator[tuple[str, str]]:
    passwords, secrets = database_passwords(source), instance_secrets(source)
    yield "postgres_password", passwords[SUPERUSER]
    for service in ServiceName:
        owner = owner_role(service)
        yield f"{service}_database_password", passwords[service]
        yield f"{service}_owner_password", passwords[owner]
        yield f"{service}_database_url", _url(service, passwords[service], service)
        yield f"{service}_database_owner_url", _url(owner, passwords[owner], service)
        yield f"{service}_client_secret", secrets.client_secrets[service]
        yield f"{service}_key_ring", secrets.key_rings[service].read_text(encoding="utf-8")


def _url(role: str, password: str, database: str) -> str:
    return f"postgresql+psycopg://{role}:{password}@{_DATABASE_HOST}/{database}"
