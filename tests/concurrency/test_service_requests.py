"""Races on light requests, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.referrals.models import ONE_OPEN_SERVICE, OPEN_SERVICE
from shared.vocabulary import ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.serving import (
    DEBTS,
    SERVICES,
    TAKING_UP,
    a_service_request,
    asked,
    at,
    specialist,
)
from tests.referrals.steps import a_plan, worker
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@contextmanager
def without_the_guard(world: World) -> Iterator[None]:
    """The world without the index that keeps one open request per item; made again afterwards."""
    world.databases.execute(ServiceName.REFERRALS, f"DROP INDEX {ONE_OPEN_SERVICE}")
    try:
        yield
    finally:
        world.databases.empty(ServiceName.REFERRALS)
        world.databases.execute(
            ServiceName.REFERRALS,
            f"CREATE UNIQUE INDEX {ONE_OPEN_SERVICE} ON service_requests (support_item_id) "
            f"WHERE {OPEN_SERVICE}",
        )


async def _two_for_one_item(world: World, plans: FakePlans) -> list[int]:
    body = a_service_request(a_plan(plans, voorziening=DEBTS))
    answers = await asyncio.gather(*(worker(world).post(SERVICES, body) for _ in range(2)))
    return sorted(answer.status_code for answer in answers)


async def test_of_two_requests_for_one_item_one_is_made(world: World, plans: FakePlans) -> None:
    assert await _two_for_one_item(world, plans) == [201, 409]
    assert len((await specialist(world).get(SERVICES)).json()["items"]) == 1


async def test_control_without_the_index_one_item_is_asked_for_twice(
    world: World, plans: FakePlans
) -> None:
    with without_the_guard(world):
        assert await _two_for_one_item(world, plans) == [201, 201]


async def test_of_two_specialists_at_once_one_takes_it_up_and_one_hears_no_name(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, plans)
    actors = [specialist(world, subject=f"50b0-specialist-{number}") for number in range(2)]
    etag = (await actors[0].get(at(seen))).headers["ETag"]

    answers = await asyncio.gather(
        *(actor.post(f"{at(seen)}/takings-up", TAKING_UP, etag=etag) for actor in actors)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 412]
    named = [(await actor.get(at(seen))).json()["identity"] is not None for actor in actors]
    assert named == [answer.status_code == 201 for answer in answers]
