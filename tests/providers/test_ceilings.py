"""A ceiling per contract per year: above a proposed one a warning, above a decided one a no."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.providers.models import NO_MORE_THAN_CEILING
from shared.vocabulary import Role
from tests.providers.steps import NEXT_YEAR, body, desk, hold, matches, set_ceiling, taken
from tests.support.registry import Offer, offer
from tests.support.world import World


async def two_of(world: World, status: str, ceiling: int = 2, places: int = 5) -> Offer:
    """A provider with room, and a contract with a ceiling."""
    made = await offer(world.user(Role.ADMINISTRATOR), places=places)
    answer = await set_ceiling(world, made, ceiling, status)
    assert answer.status_code == 200, answer.text
    return made


@pytest.mark.rule("AMS-PRV-21")
@pytest.mark.rule("OPN-03")
async def test_above_a_decided_ceiling_no_place_is_given_and_none_is_counted(world: World) -> None:
    made = await two_of(world, "decided")

    answers = [await hold(world, made) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[2].json()["detail"] == "Het plafond van dit contract voor dit jaar is bereikt."
    assert await taken(world, made) == 2
    found = await matches(world)
    assert [item["whyNot"] for item in found["excluded"]] == [["room", "ceiling"]]


@pytest.mark.rule("OPN-03")
async def test_above_a_proposed_ceiling_a_place_is_given_with_a_warning(world: World) -> None:
    made = await two_of(world, "proposed")

    warned = [(await hold(world, made)).json()["warnings"] for _ in range(3)]

    assert warned == [[], [], ["above_proposed_ceiling"]]
    assert [item["warnings"] for item in (await matches(world))["items"]] == [
        ["above_proposed_ceiling"]
    ]


@pytest.mark.rule("AMS-PRV-21")
async def test_a_place_given_back_before_the_start_is_free_in_the_year_as_well(
    world: World,
) -> None:
    made = await two_of(world, "decided", ceiling=1)
    held = (await hold(world, made)).json()["id"]

    await desk(world, made).post(
        f"/providers/v1/reservations/{held}/releases", {"reason": "declined"}
    )

    assert (await hold(world, made)).status_code == 201


@pytest.mark.rule("AMS-PRV-21")
async def test_help_that_was_given_stays_counted_in_its_year_and_not_in_the_next(
    world: World,
) -> None:
    made = await two_of(world, "decided", ceiling=1)
    held = (await hold(world, made)).json()["id"]
    path = f"/providers/v1/reservations/{held}"
    await desk(world, made).post(f"{path}/confirmations", {"on": "2022-03-01"})

    await desk(world, made).post(f"{path}/releases", {"reason": "goal_reached"})
    same_year = await hold(world, made)
    world.move_to(NEXT_YEAR)
    next_year = await hold(world, made)

    assert (same_year.status_code, next_year.status_code) == (409, 201)


async def test_a_decided_ceiling_cannot_be_set_below_what_was_given(world: World) -> None:
    made = await two_of(world, "proposed", ceiling=5)
    for _ in range(2):
        await hold(world, made)

    refused = await set_ceiling(world, made, 1, "decided")
    allowed = await set_ceiling(world, made, 2, "decided")

    assert (refused.status_code, allowed.status_code) == (409, 200)
    assert (await hold(world, made)).status_code == 409


async def race(world: World, made: Offer, racers: int) -> list[int]:
    """So many ask at once."""
    actor = desk(world, made)
    answers: list[Any] = await asyncio.gather(
        *(actor.post("/providers/v1/reservations", body(made, uuid4())) for _ in range(racers))
    )
    return sorted(answer.status_code for answer in answers)


@pytest.mark.rule("AMS-PRV-21")
async def test_of_six_that_race_below_a_decided_ceiling_of_two_two_win(world: World) -> None:
    made = await two_of(world, "decided")

    assert await race(world, made, 6) == [201] * 2 + [409] * 4
    assert await taken(world, made) == 2


async def test_without_its_check_the_ceiling_is_oversold(world: World) -> None:
    """The control: the same race, and only the check of the table is gone."""
    made = await two_of(world, "decided")
    databases = world.databases
    databases.execute(
        "providers", f"ALTER TABLE contract_years DROP CONSTRAINT {NO_MORE_THAN_CEILING}"
    )
    try:
        assert await race(world, made, 4) == [201] * 4
    finally:
        databases.empty("providers")
        check = "CHECK (status <> 'decided' OR ceiling IS NULL OR taken <= ceiling)"
        databases.execute(
            "providers", f"ALTER TABLE contract_years ADD CONSTRAINT {NO_MORE_THAN_CEILING} {check}"
        )
