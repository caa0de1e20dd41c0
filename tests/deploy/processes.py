"""Finds what an instance runs, by the data folder in its command, environment or place."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_PATIENCE_SECONDS: Final = 15.0
_FIRST, _LAST = 20_000, 30_000


def processes_of(data_dir: Path) -> dict[int, str]:
    """The command of every living process of this folder, by its id; never our own."""
    found = {}
    for listed in Path("/proc").glob("[0-9]*"):
        pid = int(listed.name)
        with suppress(OSError):
            command = (listed / "cmdline").read_bytes()
            told = command + (listed / "environ").read_bytes()
            there = (
                str(data_dir).encode() in told or data_dir in (listed / "cwd").readlink().parents
            )
            if there and pid != os.getpid() and is_alive(pid):
                found[pid] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


def is_alive(pid: int) -> bool:
    """Does it run? One that ended and was not yet asked for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def becomes(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> bool:
    """Does it come true within the time?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def free_ports(count: int) -> int:
    """The first of so many free ports in a row, where the system gives none away by itself."""
    for first in range(_FIRST + os.getpid() % 5_000, _LAST, count):
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise AssertionError("no free ports in a row")


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
