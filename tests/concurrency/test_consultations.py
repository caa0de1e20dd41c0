"""Races on consultations, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.referrals.domain.consultations import Side
from services.referrals.models import ONE_STEP_PER_NUMBER
from services.referrals.service.advice import advising, consulting
from shared.auth.call import Call
from shared.schemas.events import CONSENT_REVOKED
from shared.vocabulary import Role, ServiceName
from tests.referrals.advice import (
    ADVICE,
    CONSULTATIONS,
    asked,
    centre,
    noor,
    now,
    of_provider,
    taken_up,
    try_step,
)
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import a_plan
from tests.referrals.telling import tell
from tests.support.registry import two_offers
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


def _connect(world: World) -> psycopg.Connection[tuple[object, ...]]:
    address = world.databases.url(ServiceName.REFERRALS)
    return psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1))


def count(world: World, table: str) -> int:
    with _connect(world) as db:
        found = db.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
    assert found is not None
    return int(str(found[0]))


@asynccontextmanager
async def held(world: World) -> AsyncIterator[None]:
    """All consultations locked by somebody else: writers queue in the order in which they came."""
    connection = _connect(world)
    try:
        connection.execute("SELECT id FROM consultations FOR UPDATE")
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


@contextmanager
def unguarded(by: Side) -> Iterator[None]:
    """Nobody asks whether the caller saw the last state, or what may follow on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Call, "expect", lambda *_: None)
        for module in (advising, consulting):
            patch.setattr(module, "mover_of", lambda *_: by)
        yield


async def one_after_the_other(
    world: World, seen: httpx.Response, *steps: tuple[Actor, str, Any]
) -> list[int]:
    """These steps on one state, in this order at one lock."""
    async with held(world):
        tasks = []
        for number, (actor, what, body) in enumerate(steps, start=1):
            tasks.append(asyncio.create_task(try_step(actor, seen, what, body)))
            await waiting(world, number)
    return [answer.status_code for answer in await asyncio.gather(*tasks)]


def two_advisers(world: World) -> tuple[tuple[Actor, str, Any], ...]:
    """Both take it up."""
    other = world.user(Role.CENTRAL_ACCESS, subject="a-colleague")
    return (centre(world), "takings-up", {}), (other, "takings-up", {})


async def test_of_two_who_take_it_up_at_once_one_does(world: World) -> None:
    seen = await asked(world)

    statuses = await one_after_the_other(world, seen, *two_advisers(world))

    assert statuses == [201, 412]
    assert count(world, "consultation_steps WHERE status = 'taken_up'") == 1


async def test_without_the_guard_both_take_it_up(world: World) -> None:
    seen = await asked(world)

    with unguarded(Side.ADVISER):
        statuses = await one_after_the_other(world, seen, *two_advisers(world))

    assert statuses == [201, 201]
    assert count(world, "consultation_steps WHERE status = 'taken_up'") == 2


async def test_unordered_too_one_takes_it_up(world: World) -> None:
    seen = await asked(world)

    answers = await asyncio.gather(
        *(try_step(actor, seen, what, body) for actor, what, body in two_advisers(world))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 412]


async def test_advice_on_a_question_that_was_just_withdrawn_is_not_given(world: World) -> None:
    seen = await taken_up(world)

    statuses = await one_after_the_other(
        world, seen, (noor(world), "withdrawals", {}), (centre(world), "advices", ADVICE)
    )

    assert statuses == [201, 412]
    assert count(world, "consultations WHERE advice IS NOT NULL") == 0


async def test_without_the_guard_a_withdrawn_question_is_advised_on(world: World) -> None:
    seen = await taken_up(world)

    with unguarded(Side.ADVISER), pytest.MonkeyPatch.context() as patch:
        patch.setattr(advising, "mover_of", lambda *_: Side.ASKER)
        statuses = await one_after_the_other(
            world, seen, (noor(world), "withdrawals", {}), (centre(world), "advices", ADVICE)
        )

    assert statuses == [201, 201]
    assert count(world, "consultations WHERE status = 'advised'") == 1


async def test_a_withdrawal_after_advice_has_to_see_it_first(world: World) -> None:
    seen = await taken_up(world)

    statuses = await one_after_the_other(
        world, seen, (centre(world), "advices", ADVICE), (noor(world), "withdrawals", {})
    )

    assert statuses == [201, 412]
    assert count(world, "consultations WHERE status = 'advised'") == 1


async def test_the_database_keeps_one_step_per_number(world: World) -> None:
    await asked(world)
    second = (
        "INSERT INTO consultation_steps SELECT (jsonb_populate_record(s, "
        "jsonb_build_object('id', gen_random_uuid()))).* FROM consultation_steps s"
    )

    with pytest.raises(psycopg.errors.UniqueViolation, match=ONE_STEP_PER_NUMBER):
        world.databases.execute(ServiceName.REFERRALS, second)
    world.databases.execute(ServiceName.REFERRALS, f"DROP INDEX {ONE_STEP_PER_NUMBER}")
    try:
        world.databases.execute(ServiceName.REFERRALS, second)
        assert count(world, "consultation_steps") == 2
    finally:
        world.databases.empty(ServiceName.REFERRALS)
        made = f"CREATE UNIQUE INDEX {ONE_STEP_PER_NUMBER} ON consultation_steps"
        world.databases.execute(ServiceName.REFERRALS, f"{made} (consultation_id, number)")


async def test_one_key_sent_twice_at_once_asks_once(world: World) -> None:
    key = uuid4()
    body = {
        "toParty": "centrale_toegang",
        "level": "anonymous",
        "questionKind": "toegang_mo_bw",
        "question": "Wat past hier?",
    }

    one, two = await asyncio.gather(
        *(noor(world).post(CONSULTATIONS, body, key=key) for _ in range(2))
    )

    assert one.json()["id"] == two.json()["id"]
    assert count(world, "consultations") == 1


@pytest.mark.rule("OPN-31")
async def test_a_consent_taken_back_while_plans_was_asked_stops_the_question(
    world: World, plans: FakePlans
) -> None:
    first, _ = await two_offers(world)
    plan = a_plan(plans)
    plans.agree(plan, str(first.provider))
    named = {"level": "identified", "planId": str(plan.id), "basis": "consent"}
    question = of_provider(first, **named, supportItemId=str(plan.item))
    consent = {
        "consentId": str(uuid4()),
        "planId": str(plan.id),
        "personId": str(plan.member),
        "providerId": str(first.provider),
    }
    started = now(world)
    world.move_to(started + timedelta(minutes=5))
    await tell(world, CONSENT_REVOKED, consent["consentId"], consent)
    world.move_to(started)  # a request that began before the news was applied

    stopped = await noor(world).post(CONSULTATIONS, question)
    world.move_to(started + timedelta(minutes=10))
    later = await noor(world).post(CONSULTATIONS, question)  # plans says that they agreed again

    assert (stopped.status_code, later.status_code) == (409, 201)
