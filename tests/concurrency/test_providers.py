"""Races on places, each with a control that shows what the guard is for."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.providers.models import NO_MORE_THAN_PLACES
from shared.vocabulary import Role
from tests.providers.steps import RESERVATIONS, desk, hold, taken, tick
from tests.support.registry import Offer, offer
from tests.support.world import World

LATE = datetime(2022, 3, 1, 8, tzinfo=UTC) + timedelta(days=29)


async def race(world: World, made: Offer, racers: int) -> list[int]:
    """So many ask for a place at once."""
    answers = await asyncio.gather(*(hold(world, made) for _ in range(racers)))
    return sorted(answer.status_code for answer in answers)


async def test_of_six_that_race_for_the_last_place_one_wins(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)

    assert await race(world, made, 6) == [201] + [409] * 5
    assert await taken(world, made) == 1


async def test_without_its_check_the_last_place_is_sold_to_all(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    databases = world.databases
    databases.execute("providers", f"ALTER TABLE capacities DROP CONSTRAINT {NO_MORE_THAN_PLACES}")
    try:
        assert await race(world, made, 4) == [201] * 4
        assert await taken(world, made) == 4
    finally:
        databases.empty("providers")
        check = f"ADD CONSTRAINT {NO_MORE_THAN_PLACES} CHECK (taken >= 0 AND taken <= places)"
        databases.execute("providers", f"ALTER TABLE capacities {check}")


@pytest.mark.parametrize("ends", ["confirmations", "releases"])
async def test_a_place_that_lapses_while_it_is_used_or_given_back_is_counted_once(
    world: World, ends: str
) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=2)
    held = (await hold(world, made)).json()["id"]
    wanted = {"on": "2022-03-29"} if ends == "confirmations" else {"reason": "declined"}
    world.move_to(LATE)

    answer, *_ = await asyncio.gather(
        desk(world, made).post(f"{RESERVATIONS}/{held}/{ends}", wanted),
        tick(world, "lapse_reservations"),
        tick(world, "lapse_reservations"),
    )

    assert answer.status_code == 200
    assert await taken(world, made) == (1 if ends == "confirmations" else 0)
