"""No gap: when help ends, by what, and what follows, on the request and at its provider."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.referrals.domain.continuity import Ending, Rhythm, earliest, next_contact
from shared.schemas.events import CONTRACT_ENDED
from shared.vocabulary import EndCause, Role, ServiceName
from tests.providers.steps import change
from tests.referrals.doubles import FakePlans
from tests.referrals.lasting import ended, now, running
from tests.referrals.steps import (
    ATTEMPTS,
    REFERRALS,
    Under,
    a_request,
    accepted,
    desk,
    offered,
    the_offer,
    worker,
)
from tests.referrals.telling import tell
from tests.support.world import World

pytestmark = pytest.mark.anyio

DAY = date(2022, 3, 1)


def test_the_earliest_end_is_named_and_on_one_day_always_the_same() -> None:
    grant, contract = Ending(DAY, EndCause.GRANT), Ending(DAY, EndCause.CONTRACT)
    decision = Ending(date(2022, 2, 28), EndCause.DECISION)

    assert earliest([contract, grant]) == earliest([grant, contract]) == grant
    assert earliest([grant, decision, contract]) == decision
    assert earliest([]) is None


@pytest.mark.parametrize(
    ("until", "on", "then"),
    [
        (None, DAY, date(2022, 3, 8)),
        (date(2022, 3, 5), DAY, date(2022, 3, 5)),
        (DAY, DAY, date(2022, 3, 8)),
        (None, date(2022, 1, 1), date(2022, 3, 2)),
    ],
)
def test_the_next_contact_follows_the_rhythm_and_is_never_behind_us(
    until: date | None, on: date, then: date
) -> None:
    assert next_contact(Rhythm(7, until), on, date(2022, 3, 2)) == then


async def told_end(world: World, under: Under, on: str | None, sequence: int = 1) -> None:
    """The registry tells the last day of the contract of the first provider."""
    data = {
        "contractId": str(under.first.contract),
        "providerId": str(under.first.provider),
        "ended": False,
        "code": "term_over",
        "endsOn": on,
    }
    await tell(world, CONTRACT_ENDED, str(under.first.contract), data, sequence=sequence)


def days(plans: FakePlans) -> list[Any]:
    """The days that plans heard last, and with which code."""
    data = [e["data"] for e in plans.events if e["type"] == "nl.wmo.referral.moved"][-1]
    return [data["code"], data["days"]]


@pytest.mark.rule("AMS-REF-17", "AMS-PLN-32")
async def test_the_last_day_of_a_contract_is_told_to_the_plan_of_who_is_helped_by_it(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await running(world, under)
    await world.drain()

    await told_end(world, under, "2022-06-30")

    shown = await desk(world, under.first).get(f"{ATTEMPTS}/{seen.json()['id']}")
    assert days(plans) == ["contract_ends", [{"kind": "contract", "on": "2022-06-30"}]]
    assert (await now(world, under)).json()["continuity"] == {
        "endsOn": "2022-06-30",
        "cause": "contract",
        "followedByReferralId": None,
    }
    assert (seen.json()["endsOn"], shown.json()["endsOn"]) == (None, "2022-06-30")
    assert "cause" not in shown.text
    await told_end(world, under, None, sequence=2)
    assert days(plans) == ["contract_ends", []]


@pytest.mark.rule("AMS-REF-17")
async def test_the_contract_manager_ends_a_contract_and_everybody_knows_the_day(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await running(world, under)
    manager = world.user(Role.CONTRACT_MANAGER)
    path = f"/providers/v1/contracts/{under.first.contract}"

    answer = await change(manager, path, "endings", {"reason": "quality", "from": "2022-07-01"})
    await world.drain()

    assert answer.status_code == 200, answer.text
    assert days(plans) == ["contract_ends", [{"kind": "contract", "on": "2022-06-30"}]]
    assert (await now(world, under)).json()["status"] == "delivering"


@pytest.mark.rule("AMS-REF-17")
async def test_the_last_day_of_the_decision_is_an_end_that_is_known(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    world.databases.execute(ServiceName.REFERRALS, "UPDATE judgements SET valid_until='2022-05-01'")
    before = await the_offer(world, under.first)

    seen = await accepted(world, under)
    await running_from(world, under)
    await world.drain()

    assert (before.json()["endsOn"], seen.json()["endsOn"]) == (None, "2022-05-01")
    assert days(plans)[1] == [{"kind": "decision", "on": "2022-05-01"}]
    assert (await now(world, under)).json()["continuity"]["cause"] == "decision"


async def running_from(world: World, under: Under) -> None:
    """What was accepted begins."""
    actor, seen = desk(world, under.first), await the_offer(world, under.first)
    path = f"{ATTEMPTS}/{seen.json()['id']}"
    when = {"at": "2022-03-01T12:00:00Z", "place": "De tuin"}
    for what, body in (("intake-appointments", when), ("starts", {"on": "2022-03-01"})):
        answer = await actor.post(f"{path}/{what}", body, etag=seen.headers["ETag"])
        assert answer.status_code == 201, answer.text
        seen = answer


@pytest.mark.rule("AMS-REF-17")
async def test_after_help_the_request_names_the_one_that_follows(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    alone = (await ended(world, under)).json()["continuity"]
    follows = await worker(world).post(REFERRALS, a_request(under.plan))

    told = (await now(world, under)).json()["continuity"]
    page = await worker(world).get(f"{REFERRALS}?planId={under.plan.id}")

    assert alone == {"endsOn": "2022-03-01", "cause": "placement", "followedByReferralId": None}
    assert told["followedByReferralId"] == follows.json()["id"]
    assert [each["continuity"] for each in page.json()["items"]].count(told) == 1


async def test_what_is_not_known_to_end_says_nothing(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    world.move_to(datetime(2022, 3, 2, 9, tzinfo=UTC))

    assert under.referral.json()["continuity"] is None
    assert (await now(world, under)).json()["continuity"] is None
