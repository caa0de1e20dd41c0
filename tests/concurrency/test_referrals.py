"""Races on requests and attempts, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import psycopg
import pytest

from services.referrals.models import (
    NEVER_TWICE,
    ONE_OPEN_ATTEMPT,
    ONE_OPEN_PER_ITEM,
    OPEN_ATTEMPT,
    OPEN_REQUEST,
)
from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    REFERRALS,
    a_plan,
    a_request,
    attempt_to,
    desk,
    listed,
    offered,
    the_offer,
    worker,
)
from tests.support.registry import Offer
from tests.support.world import World

pytestmark = pytest.mark.anyio

WITHDRAWN = {"code": "withdrawn", "motivation": "Zij wil het zelf proberen."}
NO = {"declinedBy": "provider", "code": "heavier_support_needed"}


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


def _connect(world: World) -> psycopg.Connection[tuple[object, ...]]:
    """As the service itself: a role sees what its own sessions wait for, and no other's."""
    address = world.databases.url(ServiceName.REFERRALS)
    return psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1))


def _count(world: World, table: str) -> int:
    with _connect(world) as db:
        found = db.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
    assert found is not None
    return int(str(found[0]))


@contextmanager
def without(world: World, index: str, definition: str) -> Iterator[None]:
    """The world without one unique index; made again afterwards, when the rows are gone."""
    world.databases.execute(ServiceName.REFERRALS, f"DROP INDEX {index}")
    try:
        yield
    finally:
        world.databases.empty(ServiceName.REFERRALS)
        world.databases.execute(
            ServiceName.REFERRALS, f"CREATE UNIQUE INDEX {index} ON {definition}"
        )


@asynccontextmanager
async def held(world: World) -> AsyncIterator[None]:
    """All requests locked by somebody else for a while: writers queue in the order they came."""
    connection = _connect(world)
    try:
        connection.execute("SELECT id FROM referrals FOR UPDATE")
        yield
    finally:
        connection.rollback()
        connection.close()


async def waiting(world: World, number: int) -> None:
    """Returns when so many writers stand in the queue for a lock."""
    question = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        with _connect(world) as db:
            if db.execute(question).fetchone() == (number,):
                return
        await asyncio.sleep(0.01)
    pytest.fail("the writers never queued")


async def taken(world: World, made: Offer) -> int:
    """How many places of an offer are held."""
    path = f"/providers/v1/capacities/{made.capacity}"
    found: int = (await world.user(Role.ADMINISTRATOR).get(path)).json()["taken"]
    return found


async def _two_requests_for_one_item(world: World, plans: FakePlans) -> list[int]:
    plan = a_plan(plans)
    body = a_request(plan)
    answers = await asyncio.gather(*(worker(world).post(REFERRALS, body) for _ in range(2)))
    return sorted(answer.status_code for answer in answers)


async def test_two_requests_for_one_support_item_become_one(world: World, plans: FakePlans) -> None:
    statuses = await _two_requests_for_one_item(world, plans)

    assert statuses == [201, 409]
    assert _count(world, "referrals") == 1


async def test_without_the_index_they_become_two(world: World, plans: FakePlans) -> None:
    with without(world, ONE_OPEN_PER_ITEM, f"referrals (support_item_id) WHERE {OPEN_REQUEST}"):
        statuses = await _two_requests_for_one_item(world, plans)

        assert statuses == [201, 201]
        assert _count(world, "referrals") == 2


async def test_one_key_sent_twice_at_once_makes_one_request(world: World, plans: FakePlans) -> None:
    plan, key = a_plan(plans), uuid4()
    body = a_request(plan)

    one, two = await asyncio.gather(
        *(worker(world).post(REFERRALS, body, key=key) for _ in range(2))
    )

    assert one.status_code == two.status_code == 201
    assert one.json()["id"] == two.json()["id"]
    assert _count(world, "referrals") == 1


