"""Going back to the team: what is agreed, who reads it, and when it is looked at."""

from typing import Any

import pytest

from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.lasting import BACK, ended, now, running
from tests.referrals.steps import accepted, attempt_to, do, offered, the_offer, worker
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.rule("AMS-REF-11", "AMS-PLN-26")
async def test_the_last_agreement_holds_and_what_was_agreed_before_stays_on_record(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await do(worker(world), under.referral, "return-agreements", BACK)

    told = await do(worker(world), seen, "return-agreements", {**BACK, "reviewOn": "2022-07-01"})
    await world.drain()

    assert seen.json()["returnAgreement"] == BACK
    assert told.json()["returnAgreement"] == {**BACK, "reviewOn": "2022-07-01"}
    days = [e["data"]["days"] for e in plans.events if e["type"] == "nl.wmo.referral.moved"]
    assert days[-1] == [{"kind": "return_review", "on": "2022-07-01"}]
    stored = await world.kernel(ServiceName.REFERRALS).db.fetch_json(
        "SELECT json_agg(r ORDER BY number)::text FROM return_agreements r", {}
    )
    assert stored is not None
    assert stored.count(b'"number":') == 2
    assert BACK["criteria"].encode() not in stored
    assert BACK["agreedWith"].encode().hex().encode() not in stored


@pytest.mark.rule("AMS-REF-11")
async def test_the_provider_reads_it_once_it_said_yes_and_not_before(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await do(worker(world), under.referral, "return-agreements", BACK)

    before = await the_offer(world, under.first)
    after = await accepted(world, under)

    assert before.json()["returnAgreement"] is None
    assert after.json()["returnAgreement"] == BACK


@pytest.mark.rule("AMS-PLN-26")
async def test_it_is_agreed_while_help_runs_and_not_after(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    await running(world, under)
    delivering = await do(worker(world), await now(world, under), "return-agreements", BACK)
    other = await offered(world, plans)
    refused = await attempt_to(worker(world), await ended(world, other), "return-agreements", BACK)

    assert delivering.json()["status"] == "delivering"
    assert (refused.status_code, "afspraak" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"agreedOn": "2022-03-02"}, "/agreedOn"),
        ({"reviewOn": "2022-03-01"}, "/reviewOn"),
        ({"reviewOn": "2032-03-01"}, "/reviewOn"),
    ],
)
async def test_what_was_agreed_has_been_and_is_looked_at_later(
    world: World, plans: FakePlans, more: dict[str, Any], pointer: str
) -> None:
    under = await offered(world, plans)

    refused = await attempt_to(worker(world), under.referral, "return-agreements", BACK | more)

    assert refused.status_code == 400
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


async def test_who_is_not_around_the_plan_agrees_nothing(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="somebody-else")

    answer = await attempt_to(stranger, under.referral, "return-agreements", BACK)

    assert answer.status_code == 404
    assert (await now(world, under)).json()["returnAgreement"] is None
