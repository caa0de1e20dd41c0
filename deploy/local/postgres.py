"""The embedded PostgreSQL for trying out and for tests: starts on request, stops with its owner.

A data folder has one owner at a time (a lock). The server is reached by a Unix socket only and asks
for a password. It stops when the context ends and on SIGTERM; a watcher stops it when its owner was
killed; and what is still left after that is stopped at the next start of the same data folder.
As root the databases lie in the data folder when the account of the server can reach it, else in a
folder under the system's temporary directory that `postgres.location` in the data folder names.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn
from urllib.parse import quote

from deploy.local.binaries import Account, EmbeddedPostgresError, programs_for, server_account
from deploy.local.postmaster import (
    SOCKET_PREFIX,
    Postmaster,
    Running,
    initialise,
    kill,
    start,
    start_after_kill,
    stop,
    stop_leftover,
)
from deploy.local.secrets import SUPERUSER, database_passwords, write_private
from deploy.postgres.provision import owner_role, provision
from shared.vocabulary import ServiceName

_TERMINATED: Final = 143
_LOCK_TRIES: Final = 4
_LOCK_PAUSE_SECONDS: Final = 0.05
_MARKER_FILE: Final = "postgres.location"
_PLACE_PREFIX: Final = "buurtteam-place-"
_LONGEST_SOCKET_PATH: Final = 100
_SOCKET_NAME: Final = ".s.PGSQL.5432"


class DataFolderInUseError(EmbeddedPostgresError):
    """Another process runs on this data folder."""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server: where it is, and how each role reaches it."""

    socket_dir: Path
    log_file: Path
    pid: int
    passwords: Mapping[str, str] = field(repr=False)

    @property
    def admin_dsn(self) -> str:
        """For psycopg, as the superuser: making databases, nothing else."""
        return self._address("postgresql", SUPERUSER, "postgres")

    def url(self, service: str, database: str | None = None) -> str:
        """What a service runs with. `database` names a copy that a test made."""
        return self._address("postgresql+psycopg", service, database or service)

    def owner_url(self, service: str, database: str | None = None) -> str:
        """What migrates a database."""
        return self._address("postgresql+psycopg", owner_role(service), database or service)

    def _address(self, scheme: str, role: str, database: str) -> str:
        # Pydantic wants a host before the path; the one in the query is what counts.
        socket = quote(str(self.socket_dir))
        return f"{scheme}://{role}:{self.passwords[role]}@localhost/{database}?host={socket}"


class Control:
    """A running server that can be killed, and started again in the same place.

    For trying out what happens then. Without `fsync` a server that is killed loses the last half
    second of what it had confirmed.
    """

    def __init__(self, master: Postmaster, passwords: Mapping[str, str]) -> None:
        self._master = master
        self._passwords = passwords
        self._lock = threading.Lock()
        self._running: Running | None = start(master)
        self._server = self._described(self._running)

    @property
    def server(self) -> EmbeddedServer:
        """The server as it runs now, or as it ran last: only its pid changes."""
        return self._server

    def kill(self) -> None:
        """End it as a crash would. Nothing happens when it does not run."""
        with self._lock:
            if self._running is not None:
                kill(self._running)
                self._running = None

    def start(self) -> None:
        """Start it again; it recovers by itself. Nothing happens when it runs."""
        with self._lock:
            if self._running is None:
                self._running = start_after_kill(self._master)
                self._server = self._described(self._running)

    def stop(self) -> None:
        """Stop it properly."""
        with self._lock:
            if self._running is not None:
                stop(self._running)
                self._running = None

    def _described(self, running: Running) -> EmbeddedServer:
        master = self._master
        return EmbeddedServer(master.socket_dir, master.log_file, running.pid, self._passwords)


@contextmanager
def embedded(data_dir: Path, *, fsync: bool = True) -> Iterator[EmbeddedServer]:
    """Run a server on this data folder, with the roles and databases of the four services."""
    with controlled(data_dir, fsync=fsync) as control:
        provision(control.server.admin_dsn, control.server.passwords)
        yield control.server


@contextmanager
def bare_server(data_dir: Path, *, fsync: bool = True) -> Iterator[EmbeddedServer]:
    """Run a server on this data folder; a new one has nothing but the superuser."""
    with controlled(data_dir, fsync=fsync) as control:
        yield control.server


