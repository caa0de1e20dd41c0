"""Races on direct registrations, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.referrals.models import ONE_OPEN_REGISTRATION, OPEN_REGISTRATION
from services.referrals.repository.registrations import RegistrationsRepository
from shared.vocabulary import ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.registering import (
    HELP,
    REGISTRATIONS,
    a_registration,
    contracted,
    desk_of,
    taken,
)
from tests.referrals.steps import a_plan, a_shortlist, admitted, attempt_to, do, the_offer, worker
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The early look at who is registered finds nobody: only the database is left."""

    async def nobody(*_about: object) -> None:
        return None

    monkeypatch.setattr(RegistrationsRepository, "ensure_new", nobody)


@contextmanager
def without_the_guard(world: World) -> Iterator[None]:
    """The world without the index that keeps a client at a contract once; made again afterwards."""
    world.databases.execute(ServiceName.REFERRALS, f"DROP INDEX {ONE_OPEN_REGISTRATION}")
    try:
        yield
    finally:
        world.databases.empty(ServiceName.REFERRALS)
        world.databases.execute(
            ServiceName.REFERRALS,
            f"CREATE UNIQUE INDEX {ONE_OPEN_REGISTRATION} ON direct_registrations "
            f"(contract_id, client_index) WHERE {OPEN_REGISTRATION}",
        )


async def _one_client_twice(world: World) -> tuple[list[int], int]:
    made = await contracted(world)
    body = a_registration(made)
    answers = await asyncio.gather(
        *(desk_of(world, made).post(REGISTRATIONS, body) for _ in range(2))
    )
    await world.drain()
    return sorted(answer.status_code for answer in answers), await taken(world, made)


@pytest.mark.usefixtures("unchecked")
async def test_of_two_registrations_of_one_client_one_is_made_and_one_place_held(
    world: World,
) -> None:
    assert await _one_client_twice(world) == ([202, 409], 1)


@pytest.mark.usefixtures("unchecked")
async def test_control_without_the_index_one_client_is_there_twice(world: World) -> None:
    with without_the_guard(world):
        assert await _one_client_twice(world) == ([202, 202], 2)


@pytest.mark.rule("AMS-ACC-24")
@pytest.mark.rule("AMS-ACC-25")
async def test_of_an_attempt_and_a_registration_at_once_one_gets_the_last_place(
    world: World, plans: FakePlans
) -> None:
    made = await contracted(world, places=1)
    plan = a_plan(plans, voorziening=HELP)
    request = await admitted(world, plan, weighings=[])
    request = await do(worker(world), request, "shortlists", a_shortlist(plan, made))
    await do(worker(world), request, "attempts")
    offered = await the_offer(world, made)
    desk = desk_of(world, made)

    answers = await asyncio.gather(
        attempt_to(desk, offered, "acceptances"),
        desk.post(REGISTRATIONS, a_registration(made)),
    )
    await world.drain()

    codes = [answer.status_code for answer in answers]
    assert codes in ([201, 409], [409, 202])
    assert await taken(world, made) == 1
    listed = (await desk.get(REGISTRATIONS)).json()["items"]
    assert len(listed) == (1 if codes[1] == 202 else 0)
