"""Races on requests without a plan, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.referrals.models import ONE_OPEN_PER_PERSON, OPEN_REQUEST
from services.referrals.service import circle
from services.referrals.service.requests import creating
from shared.db.database import Session
from shared.vocabulary import ServiceName
from tests.concurrency.test_referrals import _connect, held, waiting, without
from tests.referrals.entering import (
    DECISION,
    Entered,
    asked,
    centre,
    entered,
    plan_opened,
)
from tests.referrals.steps import REFERRALS, WEIGHINGS, attempt_to
from tests.support.world import World

pytestmark = pytest.mark.anyio

COLLEAGUE = "50b00000-0000-4000-8000-000000000042"
_DEFINITION = (
    "referrals (household_id, person_id, voorziening) "
    f"WHERE support_item_id IS NULL AND {OPEN_REQUEST}"
)


async def _two_at_once(world: World) -> list[int]:
    who = await entered(world, centre(world))
    both = (centre(world), centre(world, COLLEAGUE))
    answers = await asyncio.gather(*(each.post(REFERRALS, who.request()) for each in both))
    return sorted(answer.status_code for answer in answers)


@pytest.mark.rule("AMS-ACC-36")
async def test_of_two_requests_for_one_person_and_voorziening_one_is_made(world: World) -> None:
    assert await _two_at_once(world) == [201, 409]


async def test_without_its_index_both_are_made(world: World) -> None:
    with without(world, ONE_OPEN_PER_PERSON, _DEFINITION):
        assert await _two_at_once(world) == [201, 201]


async def test_of_two_who_decide_at_once_one_does_and_the_other_hears_it_changed(
    world: World,
) -> None:
    made = await asked(centre(world), await entered(world, centre(world)))
    both = (centre(world), centre(world, COLLEAGUE))

    async with held(world):
        deciding = [
            asyncio.create_task(attempt_to(each, made, "judgements", DECISION)) for each in both
        ]
        await waiting(world, 2)
    answers = await asyncio.gather(*deciding)

    assert sorted(answer.status_code for answer in answers) == [201, 412]


@pytest.mark.rule("AMS-ACC-39")
async def test_a_plan_that_is_opened_while_somebody_decides_is_taken_over_and_so_is_the_decision(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access)
    made = await asked(access, who)

    async with held(world):
        deciding = asyncio.create_task(attempt_to(access, made, "judgements", DECISION))
        await waiting(world, 1)
        opening = asyncio.create_task(plan_opened(world, who.household))
        await waiting(world, 2)
    decided = await deciding
    worker, plan = await opening

    seen = (await worker.get(f"{REFERRALS}/{made.json()['id']}")).json()
    assert decided.status_code == 201, decided.text
    assert (seen["planId"], seen["status"]) == (str(plan), "placing")
    assert seen["judgement"]["whatNow"] == DECISION["whatNow"]


@asynccontextmanager
async def _half_made(world: World, who: Entered) -> AsyncIterator["asyncio.Task[object]"]:
    """A request of which the first rows are written and the last wait."""
    weighing = {**WEIGHINGS[0], "condition": "no_wlz_indication"}
    connection = _connect(world)
    connection.execute("LOCK TABLE weighings IN EXCLUSIVE MODE")
    try:
        making = asyncio.create_task(asked(centre(world), who, weighings=[weighing]))
        await waiting(world, 1)
        yield making
    finally:
        connection.rollback()
        connection.close()


async def _plan_of(world: World, who: Entered) -> str | None:
    found = await centre(world).get(f"{REFERRALS}?householdId={who.household}")
    (item,) = found.json()["items"]
    plan: str | None = item["planId"]
    return plan


async def test_a_plan_that_is_opened_while_a_request_is_made_is_not_missed(world: World) -> None:
    who = await entered(world, centre(world))

    async with _half_made(world, who) as making:
        opening = asyncio.create_task(plan_opened(world, who.household))
        await waiting(world, 2)
    await making
    _, plan = await opening

    assert await _plan_of(world, who) == str(plan)


async def test_without_the_lock_on_the_household_it_is_missed_until_the_night(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(session: Session, household: object, *, shared: bool) -> None:
        del session, household, shared

    monkeypatch.setattr(creating, "lock_household", no_lock)
    monkeypatch.setattr(circle, "lock_household", no_lock)
    who = await entered(world, centre(world))

    async with _half_made(world, who) as making:
        _, plan = await plan_opened(world, who.household)
    await making

    assert await _plan_of(world, who) is None
    service = world.apps[ServiceName.REFERRALS].state.service
    assert await service.circles.rebuild() >= 0
    assert await _plan_of(world, who) == str(plan)
