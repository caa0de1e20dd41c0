"""A disk that is full: nothing is said that is not so, and with room again work goes on.

The whole data folder (databases, their journal, the logs of the services) lies on a small tmpfs.
Where nothing may be mounted this is not tested, and the summary says so: a limit on the size of
files is no substitute: PostgreSQL reports it as an internal error (XX000), not as a full disk.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Final

import psycopg
import pytest

from tests.faults.client import Client, Intent
from tests.faults.disks import SIZE, SmallDisk
from tests.faults.household import Household
from tests.faults.killing import POSTGRES, all_ready, pid
from tests.faults.story import agree, live, request
from tests.faults.support import Arena, Note

TRIES: Final = 60
_TELLS: Final = "application/problem+json"


@pytest.fixture
def room(disk: SmallDisk, note: Note) -> SmallDisk:
    """The small disk, or why a full one is not tested here."""
    if disk.refused is not None:
        note(f"NOT TESTED: {disk.refused}")
        pytest.skip(f"a full disk cannot be tested here: {disk.refused}")
    return disk


class Writer:
    """Somebody who writes down goals as long as it is asked, and keeps what was refused."""

    def __init__(self, home: Household) -> None:
        self.client: Client = home.client
        self.path = f"{home.told['plan']}/goals"
        self.heard: Counter[int] = Counter()
        self.refused: list[Intent] = []

    async def write(self, number: int) -> bool:
        """One more; answers whether it was answered at all. A refusal says so properly."""
        goal = {"domain": "daginvulling", "text": f"Iets te doen, {number}. " * 20}
        intent = Intent("POST", self.path, goal)
        answer = await self.client.once(self.client.worker(), intent)
        assert answer is not None, "the service itself went down"
        self.heard[answer.status_code] += 1
        if answer.status_code == 201:
            self.client.ledger.acknowledge("plans", "goals", answer.json()["id"])
            return True
        assert answer.headers["Content-Type"] == _TELLS, answer.text
        assert answer.status_code == 503, answer.text
        assert "Retry-After" in answer.headers
        self.refused.append(intent)
        return False

    async def again(self) -> None:
        """What was refused is asked again with the same key, and now it is done."""
        for intent in self.refused:
            said = await self.client.settle(self.client.worker(), intent)
            self.client.ledger.acknowledge("plans", "goals", said.body["id"])


async def test_a_full_disk_is_told_and_nothing_that_was_acknowledged_is_gone(
    apart: Arena, room: SmallDisk, note: Note
) -> None:
    writer = Writer(await live(apart.client, until=agree))
    await apart.judge()
    names = (*apart.fleet.names, POSTGRES)
    before = {name: pid(apart.fleet, name) for name in names}
    with room.full():
        for number in range(TRIES):
            await writer.write(number)
    assert set(writer.heard) <= {201, 503}, writer.heard
    assert writer.heard[503] > 0, "the disk was not full"

    await writer.again()
    await all_ready(apart.fleet)
    await apart.queues.awake()
    await live(apart.client, until=request)
    standing = await apart.judge()

    note(f"tested on a tmpfs of {SIZE}; while it was full {dict(writer.heard)}; {standing.line}")
    assert {name: pid(apart.fleet, name) for name in names} == before


@pytest.mark.assure
async def test_a_journal_without_room_ends_postgresql_and_nothing_acknowledged_is_gone(
    apart: Arena, room: SmallDisk, note: Note
) -> None:
    """PostgreSQL itself gives up; with room again it is started, and the services never were."""
    writer = Writer(await live(apart.client, until=agree))
    await apart.judge()
    before = {name: pid(apart.fleet, name) for name in apart.fleet.names}
    with room.full():
        for number in range(TRIES):
            await writer.write(number)
            with suppress(psycopg.Error):
                apart.databases.execute("plans", "SELECT pg_switch_wal()")
        down = not _answers(apart)
    await asyncio.to_thread(apart.fleet.kill_database)
    await apart.fleet.start_database()

    await writer.again()
    await all_ready(apart.fleet)
    await apart.queues.awake()
    await live(apart.client, until=request)
    standing = await apart.judge()

    note(f"PostgreSQL went down; while it was {dict(writer.heard)}; {standing.line}")
    assert down, "the journal had room"
    assert {name: pid(apart.fleet, name) for name in apart.fleet.names} == before


def _answers(apart: Arena) -> bool:
    try:
        return bool(apart.databases.rows("plans", "SELECT 1"))
    except psycopg.Error:
        return False
