"""Who decides, who places, and who stays with the team: the doors beside the buurtteam."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.intake.steps import CONTACTS, act, bring, read, search
from tests.plans.support import open_case
from tests.referrals.doubles import FakePlans
from tests.referrals.entering import (
    DECISION,
    NO,
    Entered,
    asked,
    centre,
    entered,
    offered,
    plan_opened,
    queued,
    shelter,
    shortlist,
    the_offer,
)
from tests.referrals.steps import (
    JUDGEMENT,
    REFERRALS,
    WEIGHINGS,
    a_plan,
    attempt_to,
    created,
    do,
    worker,
)
from tests.support.world import Actor, World

AO = "ambulante_ondersteuning"
VIOLENCE = "opvang_huiselijk_geweld"
NO_ROOM = {"declinedBy": "provider", "code": "no_capacity"}
AFTER_VIOLENCE = {"afterDomesticViolence": True, "longTermIntensive": True}


async def by_the_team(world: World, plans: FakePlans) -> httpx.Response:
    """A request from a plan for which the central access decides and places."""
    plan = a_plan(plans, voorziening="maatschappelijke_opvang")
    return await created(world, plan, weighings=[], facts={"homeless": True})


async def placing(world: World, access: Actor) -> tuple[Entered, httpx.Response]:
    """A request without a plan for which a place is looked for."""
    who = await entered(world, access)
    decided = await do(access, await asked(access, who), "judgements", DECISION)
    await world.drain()
    return who, decided


@pytest.mark.rule("AMS-ACC-33")
@pytest.mark.rule("AMS-REF-05")
async def test_a_decision_by_the_wrong_party_names_the_owner_and_changes_nothing(
    world: World, plans: FakePlans
) -> None:
    made = await by_the_team(world, plans)

    refused = await attempt_to(worker(world), made, "judgements", JUDGEMENT)

    assert refused.status_code == 409
    assert "Centrale toegang MO/BW" in refused.json()["detail"]
    seen = await worker(world).get(f"{REFERRALS}/{made.json()['id']}")
    assert seen.content == made.content


@pytest.mark.rule("AMS-ACC-37")
@pytest.mark.rule("AMS-ACC-39")
async def test_the_team_sees_where_the_central_access_places_and_does_not_place_itself(
    world: World, plans: FakePlans
) -> None:
    made = await by_the_team(world, plans)
    access = centre(world)
    seen = await access.get(f"{REFERRALS}/{made.json()['id']}")
    decided = await do(access, seen, "judgements", DECISION)
    entry = {"providerId": str(uuid4()), "contractId": str(uuid4()), "locationId": str(uuid4())}
    body = {
        "entries": [{**entry, "basis": "consent"}],
        "agreedBy": str(uuid4()),
        "agreedOn": "2022-03-01",
        "how": "x",
    }

    listed = await attempt_to(worker(world), decided, "shortlists", body)
    offered = await attempt_to(worker(world), decided, "attempts")
    ended_there = await attempt_to(
        access, decided, "endings", {"code": "withdrawn", "motivation": "Zij wil niet meer."}
    )
    ended = await do(
        worker(world), decided, "endings", {"code": "withdrawn", "motivation": "Zij wil niet meer."}
    )

    for refused in (listed, offered):
        assert refused.status_code == 409
        assert "Centrale toegang MO/BW" in refused.json()["detail"]
    assert ended_there.status_code == 409
    assert "Buurtteam Amsterdam" in ended_there.json()["detail"]
    assert (decided.json()["placingParty"], ended.json()["status"]) == (
        "centrale_toegang",
        "withdrawn",
    )


@pytest.mark.rule("AMS-ACC-37")
@pytest.mark.rule("AMS-ACC-39")
@pytest.mark.rule("AMS-REF-08")
async def test_the_central_access_places_from_the_plan_of_the_team_and_the_team_follows(
    world: World,
) -> None:
    case = await open_case(world)
    item = await case.item(voorziening="maatschappelijke_opvang")
    await world.drain()
    body = {"planId": case.plan["id"], "supportItemId": item["id"], "facts": {"homeless": True}}
    asked_for = {**body, "voorziening": "maatschappelijke_opvang", "entry": "buurtteam"}
    made = await case.worker.post(REFERRALS, asked_for)
    await world.drain()
    access = centre(world)
    decided = await do(
        access, await access.get(f"{REFERRALS}/{made.json()['id']}"), "judgements", DECISION
    )
    await world.drain()
    entry = await shelter(world)
    who = Entered("", case.household["id"], case.main)

    listed = await do(access, decided, "shortlists", shortlist(who, entry))
    asked_one = await do(access, listed, "attempts")
    await world.drain()

    assert asked_one.json()["attempts"][0]["status"] == "offered"
    seen = (await case.worker.get(f"{REFERRALS}/{made.json()['id']}")).json()
    assert seen["coordinator"] == case.plan["coordinator"]
    assert seen["attempts"] == asked_one.json()["attempts"]
    assert {"referral_placing", "attempt_offered"} <= set(await case.timeline())


@pytest.mark.rule("AMS-ACC-35")
@pytest.mark.rule("AMS-ACC-36")
async def test_who_has_a_plan_and_comes_in_elsewhere_is_on_the_coordinators_desk_at_once(
    world: World,
) -> None:
    who = {"givenNames": "Anna", "surname": "Bloem", "birthDate": "1988-05-02"}
    case = await open_case(world)
    access = centre(world)
    told = {"entry": "centrale_toegang", "addressedTo": "centrale_toegang", "person": who}
    contact = await bring(access, **told)
    await search(access, contact)
    ids = {"householdId": case.household["id"], "personId": case.main}
    linked = await act(access, contact, "household-links", ids)
    await world.drain()

    entered_as = Entered(str(contact), case.household["id"], case.main)
    made = await asked(access, entered_as)
    await world.drain()

    assert linked.status_code == 200, linked.text
    assert made.json()["planId"] == case.plan["id"]
    assert made.json()["coordinator"] == case.plan["coordinator"]
    assert len(await case.work("direct_entry")) == 1
    seen = await case.worker.get(f"{REFERRALS}/{made.json()['id']}")
    assert seen.json()["need"] == made.json()["need"]
    assert (await access.get(case.path)).status_code == 403


async def test_what_the_team_places_the_judge_does_not_place(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening="begeleid_individueel_wonen")
    made = await created(world, plan, weighings=[])
    access = centre(world)
    seen = await access.get(f"{REFERRALS}/{made.json()['id']}")
    decided = await do(access, seen, "judgements", DECISION)

    refused = await attempt_to(access, decided, "attempts")

    assert decided.json()["placingParty"] is None
    assert refused.status_code == 409
    assert "Buurtteam Amsterdam" in refused.json()["detail"]


async def test_after_the_last_day_of_the_decision_nobody_is_asked(world: World) -> None:
    access = centre(world)
    who, decided = await placing(world, access)
    listed = await do(access, decided, "shortlists", shortlist(who, await shelter(world)))
    world.move_to(datetime(2022, 9, 2, 8, 0, tzinfo=UTC))

    refused = await attempt_to(access, listed, "attempts")

    assert refused.status_code == 409
    assert "opnieuw" in refused.json()["detail"]


async def test_a_no_after_the_last_day_of_the_decision_asks_nobody_else(world: World) -> None:
    access = centre(world)
    placed = await offered(world, access)
    world.move_to(datetime(2022, 9, 2, 8, 0, tzinfo=UTC))

    await do(placed.desk, await the_offer(placed), "declines", NO_ROOM)

    seen = (await access.get(f"{REFERRALS}/{placed.referral.json()['id']}")).json()
    assert (seen["status"], seen["steps"][-1]["code"]) == ("no_provider_left", "decision_over")
    assert [item["status"] for item in await queued(access)] == ["no_provider_left"]


async def test_a_list_is_agreed_with_somebody_of_the_household(world: World) -> None:
    access = centre(world)
    who, decided = await placing(world, access)
    body = {**shortlist(who, await shelter(world)), "agreedBy": str(uuid4())}

    refused = await attempt_to(access, decided, "shortlists", body)

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "not-in-household"


async def test_once_a_request_has_ended_the_door_reaches_the_household_no_more(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access)
    made = await asked(access, who)
    await plan_opened(world, who.household)
    path = f"/plans/v1/households/{who.household}/referral-basis?personId={who.person}"
    world.move_to(datetime(2022, 3, 20, 8, 0, tzinfo=UTC))
    while_open = await access.get(path)

    await do(access, await access.get(f"{REFERRALS}/{made.json()['id']}"), "judgements", NO)
    await world.drain()
    after = await access.get(path)

    assert while_open.status_code == 200
    assert (after.status_code, after.json()["status"]) == (404, 404)
    assert not any(secret in while_open.text for secret in ("Kees", "1980"))


@pytest.mark.rule("DIS-27")
@pytest.mark.rule("AMS-INT-02")
async def test_a_no_without_a_plan_brings_the_contact_to_the_team_with_its_first_day(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access, wijk="ME", melding=True)
    made = await asked(access, who)

    refused = await do(access, made, "judgements", NO)
    await world.drain()

    assert refused.json()["status"] == "not_admitted"
    assert refused.json()["judgement"]["howToAsk"]
    first = await access.get(f"{CONTACTS}/{who.contact}/receipt")
    assert first.json()["status"] == "redirected"
    team = worker(world)
    (mine,) = (await team.get(CONTACTS)).json()["items"]
    contact = (await read(team, mine["id"])).json()
    assert contact["firstContactOn"] == "2022-02-20"
    assert (contact["carriedFrom"], contact["householdId"]) == (who.contact, who.household)
    assert contact["requests"] == [{"referralId": made.json()["id"], "status": "not_admitted"}]
    assert contact["question"]


@pytest.mark.rule("DIS-27")
@pytest.mark.rule("AMS-ACC-32")
async def test_a_no_beside_a_plan_lies_on_the_coordinators_desk_and_the_plan_stays(
    world: World,
) -> None:
    access = centre(world)
    who = await entered(world, access, wijk="ME")
    made = await asked(access, who)
    team, plan = await plan_opened(world, who.household)

    seen = await access.get(f"{REFERRALS}/{made.json()['id']}")
    await do(access, seen, "judgements", NO)
    await world.drain()

    view = (await team.get(f"/plans/v1/plans/{plan}")).json()
    assert view["status"] == "open"
    work = (await team.get("/plans/v1/work-items")).json()["items"]
    direct = [item for item in work if item["kind"] == "direct_entry"]
    assert [(item["aboutId"], item["code"]) for item in direct] == [
        (made.json()["id"], "not_admitted")
    ]
    assert (await access.get(f"{CONTACTS}/{who.contact}")).json()["status"] == "taken_up"


async def test_a_contact_of_another_household_is_not_touched_by_a_request(world: World) -> None:
    access = centre(world)
    first = await entered(world, access)
    other = await entered(world, access, first=False)
    made = await asked(access, first, contactId=other.contact)

    await do(access, made, "judgements", NO)
    await world.drain()

    contact = (await access.get(f"{CONTACTS}/{other.contact}")).json()
    assert (contact["status"], contact["requests"]) == ("taken_up", [])


@pytest.mark.rule("AMS-ACC-31")
async def test_a_team_worker_asks_for_shelter_tonight_before_there_is_a_plan(world: World) -> None:
    noor = worker(world)
    body = {"members": [{"role": "main", "person": {"surname": "Bloem"}}]}
    home = (await noor.post("/plans/v1/households", body)).json()

    made = await noor.post(
        REFERRALS,
        {
            "householdId": home["id"],
            "personId": home["members"][0]["person"]["id"],
            "need": "Een bed voor vannacht.",
            "voorziening": "maatschappelijke_opvang",
            "entry": "buurtteam",
            "urgency": "crisis",
            "facts": {"nightShelterNeededTonight": True},
        },
    )

    assert made.status_code == 201, made.text
    path = f"{REFERRALS}/{made.json()['id']}"
    lead = await world.user(Role.TEAM_LEAD).get(path)
    assert (lead.status_code, (await noor.get(path)).status_code) == (200, 200)
    (line,) = await queued(centre(world))
    assert (line["id"], line["nightShelterNeededTonight"]) == (made.json()["id"], True)


@pytest.mark.rule("AMS-REF-02")
async def test_weighings_are_recorded_later_with_who_and_when_and_lead_to_the_judgement(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans), weighings=[])

    first = await do(worker(world), made, "weighings", {"weighings": WEIGHINGS[:1]})
    second = await do(worker(world), first, "weighings", {"weighings": WEIGHINGS[1:]})

    assert [a.json()["status"] for a in (made, first, second)] == [
        *("preparing", "preparing", "judging")
    ]
    weighed = second.json()["weighings"]
    assert [each["condition"] for each in weighed] == [each["condition"] for each in WEIGHINGS]
    assert all(each["madeBy"] and each["madeAt"] for each in weighed)
    assert plans_heard(plans) == []
    await world.drain()
    assert plans_heard(plans) == ["preparing", "judging"]


def plans_heard(plans: FakePlans) -> list[str]:
    """Where plans heard that the request went."""
    return plans.moved("referral")


async def test_a_weighing_names_a_known_condition_and_comes_before_the_judgement(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans))
    unknown = {**WEIGHINGS[0], "condition": "made_up"}

    wrong = await attempt_to(worker(world), made, "weighings", {"weighings": [unknown]})
    nothing = await attempt_to(worker(world), made, "weighings", {"weighings": []})
    stale = await worker(world).post(
        f"{REFERRALS}/{made.json()['id']}/weighings", {"weighings": WEIGHINGS}, etag='"x"'
    )
    judged = await do(worker(world), made, "judgements", JUDGEMENT)
    late = await attempt_to(worker(world), judged, "weighings", {"weighings": WEIGHINGS})

    assert [a.status_code for a in (wrong, nothing, stale, late)] == [400, 400, 412, 409]
    assert "paid_work_considered" in wrong.text


async def test_the_teams_own_no_says_how_to_ask_a_formal_decision(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans))
    body: dict[str, Any] = {**JUDGEMENT, "admitted": False}

    refused = await do(worker(world), made, "judgements", body)

    judgement = refused.json()["judgement"]
    assert (judgement["whatNow"], judgement["validUntil"]) == (None, None)
    assert "formeel besluit" in judgement["howToAsk"]
    assert judgement["nextActions"][0]["action"] == "ask_formal_decision"