@contextmanager
def controlled(data_dir: Path, *, fsync: bool = True) -> Iterator[Control]:
    """As `bare_server`, with the means to kill it and to start it again."""
    refuse_production(os.environ)
    data_dir = data_dir.resolve()
    account = server_account()
    make_data_folder(data_dir, account)
    with _terminating_unwinds(), only_owner(data_dir):
        place = _place(data_dir, account)
        stop_leftover(place / "data", account)
        passwords = database_passwords(data_dir)
        with _socket_folder(account) as socket_dir:
            master = Postmaster(programs_for(account), account, place, socket_dir, fsync=fsync)
            initialise(master, passwords[SUPERUSER])
            control = Control(master, passwords)
            try:
                yield control
            finally:
                control.stop()


def refuse_production(environment: Mapping[str, str]) -> None:
    """The passwords, keys and data of a local instance are for trying out."""
    for name in ("ENVIRONMENT", *(f"{service.upper()}_ENVIRONMENT" for service in ServiceName)):
        if environment.get(name, "").strip().lower() == "production":
            raise EmbeddedPostgresError(
                f"{name} is `production`: the embedded PostgreSQL is for trying out only."
            )


def make_data_folder(data_dir: Path, account: Account) -> None:
    """Make it closed to others. As root the account of the server may pass through, not read."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        data_dir.mkdir(mode=0o711 if account.changes else 0o700)


@contextmanager
def temporary_data_folder() -> Iterator[Path]:
    """A data folder that is gone afterwards, for a demonstration or a test."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix="buurtteam-data-", dir=account.temporary_root()))
    if account.changes:
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        remove_data_folder(folder)


def remove_data_folder(data_dir: Path) -> None:
    """Remove a data folder on which nothing runs, and its databases where they lie elsewhere."""
    marker = data_dir / _MARKER_FILE
    if marker.exists():
        shutil.rmtree(marker.read_text(encoding="utf-8"), ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)


@contextmanager
def only_owner(data_dir: Path) -> Iterator[None]:
    """Hold the lock of a data folder. The system lets go of it when the process ends, however."""
    descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(descriptor):
            raise DataFolderInUseError(
                f"Something already runs on {data_dir}; stop it first, or use another folder."
            )
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    for _ in range(_LOCK_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        # Who only looks whether something runs here holds the lock for a moment.
        time.sleep(_LOCK_PAUSE_SECONDS)
    return False


def _place(data_dir: Path, account: Account) -> Path:
    """The folder that holds the databases: ours, with one inside that is the server's."""
    marker = data_dir / _MARKER_FILE
    here = data_dir / "postgres"
    if marker.exists() and Path(marker.read_text(encoding="utf-8")).is_dir():
        place = Path(marker.read_text(encoding="utf-8"))
    elif here.is_dir() or account.can_enter(data_dir):
        place = here
        make_data_folder(place, account)
    else:
        _remove_orphans(account)
        place = Path(tempfile.mkdtemp(prefix=_PLACE_PREFIX, dir=account.temporary_root()))
        place.chmod(0o711)
        write_private(marker, str(place))
        write_private(place / _MARKER_FILE, str(marker))
    data = place / "data"
    ours = not place.is_symlink() and place.stat().st_uid == os.geteuid()
    if not ours or (data.exists() and data.stat().st_uid != account.uid):
        raise EmbeddedPostgresError(f"{place} belongs to another user; use another data folder.")
    return place


def _remove_orphans(account: Account) -> None:
    """Remove the databases, kept elsewhere, of data folders that are gone."""
    for place in account.temporary_root().glob(f"{_PLACE_PREFIX}*"):
        back = place / _MARKER_FILE
        if place.stat().st_uid != os.geteuid() or not back.is_file():
            continue
        marker = Path(back.read_text(encoding="utf-8"))
        if not marker.exists() or marker.read_text(encoding="utf-8") != str(place):
            stop_leftover(place / "data", account)
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _socket_folder(account: Account) -> Iterator[Path]:
    """A short path: the system allows about a hundred characters for a socket."""
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=account.temporary_root()))
    if len(str(folder / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir="/tmp"))
    account.give(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _terminating_unwinds() -> Iterator[None]:
    """Without this SIGTERM ends the process at once and leaves the server to the watcher."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(_TERMINATED)
