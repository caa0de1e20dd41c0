"""How much CPU and memory our processes take, and how much of the machine others take."""

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import psutil

from shared.vocabulary import ServiceName

POSTGRES: Final = "postgres"
FLOOR: Final = "floor"
US: Final = "this process, with the issuer of tokens"

_AT_REST: Final = 0.05
_LOOK_SECONDS: Final = 0.15
_IDLE: Final = frozenset({"idle", "iowait", "guest", "guest_nice"})
_MEGABYTE: Final = 1_048_576
_WORKING: Final = (*(service.value for service in ServiceName), POSTGRES)

# As clock_getcpuclockid(3) makes it: nanoseconds, where the tables of the system count by 10 ms.
_CPU_CLOCK: Final = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds since each process began, by its name, and of the whole machine."""

    at: float
    cpu: Mapping[str, float]
    busy: float
    cores: int


@dataclass(frozen=True, slots=True)
class Used:
    """What lies between two readings. `room` is all that the cores could have done, in seconds."""

    seconds: float
    cpu: Mapping[str, float]
    busy: float
    room: float

    def of(self, *names: str) -> float:
        """CPU seconds of these processes; one that is not there used nothing."""
        return sum(self.cpu.get(name, 0.0) for name in names)

    @property
    def working(self) -> float:
        """CPU seconds of the services and PostgreSQL."""
        return self.of(*_WORKING)

    @property
    def others(self) -> float:
        """The share of the machine that went to what is not ours, from 0 to 1."""
        strangers = self.busy - sum(self.cpu.values())
        return max(0.0, strangers / self.room)


class Meter:
    """Reads processes by their ids, each with its children, and this one without them."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._us = psutil.Process()

    def read(self) -> Reading:
        """Everything, now."""
        cpu = {name: _cpu_of_tree(process) for name, process in self._processes.items()}
        cpu[US] = _cpu_of(self._us)
        times = psutil.cpu_times()._asdict()
        busy = sum(seconds for name, seconds in times.items() if name not in _IDLE)
        return Reading(perf_counter(), cpu, busy, psutil.cpu_count() or 1)

    def memory(self) -> dict[str, float]:
        """Megabytes per process; what a tree shares counts once where the system tells it."""
        found = {
            name: sum(map(_resident, _tree(process))) for name, process in self._processes.items()
        }
        found[US] = _resident(self._us)
        return {name: size / _MEGABYTE for name, size in found.items()}

    async def rest(self, seconds: float) -> bool:
        """Wait until services and PostgreSQL do nothing any more; False when they go on."""
        until, before = perf_counter() + seconds, self.read()
        while perf_counter() < until:
            await asyncio.sleep(_LOOK_SECONDS)
            after = self.read()
            used = used_between(before, after)
            if used.working < _AT_REST * used.seconds:
                return True
            before = after
        return False


def used_between(before: Reading, after: Reading) -> Used:
    """The difference of two readings."""
    cpu = {name: seconds - before.cpu.get(name, 0.0) for name, seconds in after.cpu.items()}
    seconds = after.at - before.at
    return Used(seconds, cpu, after.busy - before.busy, seconds * after.cores)


def _tree(process: Any) -> Iterator[Any]:
    yield process
    yield from process.children(recursive=True)


def _cpu_of_tree(process: Any) -> float:
    """Its own, that of its living children, and that of those it has seen end."""
    ended = process.cpu_times()
    total: float = ended.children_user + ended.children_system
    for each in _tree(process):
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            total += _cpu_of(each)
    return total


def _cpu_of(process: Any) -> float:
    if sys.platform == "linux":
        with suppress(OSError):
            return time.clock_gettime((~process.pid << 3) | _CPU_CLOCK)
    found = process.cpu_times()
    seconds: float = found.user + found.system
    return seconds


def _resident(process: Any) -> int:
    with suppress(psutil.NoSuchProcess):
        try:
            found = process.memory_full_info()
        except psutil.AccessDenied:
            found = process.memory_info()
        size: int = getattr(found, "pss", found.rss)
        return size
    return 0