async def test_two_racing_offers_ask_one_provider(world: World, plans: FakePlans) -> None:
    under = await listed(world, plans)

    answers = await asyncio.gather(
        *(attempt_to(worker(world), under.referral, "attempts") for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers)[0] == 201
    assert {answer.status_code for answer in answers} <= {201, 409, 412}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert _count(world, "attempts") == 1


_SECOND = """
INSERT INTO attempts SELECT (jsonb_populate_record(a, jsonb_build_object(
  'id', gen_random_uuid(), {change}))).* FROM attempts a
"""
_OTHER_PROVIDER = "'provider_id', gen_random_uuid()"
_SAME_CLOSED = "'status', 'declined', 'identity', null"


@pytest.mark.parametrize(
    ("index", "change", "definition"),
    [
        (ONE_OPEN_ATTEMPT, _OTHER_PROVIDER, f"attempts (referral_id) WHERE {OPEN_ATTEMPT}"),
        (NEVER_TWICE, _SAME_CLOSED, "attempts (referral_id, provider_id, round)"),
    ],
)
async def test_the_database_refuses_what_no_use_case_may_ever_write(
    world: World, plans: FakePlans, index: str, change: str, definition: str
) -> None:
    await offered(world, plans)
    statement = _SECOND.format(change=change)

    with pytest.raises(psycopg.errors.UniqueViolation, match=index):
        world.databases.execute(ServiceName.REFERRALS, statement)
    with without(world, index, definition):
        world.databases.execute(ServiceName.REFERRALS, statement)
        assert _count(world, "attempts") == 2


async def test_a_withdrawal_before_a_yes_wins_and_leaves_no_place_held(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    async with held(world):
        withdrawing = asyncio.create_task(
            attempt_to(worker(world), under.referral, "endings", WITHDRAWN)
        )
        await waiting(world, 1)
        accepting = asyncio.create_task(attempt_to(desk(world, under.first), seen, "acceptances"))
        await waiting(world, 2)
    withdrawn, yes = await withdrawing, await accepting

    assert (withdrawn.status_code, yes.status_code) == (201, 404)
    # The control: the place was really held, and is free only by what the worker does now.
    assert await taken(world, under.first) == 1
    await world.drain()
    assert await taken(world, under.first) == 0


async def test_a_yes_before_a_withdrawal_wins_and_keeps_its_place(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    async with held(world):
        accepting = asyncio.create_task(attempt_to(desk(world, under.first), seen, "acceptances"))
        await waiting(world, 1)
        withdrawing = asyncio.create_task(
            attempt_to(worker(world), under.referral, "endings", WITHDRAWN)
        )
        await waiting(world, 2)
    yes, withdrawn = await accepting, await withdrawing
    await world.drain()

    assert (yes.status_code, withdrawn.status_code) == (201, 412)
    assert await taken(world, under.first) == 1


async def test_of_two_colleagues_who_answer_at_once_one_is_heard(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    yes, no = await asyncio.gather(
        attempt_to(desk(world, under.first), seen, "acceptances"),
        attempt_to(desk(world, under.first), seen, "declines", NO),
    )
    await world.drain()

    assert sorted([yes.status_code, no.status_code])[0] == 201
    assert [yes.status_code, no.status_code].count(201) == 1
    assert await taken(world, under.first) == (1 if yes.status_code == 201 else 0)


async def test_a_no_and_a_withdrawal_at_once_ask_nobody_after_the_end(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    async with held(world):
        withdrawing = asyncio.create_task(
            attempt_to(worker(world), under.referral, "endings", WITHDRAWN)
        )
        await waiting(world, 1)
        declining = asyncio.create_task(
            attempt_to(
                desk(world, under.first),
                seen,
                "declines",
                {"declinedBy": "provider", "code": "no_capacity"},
            )
        )
        await waiting(world, 2)
    withdrawn, no = await withdrawing, await declining

    assert (withdrawn.status_code, no.status_code) == (201, 404)
    assert _count(world, f"attempts WHERE {OPEN_ATTEMPT}") == 0
