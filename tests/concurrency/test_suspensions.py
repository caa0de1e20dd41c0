"""A provider is suspended while a place is being held there: one comes after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import psycopg
import pytest

from services.providers.models import OrganisationRow
from services.providers.repository import ProvidersRepository
from shared.vocabulary import Role, ServiceName
from tests.providers.steps import change, hold, taken
from tests.support.registry import Offer, offer
from tests.support.world import World

QUALITY = {"reason": "quality"}


def connect(world: World) -> psycopg.Connection[tuple[object, ...]]:
    """As the service itself: a role sees what its own sessions wait for, and no other's."""
    address = world.databases.url(ServiceName.PROVIDERS)
    return psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1))


@asynccontextmanager
async def counter_of_the_year_held(world: World) -> AsyncIterator[None]:
    """Who holds a place gets as far as the count of the year, and waits there."""
    connection = connect(world)
    try:
        connection.execute("SELECT contract_id FROM contract_years FOR UPDATE")
        yield
    finally:
        connection.rollback()
        connection.close()


async def queued(world: World, number: int) -> bool:
    """Whether so many come to stand in the queue for a lock, within two seconds."""
    question = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(200):
        with connect(world) as db:
            if db.execute(question).fetchone() == (number,):
                return True
        await asyncio.sleep(0.01)
    return False


async def suspend(world: World, made: Offer) -> httpx.Response:
    """The contract manager suspends the provider."""
    path = f"/providers/v1/organisations/{made.provider}"
    return await change(world.user(Role.CONTRACT_MANAGER), path, "suspensions", QUALITY)


async def race(world: World) -> tuple[list[str], Offer]:
    """A place is being held when the provider is suspended; who was answered when, in order."""
    made = await offer(world.user(Role.ADMINISTRATOR), places=3)
    assert (await hold(world, made)).status_code == 201, "the count of the year is there"
    answered: list[str] = []

    async def told(name: str, answer: httpx.Response) -> None:
        answered.append(f"{name} {answer.status_code}")

    async def holding() -> None:
        await told("held", await hold(world, made))

    async def suspending() -> None:
        await told("suspended", await suspend(world, made))

    async with asyncio.TaskGroup() as tasks, counter_of_the_year_held(world):
        tasks.create_task(holding())
        assert await queued(world, 1), "the holder waits for the count"
        suspension = tasks.create_task(suspending())
        while not suspension.done() and not await queued(world, 2):
            pass
    return answered, made


async def test_a_suspension_is_answered_after_the_places_that_were_being_held(
    world: World,
) -> None:
    answered, made = await race(world)

    assert answered == ["held 201", "suspended 200"]
    assert (await hold(world, made)).status_code == 409
    assert await taken(world, made) == 2


async def test_without_its_lock_a_place_is_held_after_the_suspension_was_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(repository: ProvidersRepository, record: object) -> OrganisationRow:
        return await repository.get(OrganisationRow, record)  # type: ignore[arg-type]

    monkeypatch.setattr(ProvidersRepository, "organisation_shared", unlocked)

    answered, _ = await race(world)

    assert answered == ["suspended 200", "held 201"]


async def test_who_asks_while_a_suspension_is_being_written_hears_no(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=3)
    with connect(world) as connection:
        connection.execute(
            "UPDATE organisations SET suspended_at = now(), suspension_reason = 'quality',"
            " version = version + 1 WHERE id = %s",
            (made.provider,),
        )
        asked = asyncio.create_task(hold(world, made))
        assert await queued(world, 1), "it waits for what is being written"
        connection.commit()

    assert (await asked).status_code == 409
    assert await taken(world, made) == 0
