"""Races on transfers, each with a control that shows what the guard is for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from services.referrals.models import (
    ONE_OPEN_PER_ATTEMPT,
    ONE_OPEN_PER_REGISTRATION,
    UNFINISHED_ENTRY,
)
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.registrations import RegistrationsRepository
from services.referrals.repository.transfer_batches import TransferBatchesRepository
from shared.auth.call import Call
from shared.vocabulary import ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.registering import contracted, desk_of, registered
from tests.referrals.registering import move as move_registration
from tests.referrals.steps import worker
from tests.referrals.transferring import (
    BATCHES,
    HANDED,
    STAY,
    an_entry,
    at,
    batched,
    end,
    manager,
    moving,
    stop,
)
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@contextmanager
def without(world: World, index: str, column: str) -> Iterator[None]:
    """The world without the index that keeps help on one list; made again afterwards."""
    world.databases.execute(ServiceName.REFERRALS, f"DROP INDEX {index}")
    try:
        yield
    finally:
        world.databases.empty(ServiceName.REFERRALS)
        world.databases.execute(
            ServiceName.REFERRALS,
            f"CREATE UNIQUE INDEX {index} ON transfer_entries ({column}) WHERE {UNFINISHED_ENTRY}",
        )


async def _listed_twice(world: World, plans: FakePlans) -> list[int]:
    moved = await moving(world, plans)
    other = f"{BATCHES}/{(await batched(world, moved.made)).json()['id']}"
    body = an_entry(moved.help)
    answers = await asyncio.gather(
        *(moved.desk.post(f"{home}/entries", body) for home in (moved.home, other))
    )
    return sorted(answer.status_code for answer in answers)


async def test_help_comes_on_one_list_over_all_batches(world: World, plans: FakePlans) -> None:
    assert await _listed_twice(world, plans) == [201, 409]


async def test_control_without_the_index_help_is_on_two_lists(
    world: World, plans: FakePlans
) -> None:
    with without(world, ONE_OPEN_PER_ATTEMPT, "attempt_id"):
        assert await _listed_twice(world, plans) == [201, 201]


async def _own_client_twice(world: World) -> list[int]:
    made = await contracted(world)
    one = await registered(world, made)
    await move_registration(world, made, one, "starts", {"on": "2022-03-01"})
    homes = [f"{BATCHES}/{(await batched(world, made)).json()['id']}" for _ in range(2)]
    body = an_entry(one)
    answers = await asyncio.gather(
        *(desk_of(world, made).post(f"{home}/entries", body) for home in homes)
    )
    return sorted(answer.status_code for answer in answers)


@pytest.mark.usefixtures("plans")
async def test_an_own_client_comes_on_one_list(world: World) -> None:
    assert await _own_client_twice(world) == [201, 409]


@pytest.mark.usefixtures("plans")
async def test_control_without_the_index_an_own_client_is_on_two_lists(world: World) -> None:
    with without(world, ONE_OPEN_PER_REGISTRATION, "direct_registration_id"):
        assert await _own_client_twice(world) == [201, 201]


async def test_of_two_acceptances_at_once_one_counts(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()
    noor = worker(world)
    etag = (await noor.get(at(seen))).headers["ETag"]

    answers = await asyncio.gather(
        *(noor.post(f"{at(seen)}/acceptances", {}, etag=etag) for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 412]
    steps = (await noor.get(at(seen))).json()["steps"]
    assert [step["status"] for step in steps] == ["listed", "proposed", "accepted"]


async def test_of_a_handover_and_a_no_at_once_one_counts(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    noor = worker(world)
    etag = (await noor.get(at(seen))).headers["ETag"]

    answers = await asyncio.gather(
        noor.post(f"{at(seen)}/handovers", HANDED, etag=etag),
        moved.desk.post(f"{at(seen)}/stays", STAY, etag=etag),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 412]


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> dict[str, asyncio.Event]:
    """Closing has looked whether anybody is left, and waits before it closes."""
    events = {"looked": asyncio.Event(), "go": asyncio.Event()}
    look = TransferBatchesRepository.has_unfinished

    async def wait(self: TransferBatchesRepository, batch: UUID) -> bool:
        found = await look(self, batch)
        events["looked"].set()
        await events["go"].wait()
        return found

    monkeypatch.setattr(TransferBatchesRepository, "has_unfinished", wait)
    return events


async def _closed_while_listed(
    world: World, plans: FakePlans, slowly: dict[str, asyncio.Event]
) -> list[int]:
    moved = await moving(world, plans)
    closing = asyncio.create_task(end(manager(world), moved.home, "closings"))
    await slowly["looked"].wait()
    adding = asyncio.create_task(moved.add())
    done, _ = await asyncio.wait([adding], timeout=0.5)
    slowly["go"].set()
    answers: list[Any] = [await closing, await adding]
    assert not done or answers[1].status_code == 201
    return [answer.status_code for answer in answers]


async def test_a_batch_is_not_closed_around_who_is_just_being_listed(
    world: World, plans: FakePlans, slowly: dict[str, asyncio.Event]
) -> None:
    assert await _closed_while_listed(world, plans, slowly) == [201, 409]


async def test_control_without_holding_the_batch_somebody_is_left_in_a_closed_one(
    world: World,
    plans: FakePlans,
    slowly: dict[str, asyncio.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def not_held(self: TransferBatchesRepository, call: Call, record: UUID) -> Any:
        return await self.batch(call, record)

    monkeypatch.setattr(TransferBatchesRepository, "joined_batch", not_held)

    assert await _closed_while_listed(world, plans, slowly) == [201, 201]


async def _listed_while_it_stops(
    world: World, plans: FakePlans, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The help stops just after it was found running, before it is on the list."""
    moved = await moving(world, plans)
    found, go = asyncio.Event(), asyncio.Event()
    look = ReferralsRepository.locked_attempt

    async def wait(self: Any, *about: Any, **how: Any) -> Any:
        seen = await look(self, *about, **how)
        if not found.is_set():
            found.set()
            await go.wait()
        return seen

    monkeypatch.setattr(ReferralsRepository, "locked_attempt", wait)
    adding = asyncio.create_task(moved.add())
    await found.wait()
    stopping = asyncio.create_task(stop(moved, "goal_reached"))
    await asyncio.wait([stopping], timeout=0.5)
    go.set()
    seen, stopped = await adding, await stopping
    assert (seen.status_code, stopped.status_code) == (201, 201), (seen.text, stopped.text)
    entry = await moved.desk.get(at(seen))
    return [step["status"] for step in entry.json()["steps"]]


