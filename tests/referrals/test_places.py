"""The place of an accepted offer: confirmed when help begins, lost when it does not in time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from services.referrals.service.tools import CONFIRM
from shared.vocabulary import ServiceName
from tests.providers.steps import hold, taken, tick
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import ATTEMPTS, Under, accepted, desk, do, offered, the_offer
from tests.referrals.telling import notes
from tests.support.registry import Offer
from tests.support.world import World

START = datetime(2022, 3, 1, 8, tzinfo=UTC)
TOO_LATE = START + timedelta(days=28, hours=1)
INTAKE = {"at": "2022-03-02T09:00:00Z", "place": "Oosterpark 1"}


async def begun(world: World, under: Under, seen: httpx.Response, on: str) -> httpx.Response:
    """The provider meets the person and help begins."""
    seen = await do(desk(world, under.first), seen, "intake-appointments", INTAKE)
    return await do(desk(world, under.first), seen, "starts", {"on": on})


async def passes(world: World) -> None:
    """The time of the place is over, and everybody has heard it."""
    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")
    await world.drain()


async def fill(world: World, made: Offer) -> None:
    """Somebody else takes every place that is left."""
    while (await hold(world, made)).status_code == 201:
        pass


async def test_a_start_confirms_the_place_and_it_does_not_lapse(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await begun(world, under, await accepted(world, under), "2022-03-01")
    await world.drain()

    await passes(world)

    assert await taken(world, under.first) == 1
    assert notes(plans) == []


@pytest.mark.parametrize(
    ("began", "used_from"), [("2022-02-28", "2022-03-01"), ("2022-03-01", "2022-03-01")]
)
async def test_the_registry_hears_from_which_day_the_place_is_used(
    world: World, plans: FakePlans, began: str, used_from: str
) -> None:
    """Help that began before the yes uses the place from the yes on; no job fails over it."""
    under = await offered(world, plans)
    seen = await begun(world, under, await accepted(world, under), began)

    await world.drain()

    attempt = UUID(seen.json()["id"])
    assert seen.json()["startedOn"] == began
    assert (await hold(world, under.first, attempt)).json()["confirmedOn"] == used_from
    assert jobs(world, CONFIRM) == 0


async def test_without_the_confirmation_the_place_of_help_that_runs_is_lost(
    world: World, plans: FakePlans
) -> None:
    """The control: the worker of referrals does nothing before the time is over."""
    under = await offered(world, plans)
    await begun(world, under, await accepted(world, under), "2022-03-01")

    world.move_to(TOO_LATE)
    await tick(world, "lapse_reservations")

    assert await taken(world, under.first) == 0


async def test_a_place_that_lapsed_is_on_the_desk_and_the_offer_stands(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await accepted(world, under)

    await passes(world)

    assert notes(plans) == [("place_lost", "not_started_in_time")]
    again: Any = await desk(world, under.first).get(f"{ATTEMPTS}/{seen.json()['id']}")
    assert again.json()["status"] == "accepted"


async def test_a_late_start_takes_the_place_again(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    seen = await accepted(world, under)
    await passes(world)

    await begun(world, under, seen, "2022-03-28")
    await world.drain()

    assert await taken(world, under.first) == 1
    assert notes(plans) == [("place_lost", "not_started_in_time")]


async def test_a_late_start_without_a_place_is_on_the_desk_and_no_job_fails(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await accepted(world, under)
    await passes(world)
    await fill(world, under.first)

    await begun(world, under, seen, "2022-03-28")
    await world.drain()

    assert notes(plans)[1:] == [("place_lost", "no_place")]
    assert jobs(world, CONFIRM) == 0


def jobs(world: World, name: str) -> int:
    """Jobs of one name that are still to be done, or failed."""
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        found = db.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", (name,)
        ).fetchone()
    assert found is not None
    return int(found[0])


async def test_a_place_held_by_a_yes_that_was_cut_off_is_given_back_with_the_no(
    world: World, plans: FakePlans
) -> None:
    """The process died between holding the place and writing the yes; then the provider says no."""
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)
    await hold(world, under.first, UUID(seen.json()["id"]))
    leaked = await taken(world, under.first)

    no = {"declinedBy": "provider", "code": "no_capacity"}
    await do(desk(world, under.first), seen, "declines", no)
    await world.drain()

    assert (leaked, await taken(world, under.first)) == (1, 0)
