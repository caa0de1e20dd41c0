"""The day on which help began is kept with the place, once, and is a day that can be."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.providers.domain.beginnings import ensure_can_begin, ensure_same_beginning
from shared.errors import ConflictError, InvalidRequestError
from shared.vocabulary import Role, ServiceName
from tests.providers.steps import RESERVATIONS, body, desk, hold, taken, tick
from tests.support.registry import Offer, offer
from tests.support.world import World

HELD = datetime(2022, 3, 1, 8, tzinfo=UTC)
LATER = HELD + timedelta(days=10)
LAPSED = HELD + timedelta(days=28, minutes=5)
DAY = date(2022, 3, 10)


async def one_place(world: World) -> tuple[Offer, dict[str, Any]]:
    """The last place, held on 1 March; it is 11 March now."""
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    held: dict[str, Any] = (await hold(world, made)).json()
    world.move_to(LATER)
    return made, held


async def confirm(
    world: World, made: Offer, held: dict[str, Any], on: str, **how: Any
) -> httpx.Response:
    """Help began on this day."""
    path = f"{RESERVATIONS}/{held['id']}/confirmations"
    return await desk(world, made).post(path, {"on": on}, **how)


async def test_the_day_is_kept_and_answered_whenever_the_place_is(world: World) -> None:
    made, held = await one_place(world)

    answer = await confirm(world, made, held, "2022-03-09")
    again = await desk(world, made).post(
        RESERVATIONS, {**body(made), "attemptId": held["attemptId"]}
    )

    assert (held["confirmedOn"], answer.json()["confirmedOn"]) == (None, "2022-03-09")
    assert answer.json()["confirmedAt"][:10] == "2022-03-11"
    assert again.json()["confirmedOn"] == "2022-03-09"


async def test_the_same_day_again_is_answered_and_another_is_refused(world: World) -> None:
    made, held = await one_place(world)
    key = uuid4()
    first = await confirm(world, made, held, "2022-03-09", key=key)

    replayed = await confirm(world, made, held, "2022-03-09", key=key)
    repeated = await confirm(world, made, held, "2022-03-09")
    other = await confirm(world, made, held, "2022-03-10")
    reused = await confirm(world, made, held, "2022-03-10", key=key)

    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert replayed.content == first.content
    assert (repeated.status_code, repeated.json()["confirmedOn"]) == (200, "2022-03-09")
    assert (other.status_code, other.json()["type"]) == (409, "urn:problem:conflict")
    assert reused.status_code == 409
    assert (await confirm(world, made, held, "2022-03-09")).json()["confirmedOn"] == "2022-03-09"


@pytest.mark.parametrize(
    ("on", "status", "code"),
    [
        ("2022-02-28", 400, "before-held"),
        ("2022-03-01", 200, None),
        ("2022-03-11", 200, None),
        ("2022-03-12", 200, None),
        ("2022-03-13", 400, "in-future"),
        ("2032-03-11", 400, "in-future"),
        ("1922-03-11", 400, "before-held"),
    ],
)
async def test_help_begins_after_the_place_was_held_and_not_in_days_to_come(
    world: World, on: str, status: int, code: str | None
) -> None:
    made, held = await one_place(world)

    answer = await confirm(world, made, held, on)
    after = (await hold(world, made, None)).status_code

    assert answer.status_code == status, answer.text
    assert [fault["code"] for fault in answer.json().get("errors", [])] == ([code] if code else [])
    assert after == 409, "the place is still held, or used"


async def test_a_refused_day_changes_nothing_and_the_place_still_lapses(world: World) -> None:
    made, held = await one_place(world)
    await confirm(world, made, held, "2022-02-28")

    world.move_to(LAPSED)
    await tick(world, "lapse_reservations")

    assert await taken(world, made) == 0


async def test_a_place_that_lapsed_and_is_taken_again_keeps_the_day_too(world: World) -> None:
    made, held = await one_place(world)
    world.move_to(LAPSED)
    await tick(world, "lapse_reservations")

    answer = await confirm(world, made, held, "2022-03-20")

    assert (answer.json()["status"], answer.json()["confirmedOn"]) == ("confirmed", "2022-03-20")
    assert answer.json()["heldAt"] == held["heldAt"]


async def test_a_place_confirmed_before_the_day_was_kept_gets_it_when_it_is_told_again(
    world: World,
) -> None:
    made, held = await one_place(world)
    await confirm(world, made, held, "2022-03-09")
    address = world.databases.url(ServiceName.PROVIDERS).replace("+psycopg", "", 1)
    with psycopg.connect(address) as db:
        db.execute("UPDATE reservations SET confirmed_on = NULL")

    answer = await confirm(world, made, held, "2022-03-10")

    assert (answer.status_code, answer.json()["confirmedOn"]) == (200, "2022-03-10")


async def test_of_two_days_told_at_once_one_is_kept_and_the_other_refused(world: World) -> None:
    made, held = await one_place(world)
    days = ["2022-03-08", "2022-03-09"]

    answers = await asyncio.gather(*(confirm(world, made, held, day) for day in days))

    told = {answer.status_code: day for answer, day in zip(answers, days, strict=True)}
    assert sorted(told) == [200, 409]
    assert (await confirm(world, made, held, told[200])).json()["confirmedOn"] == told[200]


@pytest.mark.parametrize("days", [0, 1])
def test_a_day_that_can_be(days: int) -> None:
    ensure_can_begin(DAY + timedelta(days=days), DAY, DAY)
    ensure_same_beginning(DAY, None)
    ensure_same_beginning(DAY, DAY)


@pytest.mark.parametrize("days", [-1, 2])
def test_a_day_that_cannot_be(days: int) -> None:
    with pytest.raises(InvalidRequestError):
        ensure_can_begin(DAY + timedelta(days=days), DAY, DAY)
    with pytest.raises(ConflictError):
        ensure_same_beginning(DAY + timedelta(days=days), DAY)
