"""A request without a plan: direct and national entry, the queue, the decision and the place."""

from uuid import uuid4

import pytest

from deploy.local.sample import CALLERS
from shared.vocabulary import Role
from tests.referrals.entering import (
    DECISION,
    NAME,
    NEED,
    NO,
    asked,
    centre,
    entered,
    offered,
    plan_opened,
    queued,
    the_offer,
)
from tests.referrals.steps import REFERRALS, attempt_to, do
from tests.support.world import World

COLLEAGUE = "50b00000-0000-4000-8000-000000000042"


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.rule("AMS-ACC-38")
@pytest.mark.rule("OPN-13")
@pytest.mark.rule("DIS-06")
async def test_somebody_from_elsewhere_without_plan_bsn_or_address_comes_in_and_is_decided(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access)
    made = await asked(access, who, facts={"homeless": True, "residenceMunicipality": "Groningen"})

    decided = await do(access, made, "judgements", DECISION)

    seen = made.json()
    assert (seen["planId"], seen["supportItemId"], seen["coordinator"]) == (None, None, None)
    assert (seen["need"], seen["personId"], seen["householdId"]) == (
        *(NEED, who.person, who.household),
    )
    assert (seen["judgeParty"], seen["placingParty"]) == ("centrale_toegang", "centrale_toegang")
    assert (seen["status"], decided.json()["status"]) == ("judging", "placing")
    assert decided.json()["firstContactOn"] == "2022-02-20"


@pytest.mark.rule("AMS-ACC-37")
async def test_who_has_no_plan_is_placed_and_helped_and_known_only_after_a_yes(
    world: World,
) -> None:
    access = centre(world)
    placed = await offered(world, access)
    offer = await the_offer(placed)

    accepted = await do(placed.desk, offer, "acceptances")
    appointment = {"at": "2022-03-01T12:00:00Z", "place": "De Haven"}
    met = await do(placed.desk, accepted, "intake-appointments", appointment)
    begun = await do(placed.desk, met, "starts", {"on": "2022-03-01"})

    assert placed.referral.json()["attempts"][0]["status"] == "offered"
    assert offer.json()["needProfile"]["goals"] == [NEED]
    assert offer.json()["identity"] is None
    assert NAME not in offer.text
    identity = accepted.json()["identity"]
    assert identity["persons"][0]["surname"] == NAME
    assert identity["persons"][0]["bsn"] is None
    assert identity["coordinator"] == "centrale_toegang"
    assert begun.json()["status"] == "started"
    seen = await access.get(f"{REFERRALS}/{placed.referral.json()['id']}")
    assert seen.json()["status"] == "delivering"


async def test_a_need_that_names_somebody_reaches_no_provider_before_the_yes(world: World) -> None:
    need = f"{NAME}, 0612345678, slaapt buiten."

    offer = await the_offer(await offered(world, centre(world), need=need))

    (goal,) = offer.json()["needProfile"]["goals"]
    assert "slaapt buiten" in goal
    assert not any(secret in offer.text for secret in ("Kees", "0612345678"))


