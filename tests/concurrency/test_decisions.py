"""Races on decisions and on help at once, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.referrals.models import (
    ONE_DECISION_PER_ROUND,
    ONE_OPEN_OBJECTION,
    ONE_OPEN_PER_QUESTION,
    ONE_OPEN_PER_REFERRAL,
    ONE_OWED_PER_CODE,
    ONE_RUNNING_GRANT,
    OPEN_APPLICATION,
)
from shared.vocabulary import Role, ServiceName
from tests.concurrency.test_referrals import waiting as queued
from tests.concurrency.test_referrals import without
from tests.plans.support import Case
from tests.referrals.arranging import PROVISIONS, a_provision, taken
from tests.referrals.deciding import (
    APPLICATIONS,
    NO,
    YES,
    a_case,
    act,
    an_application,
    applied,
    grantor,
    referred,
)
from tests.support.registry import VOORZIENING, offer
from tests.support.world import World

pytestmark = pytest.mark.anyio

QUESTION = (
    "applications (household_id, person_id, voorziening, support_item_id) "
    f"NULLS NOT DISTINCT WHERE {OPEN_APPLICATION}"
)


def _connect(world: World) -> psycopg.Connection[tuple[object, ...]]:
    address = world.databases.url(ServiceName.REFERRALS)
    return psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1))


def _count(world: World, what: str) -> int:
    with _connect(world) as db:
        found = db.execute(f"SELECT count(*) FROM {what}".encode()).fetchone()  # noqa: S608
    assert found is not None
    return int(str(found[0]))


@asynccontextmanager
async def held(world: World) -> AsyncIterator[None]:
    """All applications locked by somebody else: writers queue in the order they came."""
    connection = _connect(world)
    try:
        connection.execute("SELECT id FROM applications FOR UPDATE")
        yield
    finally:
        connection.rollback()
        connection.close()


async def _two_applications(world: World) -> list[int]:
    case, _ = await a_case(world)
    answers = await asyncio.gather(
        *(case.worker.post(APPLICATIONS, an_application(case)) for _ in range(2))
    )
    return sorted(answer.status_code for answer in answers)


async def test_two_applications_for_one_question_become_one(world: World) -> None:
    assert await _two_applications(world) == [201, 409]
    assert _count(world, "applications") == 1


async def test_without_the_index_they_become_two(world: World) -> None:
    with without(world, ONE_OPEN_PER_QUESTION, QUESTION):
        assert await _two_applications(world) == [201, 201]
        assert _count(world, "applications") == 2


def _post(world: World, seen: Any, what: str, body: Any, case: Case | None = None) -> Any:
    actor = grantor(world) if case is None else case.worker
    path = f"{APPLICATIONS}/{seen.json()['id']}/{what}"
    return actor.post(path, body, etag=seen.headers["ETag"])


async def test_of_two_decisions_at_once_one_holds(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    yes, no = await asyncio.gather(
        _post(world, seen, "decisions", YES), _post(world, seen, "decisions", NO)
    )

    assert sorted([yes.status_code, no.status_code]) == [201, 412]
    assert _count(world, "decisions") == 1
    assert _count(world, "grants") == (1 if yes.status_code == 201 else 0)


@pytest.mark.parametrize("decides_first", [True, False])
async def test_a_decision_and_a_withdrawal_at_once_leave_one_of_both(
    world: World, *, decides_first: bool
) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)
    decision = ("decisions", YES, None)
    withdrawal = ("withdrawals", {"reason": "Toch niet."}, case)
    order = (decision, withdrawal) if decides_first else (withdrawal, decision)

    async with held(world):
        first = asyncio.create_task(_post(world, seen, *order[0]))
        await queued(world, 1)
        second = asyncio.create_task(_post(world, seen, *order[1]))
        await queued(world, 2)
    statuses = [(await first).status_code, (await second).status_code]

    assert statuses == [201, 412]
    assert _count(world, "decisions") == (1 if decides_first else 0)


_SECOND = """
INSERT INTO {table} SELECT (jsonb_populate_record(a, jsonb_build_object(
  'id', gen_random_uuid(){change}))).* FROM {table} a