async def test_help_that_stops_while_it_is_listed_leaves_the_list(
    world: World, plans: FakePlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _listed_while_it_stops(world, plans, monkeypatch) == ["listed", "withdrawn"]


@pytest.mark.usefixtures("plans")
async def test_an_own_client_that_stops_while_listed_leaves_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await contracted(world)
    one = await registered(world, made)
    await move_registration(world, made, one, "starts", {"on": "2022-03-01"})
    home = f"{BATCHES}/{(await batched(world, made)).json()['id']}"
    look, found, go = RegistrationsRepository.registration, asyncio.Event(), asyncio.Event()

    async def wait(self: Any, *about: Any, **how: Any) -> Any:
        seen = await look(self, *about, **how)
        if how.get("lock") and not found.is_set():
            found.set()
            await go.wait()
        return seen

    monkeypatch.setattr(RegistrationsRepository, "registration", wait)
    adding = asyncio.create_task(desk_of(world, made).post(f"{home}/entries", an_entry(one)))
    await found.wait()
    how = {"on": "2022-03-01", "code": "goal_reached"}
    stopping = asyncio.create_task(move_registration(world, made, one, "stops", how))
    await asyncio.wait([stopping], timeout=0.5)
    go.set()
    seen, stopped = await adding, await stopping

    assert (seen.status_code, stopped.status_code) == (201, 201), (seen.text, stopped.text)
    entry = await desk_of(world, made).get(at(seen))
    assert [step["status"] for step in entry.json()["steps"]] == ["listed", "withdrawn"]
