"""The checks themselves: each reports the damage it is there for, or the rest proves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import pytest

from tests.faults.story import accept, go_on, live, meet
from tests.faults.support import Arena


@dataclass(frozen=True, slots=True)
class Damage:
    """Something done by hand in one database, how it is undone, and what must be reported."""

    service: str
    does: LiteralString
    undoes: LiteralString
    kinds: frozenset[str]


DAMAGES = {
    "an acknowledged row is gone": Damage(
        "intake",
        "CREATE TABLE kept AS SELECT * FROM clarifications LIMIT 1;"
        " DELETE FROM clarifications WHERE id IN (SELECT id FROM kept)",
        "INSERT INTO clarifications SELECT * FROM kept; DROP TABLE kept",
        frozenset({"missing"}),
    ),
    "a row under an acknowledged one is gone": Damage(
        "plans",
        "CREATE TABLE kept AS SELECT * FROM agreements LIMIT 1;"
        " DELETE FROM agreements WHERE id IN (SELECT id FROM kept)",
        "INSERT INTO agreements SELECT * FROM kept; DROP TABLE kept",
        frozenset({"missing"}),
    ),
    "a row came twice": Damage(
        "plans",
        "INSERT INTO evaluation_moments (id, plan_id, planned_on, changed_at)"
        " SELECT '00000000-0000-4000-8000-000000000001', plan_id, planned_on, changed_at"
        " FROM evaluation_moments LIMIT 1",
        "DELETE FROM evaluation_moments WHERE id = '00000000-0000-4000-8000-000000000001'",
        frozenset({"extra"}),
    ),
    "a place is held for no attempt": Damage(
        "providers",
        "INSERT INTO reservations (id, attempt_id, capacity_id, status, year, held_at, lapses_at,"
        " version) SELECT '00000000-0000-4000-8000-000000000001',"
        " '00000000-0000-4000-8000-000000000002', capacity_id, 'held', year, held_at, lapses_at, 1"
        " FROM reservations LIMIT 1",
        "DELETE FROM reservations WHERE id = '00000000-0000-4000-8000-000000000001'",
        frozenset({"extra", "leaked", "miscounted"}),
    ),
    "a place is given back twice": Damage(
        "providers",
        "UPDATE capacities SET taken = taken + 1 WHERE id IN"
        " (SELECT capacity_id FROM reservations)",
        "UPDATE capacities SET taken = taken - 1 WHERE id IN"
        " (SELECT capacity_id FROM reservations)",
        frozenset({"miscounted"}),
    ),
    "a step was not told": Damage(
        "referrals",
        "UPDATE outbox_sequences SET last = last - 1",
        "UPDATE outbox_sequences SET last = last + 1",
        frozenset({"untold"}),
    ),
    "a state was set without a step": Damage(
        "referrals",
        "UPDATE referrals SET status = 'aftercare' WHERE status = 'ended'",
        "UPDATE referrals SET status = 'ended' WHERE status = 'aftercare'",
        frozenset({"half done"}),
    ),
    "plans did not follow": Damage(
        "plans",
        "UPDATE referral_progress SET status = 'delivering' WHERE status = 'ended'",
        "UPDATE referral_progress SET status = 'ended' WHERE status = 'delivering'",
        frozenset({"half done"}),
    ),
    "a circle is not known": Damage(
        "intake",
        "UPDATE plan_circle_state SET sequence = sequence - 1",
        "UPDATE plan_circle_state SET sequence = sequence + 1",
        frozenset({"half done"}),
    ),
}


@contextmanager
def damaged(arena: Arena, damage: Damage) -> Iterator[None]:
    """Do it, and undo it whatever is found; rules of the table stand aside for the superuser."""
    with arena.databases.connect(damage.service) as opened:
        opened.execute("SET session_replication_role = replica")
        opened.execute(damage.does)
        try:
            yield
        finally:
            opened.execute(damage.undoes)


@pytest.fixture(scope="module")
async def told(running: Arena) -> Arena:
    """A fleet in which one story came to its end, and nothing is wrong."""
    await live(running.client)
    await running.judge()
    return running


@pytest.mark.parametrize("name", sorted(DAMAGES))
async def test_the_end_state_check_reports(told: Arena, name: str) -> None:
    with damaged(told, DAMAGES[name]):
        found = told.findings()

    assert {each.kind for each in found} == DAMAGES[name].kinds
    assert told.findings() == []


async def test_an_effect_that_came_twice_is_counted_once_as_doubled(told: Arena) -> None:
    twice = Damage(
        "plans",
        "INSERT INTO timeline_entries (plan_id, at, kind, code, subject_id, actor)"
        " SELECT plan_id, at, kind, code, subject_id, 'twice' FROM timeline_entries"
        " WHERE kind = 'attempt_started' LIMIT 1",
        "DELETE FROM timeline_entries WHERE actor = 'twice'",
        frozenset(),
    )
    with damaged(told, twice):
        standing = told.queues.standing()

    assert len(standing.doubled) == 1
    assert told.queues.standing().doubled == ()


async def test_an_event_that_was_taken_in_and_never_applied_is_lost(told: Arena) -> None:
    forgotten = Damage(
        "referrals",
        "CREATE TABLE kept AS SELECT * FROM inbox WHERE applied_at IS NOT NULL LIMIT 1;"
        " UPDATE inbox SET applied_at = NULL WHERE id IN (SELECT id FROM kept)",
        "UPDATE inbox SET applied_at = kept.applied_at FROM kept WHERE inbox.id = kept.id;"
        " DROP TABLE kept",
        frozenset(),
    )
    with damaged(told, forgotten):
        standing = told.queues.standing()

    assert len(standing.lost) == 1
    assert told.queues.standing().lost == ()


async def test_an_event_whose_job_is_gone_is_lost_and_while_it_waits_it_is_pending(
    told: Arena,
) -> None:
    """What commit-then-tell does when it dies between the two: the outbox holds nothing."""
    home = await live(told.client, until=accept)
    await told.judge()
    await told.fleet.stop("plans")
    await meet(home)
    waiting = told.queues.standing()
    gone = Damage(
        "referrals",
        "CREATE TABLE kept AS SELECT * FROM procrastinate_jobs WHERE task_name = 'deliver';"
        " DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM kept)",
        "INSERT INTO procrastinate_jobs SELECT * FROM kept; DROP TABLE kept;"
        " UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL, worker_id = NULL"
        " WHERE task_name = 'deliver'",
        frozenset(),
    )
    with damaged(told, gone):
        await told.fleet.start("plans")
        lost = await told.come_to_rest()
        behind = {each.kind for each in told.findings()}

    assert (len(waiting.pending), len(waiting.lost)) == (1, 0)
    assert (len(lost.pending), len(lost.lost)) == (0, 1)
    assert behind == {"half done"}
    await told.judge()
    await go_on(home, meet)
