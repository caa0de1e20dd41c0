"""One PostgreSQL server process: initialise its folder, start it, watch it, stop it."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from deploy.local.binaries import Account, EmbeddedPostgresError
from deploy.local.secrets import SUPERUSER, open_private, write_private

SOCKET_PREFIX: Final = "bt-"
_MAX_CONNECTIONS: Final = 100
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30
_POLL_SECONDS: Final = 0.01
_RETRY_SECONDS: Final = 0.1
_KEPT_VARIABLES: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

# What the lines of postmaster.pid mean.
_PID, _FOLDER, _SOCKET, _STATUS = 0, 1, 4, 7

# Waits until its owner is gone (the pipe closes), then stops the server that is running by then.
_WATCH: Final = 'read -r _; "$0" stop --pgdata="$1" --mode=fast --silent; rmdir "$2"'


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What it takes to run a server."""

    programs: Path
    account: Account
    place: Path
    socket_dir: Path
    fsync: bool

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log_file(self) -> Path:
        return self.place / "postgres.log"

    @property
    def rules_file(self) -> Path:
        return self.place / "pg_hba.conf"


@dataclass(frozen=True, slots=True)
class Running:
    """A started server, and the watcher that outlives us."""

    server: subprocess.Popen[bytes]
    watcher: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.server.pid


def initialise(master: Postmaster, password: str) -> None:
    """Make the data of a new server; a half-made folder of a killed start is made again."""
    if not (master.data / "PG_VERSION").exists():
        draft = master.place / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        master.account.give(draft)
        password_file = master.place / "password"
        write_private(password_file, password)
        master.account.give(password_file)
        try:
            _initdb(master, draft, password_file)
        finally:
            password_file.unlink()
        draft.rename(master.data)
    write_private(master.rules_file, "local all all scram-sha-256\n")
    master.account.give(master.rules_file)


def start(master: Postmaster) -> Running:
    """Start the server and wait until it takes connections."""
    with open_private(master.log_file) as log:
        server = subprocess.Popen(  # noqa: S603 - a program of ours, no shell
            [str(master.programs / "postgres"), "-D", str(master.data), *_options(master)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd="/",
            # A Ctrl-C in the terminal is for us; we stop the server when we are done with it.
            start_new_session=True,
            **master.account.process(),
        )
    running = Running(server, _watch(master))
    try:
        _wait_until_ready(master, server)
    except BaseException:
        stop(running)
        raise
    return running


def stop(running: Running) -> None:
    """Stop the server, then the watcher."""
    for ending, patience in (
        (signal.SIGINT, _STOP_SECONDS),
        (signal.SIGQUIT, _STOP_SECONDS),
        (signal.SIGKILL, None),
    ):
        if running.server.poll() is None:
            running.server.send_signal(ending)
        with suppress(subprocess.TimeoutExpired):
            running.server.wait(patience)
            break
    _end_watcher(running.watcher)


def kill(running: Running) -> None:
    """End the server as a crash would: it writes nothing any more. What it left stays there."""
    _end_watcher(running.watcher)
    running.server.kill()
    running.server.wait()


def start_after_kill(master: Postmaster) -> Running:
    """Start again on what a killed server left; it recovers what was committed.

    Its connections end by themselves a moment after it. Until the last one has ended PostgreSQL
    refuses to start, by the shared memory they hold.
    """
    # The number they hold may by now be that of a stranger, at which PostgreSQL would refuse.
    for left in (master.data / "postmaster.pid", *master.socket_dir.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            return start(master)
        except EmbeddedPostgresError as refused:
            if "shared memory" not in str(refused) or time.monotonic() > until:
                raise
            time.sleep(_RETRY_SECONDS)


def stop_leftover(data: Path, account: Account) -> None:
    """Stop the server that a killed owner left on this folder. The lock of the folder is ours."""
    pid_file = data / "postmaster.pid"
    with suppress(FileNotFoundError):
        lines = pid_file.read_text(encoding="utf-8").splitlines()
        pid = int(lines[_PID])
        if lines[_FOLDER] == str(data) and _serves(pid, data):
            _end(pid, data)
        # The number may by now be that of a stranger, at which PostgreSQL would refuse to start.
        pid_file.unlink(missing_ok=True)
        socket_dir = Path(lines[_SOCKET])
        if socket_dir.name.startswith(SOCKET_PREFIX) and socket_dir.stat().st_uid == account.uid:
            shutil.rmtree(socket_dir, ignore_errors=True)


def _initdb(master: Postmaster, folder: Path, password_file: Path) -> None:
    command = [
        str(master.programs / "initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *([] if master.fsync else ["--no-sync"]),
    ]
    try:
        subprocess.run(  # noqa: S603 - a program of ours, no shell
            command,
            check=True,
            capture_output=True,
            env=_environment(),
            cwd="/",
            **master.account.process(),
        )
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"PostgreSQL could not make its folder: {said}") from None
    except (OSError, subprocess.SubprocessError) as failed:
        raise EmbeddedPostgresError(f"PostgreSQL could not be run: {failed}") from None


def _options(master: Postmaster) -> list[str]:
    settings = {
        "hba_file": str(master.rules_file),
        "listen_addresses": "",
        "unix_socket_directories": f'"{master.socket_dir}"',
        "unix_socket_permissions": "0700",
        "max_connections": str(_MAX_CONNECTIONS),
        "timezone": "UTC",
        "log_timezone": "UTC",
        # What people told us must not end up in the log.
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    if not master.fsync:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _environment() -> dict[str, str]:
    """Not ours: it may hold secrets, and PG… variables that change what the programs do."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _watch(master: Postmaster) -> subprocess.Popen[bytes]:
    values = (master.programs / "pg_ctl", master.data, master.socket_dir)
    command = ["/bin/sh", "-c", _WATCH, *map(str, values)]
    return subprocess.Popen(  # noqa: S603 - a fixed script, its values are arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        start_new_session=True,
        **master.account.process(),
    )


def _wait_until_ready(master: Postmaster, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with suppress(FileNotFoundError):
            lines = (master.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            ours = len(lines) > _STATUS and lines[_PID] == str(server.pid)
            if ours and lines[_STATUS].strip() == "ready":
                return
        time.sleep(_POLL_SECONDS)
    said = master.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
    raise EmbeddedPostgresError("PostgreSQL did not start: " + " / ".join(said))


def _serves(pid: int, data: Path) -> bool:
    """Is this process the server of this folder, and not one that got its number later?"""
    return ("-D", str(data)) in pairwise(_arguments(pid))


def _arguments(pid: int) -> list[str]:
    listed = Path("/proc") / str(pid) / "cmdline"
    if Path("/proc/self").exists():
        with suppress(FileNotFoundError, ProcessLookupError):
            return listed.read_text(encoding="utf-8", errors="replace").split("\0")
        return []
    shown = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-o", "args=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return shown.stdout.split()


def _end_watcher(watcher: subprocess.Popen[bytes]) -> None:
    """First the watcher itself, then its pipe: it must not act on the pipe closing."""
    watcher.kill()
    watcher.wait()
    if watcher.stdin is not None:
        watcher.stdin.close()


def _end(pid: int, data: Path) -> None:
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, ending)
        until = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < until:
            if not _serves(pid, data):
                return
            time.sleep(_POLL_SECONDS)
    raise EmbeddedPostgresError(f"The server left running on {data} does not stop.")
