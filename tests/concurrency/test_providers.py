"""Places are never sold twice, whoever asks at the same moment; each guard has its control."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import psycopg
import pytest

from shared.vocabulary import Role
from tests.support.postgres import TestServer
from tests.support.registry import Offer, offer
from tests.support.world import World

_CHECK: Final = "ck_capacities_no_more_than_places"
_RULE: Final = "CHECK (taken >= 0 AND taken <= places)"


async def _race(world: World, made: Offer, racers: int) -> list[int]:
    desk = world.user(Role.PROVIDER_INTAKE, provider=str(made.provider))
    body = {"contractId": str(made.contract), "locationId": str(made.location)}
    answers = await asyncio.gather(
        *(
            desk.post("/providers/v1/reservations", {**body, "attemptId": str(uuid4())})
            for _ in range(racers)
        )
    )
    return sorted(answer.status_code for answer in answers)


async def _taken(world: World, made: Offer) -> int:
    reader = world.user(Role.ADMINISTRATOR)
    return int((await reader.get(f"/providers/v1/capacities/{made.capacity}")).json()["taken"])


async def test_of_eight_that_race_for_three_places_three_win(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=3)

    assert await _race(world, made, 8) == [201] * 3 + [409] * 5
    assert await _taken(world, made) == 3


@contextmanager
def _without_the_check(databases: TestServer) -> Iterator[None]:
    databases.execute("providers", f"ALTER TABLE capacities DROP CONSTRAINT {_CHECK}")
    try:
        yield
    finally:
        databases.empty("providers")
        databases.execute("providers", f"ALTER TABLE capacities ADD CONSTRAINT {_CHECK} {_RULE}")


def _oversell(databases: TestServer, made: Offer) -> None:
    """What a mistake in the code would do: count without looking."""
    update = f"UPDATE capacities SET taken = taken + 2 WHERE id = '{made.capacity}'"  # noqa: S608
    databases.execute("providers", update)


async def test_the_counter_refuses_one_too_many_whatever_the_code_does(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)

    with pytest.raises(psycopg.errors.CheckViolation, match=_CHECK):
        _oversell(world.databases, made)

    assert await _taken(world, made) == 0


async def test_control_without_the_check_it_is_oversold(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)

    with _without_the_check(world.databases):
        _oversell(world.databases, made)

        assert await _taken(world, made) == 2