"""


@pytest.mark.parametrize(
    ("index", "table", "definition", "change"),
    [
        (ONE_DECISION_PER_ROUND, "decisions", "decisions (application_id, number)", ""),
        (
            ONE_RUNNING_GRANT,
            "grants",
            "grants (application_id) WHERE status = 'running'",
            "",
        ),
        (
            ONE_OPEN_OBJECTION,
            "objections",
            "objections (application_id) WHERE status = 'lodged'",
            "",
        ),
    ],
)
async def test_the_database_refuses_what_no_use_case_may_ever_write(
    world: World, index: str, table: str, definition: str, change: str
) -> None:
    case, _ = await a_case(world)
    decided = await act(grantor(world), await applied(world, case), "decisions", YES)
    await act(grantor(world), decided, "objections", {"grounds": "Nee."})
    statement = _SECOND.format(table=table, change=change)

    with pytest.raises(psycopg.errors.UniqueViolation, match=index):
        world.databases.execute(ServiceName.REFERRALS, statement)
    with without(world, index, definition):
        world.databases.execute(ServiceName.REFERRALS, statement)
        assert _count(world, table) == 2


async def test_a_request_waits_for_one_decision_and_a_step_is_owed_once(world: World) -> None:
    case, _ = await a_case(world)
    await applied(world, case)
    await world.user(Role.CENTRAL_ACCESS).post(PROVISIONS, a_provision())

    with pytest.raises(psycopg.errors.UniqueViolation, match=ONE_OPEN_PER_QUESTION):
        world.databases.execute(
            ServiceName.REFERRALS, _SECOND.format(table="applications", change="")
        )
    with pytest.raises(psycopg.errors.UniqueViolation, match=ONE_OWED_PER_CODE):
        world.databases.execute(
            ServiceName.REFERRALS, _SECOND.format(table="owed_steps", change="")
        )


async def _two_for_one_referral(world: World) -> None:
    """A second open application for the same request, for another question by its voorziening."""
    case, item = await a_case(world)
    await referred(case, item, "pgb")
    world.databases.execute(
        ServiceName.REFERRALS,
        _SECOND.format(table="applications", change=", 'voorziening', 'iets_anders'"),
    )


async def test_one_request_has_one_open_application(world: World) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation, match=ONE_OPEN_PER_REFERRAL):
        await _two_for_one_referral(world)


async def test_without_that_index_it_has_two(world: World) -> None:
    definition = f"applications (referral_id) WHERE referral_id IS NOT NULL AND {OPEN_APPLICATION}"
    with without(world, ONE_OPEN_PER_REFERRAL, definition):
        await _two_for_one_referral(world)
        assert _count(world, "applications") == 2


async def _two_provisions(world: World, *keys: Any) -> tuple[list[Any], int]:
    made = await offer(world.user(Role.ADMINISTRATOR), places=2)
    body = a_provision(
        voorziening=VOORZIENING, contractId=str(made.contract), locationId=str(made.location)
    )
    worker = world.user(Role.BUURTTEAM_WORKER)
    answers = await asyncio.gather(*(worker.post(PROVISIONS, body, key=key) for key in keys))
    await world.drain()
    return list(answers), await taken(world, made)


async def test_one_key_sent_twice_at_once_arranges_one_help_and_holds_one_place(
    world: World,
) -> None:
    key = uuid4()

    (one, two), places = await _two_provisions(world, key, key)

    assert one.status_code == two.status_code == 201, (one.text, two.text)
    assert one.json()["id"] == two.json()["id"]
    assert (places, _count(world, "temporary_provisions")) == (1, 1)


async def test_the_control_two_keys_are_two_helps_and_two_places(world: World) -> None:
    (one, two), places = await _two_provisions(world, uuid4(), uuid4())

    assert one.json()["id"] != two.json()["id"]
    assert (places, _count(world, "temporary_provisions")) == (2, 2)
