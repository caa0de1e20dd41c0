"""Where a running instance says that it runs, and what one needs to reach it."""

import fcntl
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.local.issuer import USER_LIFE, User, mint_user_token, read_signer
from deploy.local.sample import CALLERS
from deploy.local.secrets import write_private
from shared.vocabulary import Role

DEFAULT_FOLDER: Final = Path("var/up")
_FILE: Final = "running.json"

Data = Annotated[Path, typer.Option("--data", help="The folder in which an instance keeps all.")]


class NotRunningError(Exception):
    """There is no instance on this data folder."""


@dataclass(frozen=True, slots=True)
class State:
    """A running instance as others on this machine find it."""

    pid: int
    base_url: str
    issuer_url: str
    stelsel: str
    socket_dir: str
    apart: Mapping[str, str] = field(default_factory=dict)
    """Where each service listens, when they do not all listen at the base URL."""


def write_state(data_dir: Path, state: State) -> None:
    write_private(data_dir / _FILE, json.dumps(asdict(state), indent=2) + "\n")


def remove_state(data_dir: Path) -> None:
    (data_dir / _FILE).unlink(missing_ok=True)


def read_state(data_dir: Path) -> State:
    """The instance that runs on this folder; a file left by a killed one does not count."""
    file = data_dir / _FILE
    if not is_owned(data_dir) or not file.exists():
        raise NotRunningError(
            f"Nothing runs on {data_dir}. Start it with `buurtteam up`, or name its folder: --data."
        )
    return State(**json.loads(file.read_text(encoding="utf-8")))


def is_owned(data_dir: Path) -> bool:
    """Does a living process hold the lock of this folder?"""
    try:
        lock = (data_dir / "lock").open("rb")
    except FileNotFoundError:
        return False
    with closing(lock):
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def user_for(role: str, **claims: str | None) -> User:
    """Somebody with this role: from the sample, with the claims that are given instead."""
    caller = CALLERS[Role(role)]
    given = {name: value for name, value in claims.items() if value is not None}
    chosen = replace(caller, **given)
    return User(roles=(role,), **asdict(chosen))


def token_of_running(data_dir: Path, user: User) -> str:
    """A token that the services of the running instance accept."""
    state = read_state(data_dir)
    signer = read_signer(data_dir / "issuer-key.pem", state.issuer_url)
    return mint_user_token(signer, user, USER_LIFE)