async def test_a_request_is_on_the_plan_or_without_one_and_says_so(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    plan = {"planId": str(uuid4()), "supportItemId": str(uuid4())}

    both = await access.post(REFERRALS, who.request(**plan))
    neither = await access.post(
        REFERRALS, {"voorziening": "beschermd_wonen", "entry": "centrale_toegang"}
    )
    half = await access.post(REFERRALS, {**who.request(), "need": None})

    for answer in (both, neither, half):
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "plan-or-household"
        assert "householdId" in answer.json()["detail"]


@pytest.mark.rule("AMS-ACC-30")
@pytest.mark.rule("AMS-ACC-31")
async def test_a_team_worker_does_not_enter_at_the_door_of_the_central_access(
    world: World,
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    body = {"members": [{"role": "main", "person": {"surname": NAME}}]}
    home = (await worker.post("/plans/v1/households", body)).json()
    ids = {"householdId": home["id"], "personId": home["members"][0]["person"]["id"]}
    asked_for = {**ids, "need": NEED, "voorziening": "maatschappelijke_opvang"}

    elsewhere = await worker.post(REFERRALS, {**asked_for, "entry": "centrale_toegang"})
    own = await worker.post(REFERRALS, {**asked_for, "entry": "buurtteam"})

    assert elsewhere.status_code == own.status_code == 409
    assert elsewhere.json()["errors"][0]["code"] == "not-your-door"
    assert "create_plan" in {fault["code"] for fault in own.json()["errors"]}


async def test_a_wrong_door_is_carried_over_without_a_plan_too(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)

    answer = await access.post(REFERRALS, who.request(voorziening="ambulante_ondersteuning"))

    assert answer.status_code == 409
    assert "carry_contact_over" in {fault["code"] for fault in answer.json()["errors"]}


async def test_whom_a_door_did_not_find_out_about_does_not_exist_for_it(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    worker = world.user(Role.BUURTTEAM_WORKER)
    body = {"members": [{"role": "main", "person": {"surname": "Bloem"}}]}
    home = (await worker.post("/plans/v1/households", body)).json()
    theirs = {"householdId": home["id"], "personId": home["members"][0]["person"]["id"]}
    nobody = {"householdId": str(uuid4()), "personId": str(uuid4())}

    foreign = await access.post(REFERRALS, who.request(**theirs))
    missing = await access.post(REFERRALS, who.request(**nobody))
    stranger = await access.post(REFERRALS, who.request(personId=theirs["personId"]))

    assert foreign.status_code == missing.status_code == stranger.status_code == 404
    assert foreign.content == missing.content == stranger.content


@pytest.mark.rule("AMS-REF-05")
async def test_a_colleague_of_the_same_door_goes_on_and_no_other_party_sees_it(
    world: World,
) -> None:
    who = await entered(world, centre(world))
    made = await asked(centre(world, COLLEAGUE), who)
    path = f"{REFERRALS}/{made.json()['id']}"

    seen = await centre(world).get(path)
    listed = await centre(world).get(f"{REFERRALS}?householdId={who.household}")
    others = [
        await world.user(role).get(path)
        for role in (Role.BUURTTEAM_WORKER, Role.TEAM_LEAD, Role.VEILIG_THUIS, Role.OKT_WORKER)
    ]

    assert seen.status_code == 200
    assert seen.json()["need"] == NEED
    assert [item["id"] for item in listed.json()["items"]] == [made.json()["id"]]
    assert {answer.status_code for answer in others} == {404}


async def test_requests_are_listed_by_plan_or_household_and_not_by_both_or_neither(
    world: World,
) -> None:
    access = centre(world)

    neither = await access.get(REFERRALS)
    both = await access.get(f"{REFERRALS}?householdId={uuid4()}&planId={uuid4()}")

    assert neither.status_code == both.status_code == 400
    assert "householdId" in both.json()["detail"]


@pytest.mark.rule("AMS-ACC-33")
@pytest.mark.rule("AMS-REF-05")
async def test_a_decision_says_what_now_until_when_and_how_to_ask_a_formal_one(
    world: World,
) -> None:
    access = centre(world)
    made = await asked(access, await entered(world, access))
    bare = {"admitted": True, "withClient": True, "motivation": "Er is geen andere plek."}

    incomplete = await attempt_to(access, made, "judgements", bare)
    too_long = await attempt_to(
        access, made, "judgements", {**DECISION, "validUntil": "2024-03-02"}
    )
    over = await attempt_to(access, made, "judgements", {**DECISION, "validUntil": "2022-02-28"})
    decided = await do(access, made, "judgements", {**DECISION, "validUntil": "2024-03-01"})

    assert [f["pointer"] for f in incomplete.json()["errors"]] == ["/whatNow", "/validUntil"]
    assert {a.status_code for a in (incomplete, too_long, over)} == {400}
    judgement = decided.json()["judgement"]
    assert judgement["whatNow"] == DECISION["whatNow"]
    assert judgement["validUntil"] == "2024-03-01"
    assert "Onafhankelijke cliëntondersteuning" in judgement["howToAsk"]
    assert judgement["nextActions"][0]["action"] == "ask_formal_decision"


async def test_a_no_has_no_last_day(world: World) -> None:
    access = centre(world)
    made = await asked(access, await entered(world, access))

    with_day = await attempt_to(access, made, "judgements", {**NO, "validUntil": "2022-09-01"})
    without = await do(access, made, "judgements", NO)

    assert with_day.status_code == 400
    assert with_day.json()["errors"][0]["code"] == "only-a-yes"
    assert without.json()["status"] == "not_admitted"


@pytest.mark.rule("AMS-ACC-35")
@pytest.mark.rule("AMS-ACC-39")
@pytest.mark.rule("AMS-REF-08")
@pytest.mark.rule("AMS-REF-23")
async def test_a_plan_that_is_opened_joins_the_request_and_its_coordinator_sees_every_step(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access)
    made = await asked(access, who)
    path = f"{REFERRALS}/{made.json()['id']}"
    await world.drain()

    worker, plan = await plan_opened(world, who.household)
    seen = await worker.get(path)
    stale = await attempt_to(access, made, "judgements", DECISION)
    decided = await do(access, await access.get(path), "judgements", DECISION)
    await world.drain()

    assert seen.status_code == 200
    assert (seen.json()["planId"], seen.json()["supportItemId"]) == (str(plan), None)
    assert seen.json()["coordinator"] == worker_subject()
    assert stale.status_code == 412
    assert decided.json()["planId"] == str(plan)
    assert [item["hasPlan"] for item in await queued(access)] == [True]
    view = (await worker.get(f"/plans/v1/plans/{plan}")).json()
    told = [entry["kind"] for entry in view["timeline"]]
    assert {"referral_judging", "referral_placing"} <= set(told)
    work = (await worker.get("/plans/v1/work-items")).json()["items"]
    direct = [item for item in work if item["kind"] == "direct_entry"]
    assert [(item["aboutId"], item["code"]) for item in direct] == [(made.json()["id"], "placing")]


def worker_subject() -> str:
    """Who the worker of the sample is."""
    return CALLERS[Role.BUURTTEAM_WORKER].subject
