"""What is said about the room of days to come, and how it comes true on the day."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from shared.schemas.events import CAPACITY_RELEASED
from shared.vocabulary import Role
from tests.providers.steps import RESERVATIONS, capacity, desk, hold, matches, taken, tick, told
from tests.support.registry import Offer, offer
from tests.support.world import World

MARCH_10 = datetime(2022, 3, 10, 9, tzinfo=UTC)


async def say(world: World, made: Offer, day: str, places: int) -> httpx.Response:
    """So many places from a day on."""
    path = f"/providers/v1/capacities/{made.capacity}/changes"
    return await desk(world, made).post(path, {"from": day, "places": places})


async def room(world: World, places: int) -> Offer:
    """A provider with so many places today."""
    return await offer(world.user(Role.ADMINISTRATOR), places=places)


def free(found: dict[str, Any]) -> list[int]:
    """The free places of who fits."""
    return [item["placesFree"] for item in found["items"]]


async def test_places_of_a_day_to_come_are_matched_from_that_day_and_not_before(
    world: World,
) -> None:
    made = await room(world, 0)

    said = await say(world, made, "2022-03-10", 3)

    assert said.status_code == 201, said.text
    assert [(c["from"], c["places"]) for c in said.json()["changes"]] == [("2022-03-10", 3)]
    assert (said.json()["places"], said.json()["taken"]) == (0, 0)
    assert free(await matches(world)) == []
    assert free(await matches(world, "2022-03-09")) == []
    assert free(await matches(world, "2022-03-10")) == [3]


async def test_places_can_be_held_from_the_day_itself_whether_or_not_the_clock_came_by(
    world: World,
) -> None:
    made = await room(world, 0)
    said = await say(world, made, "2022-03-10", 1)
    early = await hold(world, made)

    world.move_to(MARCH_10)
    answers = [await hold(world, made), await hold(world, made)]

    assert early.status_code == 409
    assert [answer.status_code for answer in answers] == [201, 409]
    shown = (await capacity(world, made)).json()
    assert (shown["places"], shown["taken"], shown["changes"]) == (1, 1, [])
    assert shown["statedAt"] == said.json()["changes"][0]["statedAt"], "said then, not today"


async def test_the_last_word_about_a_day_counts(world: World) -> None:
    made = await room(world, 0)
    await say(world, made, "2022-03-10", 3)

    await say(world, made, "2022-03-10", 2)

    assert free(await matches(world, "2022-03-10")) == [2]


async def test_fewer_places_than_people_empties_first_and_nobody_is_sent_away(
    world: World,
) -> None:
    made = await room(world, 2)
    held = [(await hold(world, made)).json()["id"] for _ in range(2)]
    await say(world, made, "2022-03-10", 1)
    world.move_to(MARCH_10)
    await tick(world, "settle_capacities")

    await desk(world, made).post(f"{RESERVATIONS}/{held[0]}/releases", {"reason": "declined"})

    assert await taken(world, made) == 1
    assert (await hold(world, made)).status_code == 409
    assert free(await matches(world)) == []
    assert (await capacity(world, made)).json()["places"] == 1


async def test_new_room_is_told_on_its_day(world: World) -> None:
    made = await room(world, 0)
    await say(world, made, "2022-03-10", 2)
    await tick(world, "settle_capacities")
    before = told(world, CAPACITY_RELEASED)

    world.move_to(MARCH_10)
    await tick(world, "settle_capacities")
    await tick(world, "settle_capacities")

    assert before == []
    assert [
        (event["contractId"], event["placesFree"]) for event in told(world, CAPACITY_RELEASED)
    ] == [(str(made.contract), 2)]


async def test_a_day_that_is_over_and_fewer_than_are_taken_today_are_refused(
    world: World,
) -> None:
    made = await room(world, 1)
    await hold(world, made)

    past = await say(world, made, "2022-02-28", 3)
    fewer = await say(world, made, "2022-03-01", 0)
    today = await say(world, made, "2022-03-01", 2)

    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (400, "/from")
    assert fewer.status_code == 409
    assert (today.status_code, today.json()["places"], today.json()["changes"]) == (201, 2, [])


async def test_who_says_how_much_room_there_is_now_overtakes_what_was_said_about_today(
    world: World,
) -> None:
    made = await room(world, 1)
    await say(world, made, "2022-03-10", 5)
    world.move_to(MARCH_10)
    actor = desk(world, made)
    seen = await actor.get(f"/providers/v1/capacities/{made.capacity}")
    now = {
        "contractId": str(made.contract),
        "locationId": str(made.location),
        "places": 2,
    }

    put = await actor.send(
        "PUT",
        f"/providers/v1/capacities/{made.capacity}",
        now,
        {"If-Match": seen.headers["ETag"]},
    )

    assert (seen.json()["places"], put.json()["places"]) == (5, 2)
    assert free(await matches(world)) == [2]


async def test_the_room_of_another_provider_does_not_exist(world: World) -> None:
    made = await room(world, 1)
    stranger = world.user(Role.PROVIDER_INTAKE, provider=str(uuid4()))
    wanted = {"from": "2022-03-10", "places": 3}

    answers = [
        await stranger.post(f"/providers/v1/capacities/{capacity_id}/changes", wanted)
        for capacity_id in (made.capacity, uuid4())
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
