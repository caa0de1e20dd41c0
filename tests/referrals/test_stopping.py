"""Providers that may not be asked any more, rooms that open, plans that close."""

import asyncio
from typing import Any

import pytest

from shared.schemas.events import PLAN_CLOSED, PROVIDER_SUSPENDED
from shared.vocabulary import Role
from tests.providers.steps import change
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    ATTEMPTS,
    Under,
    accepted,
    attempt_to,
    desk,
    do,
    listed,
    offered,
    the_offer,
    worker,
)
from tests.referrals.telling import notes, stop, tell
from tests.support.registry import Offer, offer
from tests.support.world import World

NO = {"declinedBy": "provider", "code": "no_capacity"}


async def now(world: World, under: Under) -> Any:
    """The request as its coordinator sees it."""
    answer = await worker(world).get(under.path())
    assert answer.status_code == 200, answer.text
    return answer


async def inbox(world: World, made: Offer) -> list[dict[str, Any]]:
    """What lies with a provider."""
    found: list[dict[str, Any]] = (await desk(world, made).get(ATTEMPTS)).json()["items"]
    return found


@pytest.mark.rule("AMS-REF-06")
@pytest.mark.parametrize("how", ["suspended", "ended"])
async def test_an_open_offer_to_who_may_not_be_asked_any_more_goes_to_the_next(
    world: World, plans: FakePlans, how: str
) -> None:
    under = await offered(world, plans)

    await stop(world, under.first, how)

    found = (await now(world, under)).json()
    states = {each["providerId"]: (each["status"], each["code"]) for each in found["attempts"]}
    assert states[str(under.first.provider)] == ("lapsed", "quality")
    assert states[str(under.second.provider)][0] == "offered"
    assert (await inbox(world, under.first), found["status"]) == ([], "placing")
    assert found["firstContactOn"] == under.referral.json()["firstContactOn"]


@pytest.mark.parametrize("how", ["suspended", "ended"])
async def test_help_that_was_agreed_goes_on_and_its_coordinator_has_it_on_the_desk(
    world: World, plans: FakePlans, how: str
) -> None:
    under = await offered(world, plans)
    await accepted(world, under)

    await stop(world, under.first, how)

    assert (await now(world, under)).json()["attempts"][0]["status"] == "accepted"
    assert notes(plans) == [("provider_stopped", "quality")]


@pytest.mark.parametrize("how", ["suspended", "ended"])
async def test_who_may_not_be_asked_is_passed_over(
    world: World, plans: FakePlans, how: str
) -> None:
    under = await listed(world, plans)
    await stop(world, under.first, how)

    await do(worker(world), under.referral, "attempts")

    assert await inbox(world, under.first) == []
    assert len(await inbox(world, under.second)) == 1


async def test_no_offer_slips_through_while_its_provider_is_suspended(
    world: World, plans: FakePlans
) -> None:
    under = await listed(world, plans)
    path = f"/providers/v1/organisations/{under.first.provider}"
    supervisor = world.user(Role.SUPERVISOR)
    await change(supervisor, path, "suspensions", {"reason": "quality"})

    asked, _ = await asyncio.gather(
        attempt_to(worker(world), under.referral, "attempts"), world.drain()
    )
    await world.drain()

    assert asked.status_code in {201, 409, 412}
    assert await inbox(world, under.first) == []


