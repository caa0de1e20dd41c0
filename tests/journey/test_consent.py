"""A consent from kitchen table to revocation, through the real plans, referrals and providers."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.plans.support import REFERRED, Case, created, open_case
from tests.referrals.steps import ATTEMPTS, JUDGEMENT, REFERRALS, WEIGHINGS, desk, do, the_offer
from tests.support.registry import Offer, two_offers
from tests.support.world import World

HOW = {"how": "aan de keukentafel"}


async def asked_and_accepted(world: World, case: Case, first: Offer, second: Offer) -> Any:
    """A request along two providers; the first said yes."""
    item = await case.item(voorziening=REFERRED)
    answers = [{"personId": case.main, "answer": "agreed", **HOW}]
    created(await case.worker.post(f"{case.path}/agreements", {"answers": answers}))
    await world.drain()
    request = {
        "planId": case.plan["id"],
        "supportItemId": item["id"],
        "voorziening": REFERRED,
        "entry": "buurtteam",
        "weighings": WEIGHINGS,
    }
    seen = await case.worker.post(REFERRALS, request)
    assert seen.status_code == 201, seen.text
    seen = await do(case.worker, seen, "judgements", JUDGEMENT)
    entries = [
        {
            "providerId": str(made.provider),
            "contractId": str(made.contract),
            "locationId": str(made.location),
            "basis": "consent",
        }
        for made in (first, second)
    ]
    wanted = {"entries": entries, "agreedBy": case.main, "agreedOn": "2022-03-01", **HOW}
    wanted["contributionToldOn"] = "2022-03-01"
    seen = await do(case.worker, seen, "shortlists", wanted)
    await do(case.worker, seen, "attempts")
    return await do(desk(world, first), await the_offer(world, first), "acceptances")


@pytest.mark.rule("OPN-31")
async def test_a_consent_that_is_taken_back_is_revoked_when_nothing_can_be_read_any_more(
    world: World,
) -> None:
    case = await open_case(world)
    first, second = await two_offers(world)
    provider = str(first.provider)
    body = {"personId": case.main, "providerId": provider, "purpose": "placing", **HOW}
    consent = await case.worker.post(f"{case.path}/consents", body)
    yes = await asked_and_accepted(world, case, first, second)
    path = f"/plans/v1/consents/{created(consent)['id']}"

    revoking = await case.worker.post(f"{path}/revocations", HOW, etag=consent.headers["ETag"])
    still = await desk(world, first).get(f"{ATTEMPTS}/{yes.json()['id']}")
    await world.drain()
    gone = await desk(world, first).get(f"{ATTEMPTS}/{yes.json()['id']}")
    await world.drain()

    assert (revoking.json()["status"], still.status_code) == ("revoking", 200)
    assert gone.status_code == 404
    assert created(await case.worker.get(path), 200)["status"] == "revoked"
    work = await case.work("consent_revoked")
    assert [(each["aboutId"], each["owner"]) for each in work] == [
        (yes.json()["id"], case.plan["coordinator"])
    ]


async def test_a_provider_that_is_suspended_while_help_is_agreed_is_work_on_the_plan(
    world: World,
) -> None:
    case = await open_case(world)
    first, second = await two_offers(world)
    yes = await asked_and_accepted(world, case, first, second)
    supervisor = world.user(Role.SUPERVISOR)
    path = f"/providers/v1/organisations/{first.provider}"
    etag = (await supervisor.get(path)).headers["ETag"]

    await supervisor.post(f"{path}/suspensions", {"reason": "safety"}, etag=etag)
    await world.drain()
    await world.drain()

    work = await case.work("provider_stopped")
    assert [(each["aboutId"], each["code"]) for each in work] == [(yes.json()["id"], "safety")]
