"""Killing a process around one step: while its request is under way, or right after its answer."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Final

from deploy.local.fleet import Fleet
from deploy.local.process import NotUpError
from tests.faults.client import Reply
from tests.faults.databases import SERVICES
from tests.faults.story import STEPS

POSTGRES: Final = "postgres"
PROCESSES: Final = (*SERVICES, POSTGRES)
READY_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.02


class Moment(StrEnum):
    """When a process is killed."""

    UNDER_WAY = "under way"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Blow:
    """Which process is killed, and when."""

    process: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill that happened. `hit`: no answer had come yet."""

    step: str
    blow: Blow
    hit: bool
    before: int
    after: int


class Pace:
    """Takes the shortest time of every step, so that a kill can be aimed into it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    async def around(self, step: str, sending: Awaitable[Reply]) -> Reply:
        """The step, timed."""
        began = monotonic()
        reply = await sending
        took = monotonic() - began
        self.seconds[step] = min(took, self.seconds.get(step, took))
        return reply


@dataclass
class Killer:
    """Strikes at every step that has a blow."""

    fleet: Fleet
    blows: Mapping[str, Blow]
    pace: Mapping[str, float]
    chance: random.Random
    kills: list[Kill] = field(default_factory=list)

    async def around(self, step: str, sending: Awaitable[Reply]) -> Reply:
        """The step, and the kill that belongs to it."""
        blow = self.blows.get(step)
        if blow is None:
            return await sending
        await ready(self.fleet, blow.process)
        task = asyncio.ensure_future(sending)
        if blow.moment is Moment.ANSWERED:
            await task
        else:
            await asyncio.sleep(self.pace[step] * self.chance.uniform(0.05, 0.8))
        hit, before = not task.done(), pid(self.fleet, blow.process)
        await kill(self.fleet, blow.process, self.chance)
        self.kills.append(Kill(step, blow, hit, before, await new_pid(self.fleet, blow.process)))
        return await task


async def kill(fleet: Fleet, process: str, chance: random.Random) -> None:
    """SIGKILL. The fleet starts a service again; PostgreSQL is down a moment, then started."""
    if process != POSTGRES:
        fleet.kill(process)
        return
    await asyncio.to_thread(fleet.kill_database)
    await asyncio.sleep(chance.uniform(0, 0.5))
    await fleet.start_database()


async def ready(fleet: Fleet, process: str) -> None:
    """Wait until a process that was killed before does its work again."""
    if process != POSTGRES:
        await fleet.ready(process, READY_SECONDS)


async def all_ready(fleet: Fleet) -> None:
    """Wait until every process does its work."""
    for name in fleet.names:
        await ready(fleet, name)
    assert fleet.faults == []


def pid(fleet: Fleet, process: str) -> int:
    """The id of a process."""
    return fleet.database.pid if process == POSTGRES else fleet.pid(process)


async def new_pid(fleet: Fleet, process: str) -> int:
    """The id under which a killed process came back."""
    until = monotonic() + READY_SECONDS
    while monotonic() < until:
        try:
            return pid(fleet, process)
        except NotUpError:
            await asyncio.sleep(_POLL_SECONDS)
    raise AssertionError(f"{process} did not come back")


def all_around(shift: int, moment: Moment) -> dict[str, Blow]:
    """A blow at every step: the processes take turns, beginning with another one each time."""
    names = [step.__name__ for step in STEPS]
    return {
        name: Blow(PROCESSES[(number + shift) % len(PROCESSES)], moment)
        for number, name in enumerate(names)
    }


def drawn(chance: random.Random) -> dict[str, Blow]:
    """Blows at steps drawn by chance: each process once at each moment."""
    blows = [Blow(process, moment) for process in PROCESSES for moment in Moment]
    steps = chance.sample([step.__name__ for step in STEPS], len(blows))
    return dict(zip(steps, chance.sample(blows, len(blows)), strict=True))


def tally(kills: list[Kill]) -> Counter[str]:
    """How often each process was killed."""
    return Counter(each.blow.process for each in kills)
