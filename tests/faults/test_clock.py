"""The clock jumps: a week, over Christmas and the new year, and back; timers fire once each."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.queues import Standing
from tests.faults.story import accept, go_on, live, offer, start
from tests.faults.support import BEGIN, Arena, Note

BEFORE_CHRISTMAS = datetime(2022, 12, 20, 9, 0, tzinfo=UTC)
A_WEEK = timedelta(days=7)
HELD_DAYS = timedelta(days=29)
AN_HOUR = timedelta(hours=1)
PLACE = "SELECT id::text AS id, status FROM reservations WHERE attempt_id = %s"
LAPSES = "SELECT last FROM outbox_sequences WHERE subject = %s"
ON_DESK = "SELECT id FROM work_items WHERE kind = 'place_lost' AND about_id = %s"


@contextmanager
def clock(running: Arena) -> Iterator[None]:
    """Whatever it is set to, afterwards it is the time at which the other stories play."""
    try:
        yield
    finally:
        running.fleet.move_clock(BEGIN)


async def lapse(running: Arena) -> Standing:
    """The timer of the places has its turn, and another one."""
    for _ in range(2):
        running.queues.tick("providers", "lapse_reservations")
        running.queues.tick("plans", "flag_unchanged_support")
        await asyncio.sleep(0.5)
        await running.queues.awake()
    return await running.queues.settle()


@pytest.mark.rule("AMS-REF-08")
async def test_a_clock_that_jumps_ahead_and_back_releases_once_and_loses_nothing(
    running: Arena, note: Note
) -> None:
    with clock(running):
        running.fleet.move_clock(BEFORE_CHRISTMAS)
        offered = await live(running.client, until=offer)
        accepted = await live(running.client, until=accept)
        started = await live(running.client, until=start)
        held = [home.told["attempt"] for home in (accepted, started)]

        running.fleet.move_clock(BEFORE_CHRISTMAS + A_WEEK)
        await lapse(running)
        assert [_status(running, attempt) for attempt in held] == ["held", "confirmed"]

        running.fleet.move_clock(BEFORE_CHRISTMAS + HELD_DAYS)
        await lapse(running)
        running.fleet.move_clock(BEFORE_CHRISTMAS + HELD_DAYS - AN_HOUR)
        standing = await lapse(running)

        assert [_status(running, attempt) for attempt in held] == ["lapsed", "confirmed"]
        assert _lapses(running, accepted.told["attempt"]) == 1
        assert _lapses(running, started.told["attempt"]) == 0
        desk = running.databases.rows("plans", ON_DESK, [accepted.told["attempt"]])
        assert (len(desk), standing.lost, standing.doubled) == (1, (), ())
        for home, after in ((offered, offer), (accepted, accept), (started, start)):
            home.today = home.today + HELD_DAYS - A_WEEK
            await go_on(home, after)
        assert _lapses(running, accepted.told["attempt"]) == 1
        note((await running.judge()).line)


def _status(running: Arena, attempt: str) -> str:
    (place,) = running.databases.rows("providers", PLACE, [attempt])
    return str(place["status"])


def _lapses(running: Arena, attempt: str) -> int:
    """How often it was told that the place of this attempt lapsed."""
    (place,) = running.databases.rows("providers", PLACE, [attempt])
    told = running.databases.rows("providers", LAPSES, [place["id"]])
    return int(told[0]["last"]) if told else 0
