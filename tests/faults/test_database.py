"""The database goes away and comes back: the workers come back too, and bring what was written."""

import asyncio

import pytest

from shared.outbox.jobs import Jobs
from tests.faults.client import Intent
from tests.faults.killing import all_ready
from tests.faults.registry import SECOND
from tests.faults.story import accept, go_on, live, meet, plan
from tests.faults.support import Arena, Note

LONG_OUTAGE_SECONDS = 12.0
HANGING_SECONDS = 30.0
PROBLEM = "application/problem+json"


async def outage(running: Arena, seconds: float, *, patiently: bool) -> None:
    """PostgreSQL dies just after an event was written; the event arrives, and work goes on."""
    home = await live(running.client, until=plan)
    before = running.fleet.database.pid
    running.fleet.kill_database()
    await asyncio.sleep(seconds)
    await running.fleet.start_database()
    assert running.fleet.database.pid != before

    await all_ready(running.fleet)
    await running.queues.awake()
    standing = await running.queues.settle(200, patiently=patiently)

    assert (standing.pending, standing.dead, standing.lost) == ((), (), ())
    for service in ("intake", "referrals"):
        query = "SELECT plan_id FROM plan_circle_state WHERE plan_id = %s"
        assert len(running.databases.rows(service, query, [home.told["plan_id"]])) == 1


@pytest.mark.parametrize("seconds", [0.0, pytest.param(0.3, marks=pytest.mark.assure), 2.0])
async def test_the_worker_returns_after_an_outage_and_delivers_what_was_written(
    running: Arena, seconds: float
) -> None:
    await outage(running, seconds, patiently=False)
    await running.judge()


@pytest.mark.assure
async def test_the_worker_returns_after_a_long_outage_and_no_clock_was_moved(
    running: Arena, note: Note
) -> None:
    """What a dead connection held is given back by the worker itself, after its minute."""
    await outage(running, LONG_OUTAGE_SECONDS, patiently=True)
    standing = await running.judge()
    note(f"{LONG_OUTAGE_SECONDS:.0f} s without a database: {standing.line}")


@pytest.mark.assure
async def test_a_worker_told_to_stop_while_the_database_is_away_stops(running: Arena) -> None:
    jobs = Jobs(running.fleet.database.url("providers"))
    await jobs.open()
    working = asyncio.create_task(jobs.work(1))
    await asyncio.sleep(1)
    running.fleet.kill_database()
    try:
        working.cancel()
        done, _ = await asyncio.wait({working}, timeout=HANGING_SECONDS)
    finally:
        await running.fleet.start_database()
        await jobs.close()

    assert done == {working}
    await all_ready(running.fleet)
    await running.queues.awake()


# What PostgreSQL says when there is no room for the job that belongs to a change (SQLSTATE 53100).
NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON procrastinate_jobs
FOR EACH ROW EXECUTE FUNCTION no_room()
"""
ROOM = "DROP TRIGGER no_room ON procrastinate_jobs; DROP FUNCTION no_room()"


async def test_a_change_whose_event_cannot_be_written_is_refused_whole(running: Arena) -> None:
    home = await live(running.client, until=accept)
    token = running.client.desk(SECOND.organisation)
    path = f"/referrals/v1/attempts/{home.told['attempt']}"
    seen = await running.client.read(token, path)
    body = {"at": f"{home.today.isoformat()}T09:00:00Z", "place": "De werkplaats"}
    intent = Intent("POST", f"{path}/intake-appointments", body, seen.etag)
    running.databases.execute("referrals", NO_ROOM)
    try:
        refused = await running.client.once(token, intent)
    finally:
        running.databases.execute("referrals", ROOM)

    assert refused is not None
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, PROBLEM)
    assert "Retry-After" in refused.headers
    await running.client.settle(token, intent)
    await go_on(home, meet)
    await running.judge()