async def test_where_nobody_else_is_left_the_request_says_so(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await stop(world, under.second, "suspended")

    await stop(world, under.first, "suspended")

    assert (await now(world, under)).json()["status"] == "no_provider_left"


async def test_who_is_resumed_can_be_asked_again(world: World, plans: FakePlans) -> None:
    under = await listed(world, plans)
    await stop(world, under.first, "suspended")
    path = f"/providers/v1/organisations/{under.first.provider}"
    await change(world.user(Role.SUPERVISOR), path, "resumptions", {"reason": "improved"})
    await world.drain()

    await do(worker(world), under.referral, "attempts")

    assert len(await inbox(world, under.first)) == 1


async def test_what_was_told_before_the_newest_changes_nothing(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    provider = str(under.first.provider)
    told = {"providerId": provider, "code": "quality"}

    await tell(world, PROVIDER_SUSPENDED, provider, {**told, "suspended": False}, sequence=5)
    await tell(world, PROVIDER_SUSPENDED, provider, {**told, "suspended": True}, sequence=4)

    assert len(await inbox(world, under.first)) == 1


async def test_a_shortlist_with_a_suspended_provider_is_not_agreed(
    world: World, plans: FakePlans
) -> None:
    under = await listed(world, plans)
    await stop(world, under.first, "suspended")
    entries = [
        {
            "providerId": str(under.first.provider),
            "contractId": str(under.first.contract),
            "locationId": str(under.first.location),
            "basis": "consent",
        }
    ]
    wanted = {
        "entries": entries,
        "agreedBy": str(under.plan.member),
        "agreedOn": "2022-03-01",
        "contributionToldOn": "2022-03-01",
        "how": "aan tafel",
    }

    refused = await attempt_to(worker(world), under.referral, "shortlists", wanted)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "not-contracted")


@pytest.mark.rule("HLM-REF-08")
async def test_who_waits_without_a_provider_hears_of_room_and_nobody_else(
    world: World, plans: FakePlans
) -> None:
    under_way = await offered(world, plans)
    waiting = await offered(world, plans)
    for made in (waiting.first, waiting.second):
        await do(desk(world, made), await the_offer(world, made), "declines", NO)
    await world.drain()
    before = notes(plans)

    await offer(world.user(Role.ADMINISTRATOR), "Nieuw", places=1)
    await world.drain()

    assert before == []
    events = [e["data"] for e in plans.events if e["type"] == "nl.wmo.referral.noted"]
    assert [(e["kind"], e["referralId"]) for e in events] == [
        ("room_again", waiting.referral.json()["id"])
    ]
    assert under_way.referral.json()["id"] != waiting.referral.json()["id"]


async def test_a_closed_plan_takes_no_offer_and_what_is_under_way_is_on_a_desk(
    world: World, plans: FakePlans
) -> None:
    under = await listed(world, plans)
    plan = str(under.plan.id)

    await tell(world, PLAN_CLOSED, plan, {"planId": plan, "status": "closed"}, sequence=9)
    refused = await attempt_to(worker(world), under.referral, "attempts")

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("Dit plan is gesloten.")
    assert notes(plans) == [("plan_closed", "plan_closed")]
    assert await inbox(world, under.first) == []


async def test_after_a_no_nobody_else_is_asked_for_a_closed_plan(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    plan = str(under.plan.id)
    await tell(world, PLAN_CLOSED, plan, {"planId": plan, "status": "closed"}, sequence=9)

    await do(desk(world, under.first), await the_offer(world, under.first), "declines", NO)

    assert await inbox(world, under.second) == []


@pytest.mark.rule("AMS-REF-11", "AMS-REF-12", "AMS-REF-15", "AMS-REF-24")
@pytest.mark.parametrize("code", ["back_to_team", "lighter_support", "long_term_care"])
async def test_help_ends_with_where_the_person_goes_on(
    world: World, plans: FakePlans, code: str
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    intake = {"at": "2022-03-02T09:00:00Z", "place": "Oosterpark 1"}
    seen = await do(actor, await accepted(world, under), "intake-appointments", intake)
    seen = await do(actor, seen, "starts", {"on": "2022-03-01"})

    await do(actor, seen, "stops", {"on": "2022-03-01", "code": code})

    ended = (await now(world, under)).json()
    assert (ended["status"], ended["steps"][-1]["code"]) == ("ended", code)
    assert ended["coordinator"] == plans.plans[str(under.plan.id)].coordinator
