"""A place is held for help that is to begin: confirmed at the start, or lapsed and free again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.schemas.events import CAPACITY_RELEASED, RESERVATION_LAPSED
from shared.vocabulary import Role
from tests.providers.steps import RESERVATIONS, body, desk, hold, taken, tick, told
from tests.support.registry import Offer, offer
from tests.support.world import World

START = datetime(2022, 3, 1, 8, tzinfo=UTC)
TOO_LATE = START + timedelta(days=28, minutes=5)
STARTED = {"on": "2022-03-01"}


async def one_place(world: World) -> tuple[Offer, dict[str, Any]]:
    """The last place, held."""
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    held: dict[str, Any] = (await hold(world, made)).json()
    return made, held


async def confirm(world: World, made: Offer, held: dict[str, Any]) -> httpx.Response:
    """Help began."""
    path = f"{RESERVATIONS}/{held['id']}/confirmations"
    return await desk(world, made).post(path, STARTED)


async def test_a_place_that_is_not_confirmed_in_time_is_free_again_and_told(world: World) -> None:
    made, held = await one_place(world)
    await tick(world, "lapse_reservations")
    before = await taken(world, made)
    known = len(told(world, CAPACITY_RELEASED))

    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")
    await tick(world, "lapse_reservations")

    assert (before, await taken(world, made)) == (1, 0)
    assert told(world, RESERVATION_LAPSED) == [
        {"reservationId": held["id"], "attemptId": held["attemptId"]}
    ]
    assert [event["placesFree"] for event in told(world, CAPACITY_RELEASED)[known:]] == [1]


async def test_a_confirmed_place_does_not_lapse(world: World) -> None:
    made, held = await one_place(world)

    confirmed = await confirm(world, made, held)
    again = await confirm(world, made, held)
    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")

    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    assert again.json()["confirmedAt"] == confirmed.json()["confirmedAt"]
    assert await taken(world, made) == 1
    assert told(world, RESERVATION_LAPSED) == []


async def test_asking_again_after_the_start_answers_the_same_place(world: World) -> None:
    made, held = await one_place(world)
    await confirm(world, made, held)

    again = await desk(world, made).post(
        RESERVATIONS, {**body(made), "attemptId": held["attemptId"]}
    )

    assert (again.json()["id"], again.json()["status"]) == (held["id"], "confirmed")
    assert await taken(world, made) == 1


async def test_a_late_start_takes_the_place_again_where_there_is_one(world: World) -> None:
    made, held = await one_place(world)
    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")

    confirmed = await confirm(world, made, held)

    assert confirmed.json()["status"] == "confirmed"
    assert confirmed.json()["releasedAt"] is None
    assert await taken(world, made) == 1


async def test_a_late_start_where_somebody_else_was_placed_is_refused(world: World) -> None:
    made, held = await one_place(world)
    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")
    await hold(world, made)

    refused = await confirm(world, made, held)

    assert (refused.status_code, refused.json()["detail"]) == (409, "Hier is nu geen plaats vrij.")
    assert await taken(world, made) == 1


async def test_a_place_given_back_cannot_be_confirmed(world: World) -> None:
    made, held = await one_place(world)
    path = f"{RESERVATIONS}/{held['id']}"
    await desk(world, made).post(f"{path}/releases", {"reason": "declined"})

    assert (await confirm(world, made, held)).status_code == 409
    assert await taken(world, made) == 0


async def test_another_provider_cannot_confirm_a_place(world: World) -> None:
    _, held = await one_place(world)
    other = await offer(world.user(Role.ADMINISTRATOR), "Ander")

    answers = [
        await confirm(world, other, held),
        await confirm(world, other, {"id": str(uuid4())}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("places", [1, 2])
async def test_room_is_told_only_where_there_was_none(world: World, places: int) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=places)
    held = (await hold(world, made)).json()
    known = len(told(world, CAPACITY_RELEASED))

    await desk(world, made).post(f"{RESERVATIONS}/{held['id']}/releases", {"reason": "declined"})

    assert len(told(world, CAPACITY_RELEASED)[known:]) == (1 if places == 1 else 0)
