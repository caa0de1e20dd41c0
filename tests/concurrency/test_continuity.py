"""Races after help, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import psycopg
import pytest

from services.referrals.models import (
    ONE_CONTACT_PER_NUMBER,
    ONE_OPEN_AFTERCARE,
    ONE_OPEN_PER_ITEM,
    ONE_RECALL_PER_ROUND,
    ONE_RETURN_PER_NUMBER,
    OPEN_ATTEMPT,
    OPEN_REQUEST,
)
from shared.vocabulary import ServiceName
from tests.concurrency.test_referrals import _count as count
from tests.concurrency.test_referrals import held, taken, waiting, without
from tests.referrals.deciding import GRANTS, grantor
from tests.referrals.doubles import FakePlans
from tests.referrals.lasting import AGAIN, BACK, KEEP, WORRIES, in_aftercare
from tests.referrals.steps import (
    REFERRALS,
    Under,
    a_request,
    attempt_to,
    do,
    offered,
    worker,
)
from tests.referrals.test_withdrawn_grants import GONE, Granted, granted
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


async def _recall_and_new_request(world: World, plans: FakePlans) -> tuple[list[int], Under]:
    under = await in_aftercare(world, plans)
    answers = await asyncio.gather(
        attempt_to(worker(world), under.referral, "recalls", AGAIN),
        worker(world).post(REFERRALS, a_request(under.plan)),
    )
    return sorted(answer.status_code for answer in answers), under


async def test_a_recall_and_a_new_request_at_once_leave_one_that_is_open(
    world: World, plans: FakePlans
) -> None:
    statuses, _ = await _recall_and_new_request(world, plans)

    assert statuses == [201, 409]
    assert count(world, f"referrals WHERE {OPEN_REQUEST}") == 1


async def test_without_the_index_both_are_open(world: World, plans: FakePlans) -> None:
    with without(world, ONE_OPEN_PER_ITEM, f"referrals (support_item_id) WHERE {OPEN_REQUEST}"):
        statuses, _ = await _recall_and_new_request(world, plans)

        assert statuses == [201, 201]
        assert count(world, f"referrals WHERE {OPEN_REQUEST}") == 2


async def test_of_two_recalls_at_once_one_makes_a_new_round(world: World, plans: FakePlans) -> None:
    under = await in_aftercare(world, plans)

    async with held(world):
        both = [
            asyncio.create_task(attempt_to(worker(world), under.referral, "recalls", AGAIN))
            for _ in range(2)
        ]
        await waiting(world, 2)
    statuses = sorted([(await each).status_code for each in both])

    assert statuses == [201, 412]
    assert count(world, "recalls") == 1
    assert count(world, "referrals WHERE round = 2") == 1


_SECOND = """
INSERT INTO {table} SELECT (jsonb_populate_record(a, jsonb_build_object(
  'id', gen_random_uuid()))).* FROM {table} a
"""


@pytest.mark.parametrize(
    ("index", "table", "definition"),
    [
        (ONE_RECALL_PER_ROUND, "recalls", "recalls (referral_id, round)"),
        (ONE_CONTACT_PER_NUMBER, "aftercare_contacts", "aftercare_contacts (aftercare_id, number)"),
        (ONE_RETURN_PER_NUMBER, "return_agreements", "return_agreements (referral_id, number)"),
    ],
)
async def test_the_database_refuses_a_second_one_of_what_only_grows(
    world: World, plans: FakePlans, index: str, table: str, definition: str
) -> None:
    under = await offered(world, plans)
    await do(worker(world), under.referral, "return-agreements", BACK)
    under = await in_aftercare(world, plans)
    seen = await do(worker(world), under.referral, "aftercare-contacts", WORRIES)
    await do(worker(world), seen, "recalls", AGAIN)
    statement = _SECOND.format(table=table)

    with pytest.raises(psycopg.errors.UniqueViolation, match=index):
        world.databases.execute(ServiceName.REFERRALS, statement)
    with without(world, index, definition):
        world.databases.execute(ServiceName.REFERRALS, statement)
        assert count(world, table) == 2


async def test_one_aftercare_runs_at_a_time(world: World, plans: FakePlans) -> None:
    await in_aftercare(world, plans, KEEP)
    statement = _SECOND.format(table="aftercares")

    with pytest.raises(psycopg.errors.UniqueViolation, match=ONE_OPEN_AFTERCARE):
        world.databases.execute(ServiceName.REFERRALS, statement)
    with without(world, ONE_OPEN_AFTERCARE, "aftercares (referral_id) WHERE ended_on IS NULL"):
        world.databases.execute(ServiceName.REFERRALS, statement)
        assert count(world, "aftercares") == 2


async def _withdrawal_and_yes(
    world: World, *, withdrawal_first: bool
) -> tuple[Granted, list[Any], int]:
    found = await granted(world)
    seen = await found.asked()
    grant = await grantor(world).get(f"{GRANTS}/{found.grant}")
    moves: list[Callable[[], Coroutine[Any, Any, httpx.Response]]] = [
        lambda: grantor(world).post(
            f"{GRANTS}/{found.grant}/withdrawals", GONE, etag=grant.headers["ETag"]
        ),
        lambda: attempt_to(found.desk, seen, "acceptances"),
    ]
    first, second = moves if withdrawal_first else reversed(moves)
    async with held(world):
        one = asyncio.create_task(first())
        await waiting(world, 1)
        two = asyncio.create_task(second())
        await waiting(world, 2)
    answers = [await one, await two]
    assert found.made is not None
    return found, answers, await taken(world, found.made)


async def test_a_withdrawal_of_the_grant_before_a_yes_wins_and_leaves_no_place_held(
    world: World,
) -> None:
    found, (withdrawn, yes), held_before = await _withdrawal_and_yes(world, withdrawal_first=True)

    assert (withdrawn.status_code, yes.status_code) == (201, 404)
    # The control: the place was really held, and is free only by what the worker does now.
    assert held_before == 1
    await world.drain()
    assert found.made is not None
    assert await taken(world, found.made) == 0
    assert count(world, f"attempts WHERE {OPEN_ATTEMPT}") == 0


async def test_a_yes_before_a_withdrawal_of_the_grant_is_closed_by_it_with_its_place(
    world: World,
) -> None:
    found, (yes, withdrawn), held_before = await _withdrawal_and_yes(world, withdrawal_first=False)

    assert (yes.status_code, withdrawn.status_code) == (201, 201)
    assert held_before == 1
    await world.drain()
    assert found.made is not None
    assert await taken(world, found.made) == 0
    assert (await found.seen()).json()["status"] == "not_granted"
    assert count(world, f"attempts WHERE {OPEN_ATTEMPT}") == 0
