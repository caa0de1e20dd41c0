"""Doors after violence: Veilig Thuis and the parent-and-child team ask, and who must be told."""

from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.intake.steps import CONTACTS
from tests.referrals.entering import (
    asked,
    centre,
    entered,
    plan_opened,
    queued,
)
from tests.referrals.steps import (
    JUDGEMENT,
    REFERRALS,
    attempt_to,
    do,
    worker,
)
from tests.support.world import World

AO = "ambulante_ondersteuning"
VIOLENCE = "opvang_huiselijk_geweld"
NO_ROOM = {"declinedBy": "provider", "code": "no_capacity"}
AFTER_VIOLENCE = {"afterDomesticViolence": True, "longTermIntensive": True}


@pytest.mark.rule("AMS-ACC-40")
@pytest.mark.rule("AMS-ACC-41")
@pytest.mark.rule("AMS-ACC-70")
@pytest.mark.rule("AMS-ROL-42")
async def test_veilig_thuis_asks_for_shelter_after_violence_and_sees_what_it_made(
    world: World,
) -> None:
    thuis = world.user(Role.VEILIG_THUIS)
    who = await entered(world, thuis, "veilig_thuis")

    made = await asked(
        thuis, who, party="veilig_thuis", voorziening=VIOLENCE, facts={"unsafeNow": True}
    )

    seen = made.json()
    assert (seen["entry"], seen["judgeParty"]) == ("veilig_thuis", "centrale_toegang")
    must = {each["party"] for each in seen["involved"] if each["duty"] == "must"}
    assert {"gecertificeerde_instelling", "blijf_groep"} <= must
    assert {each["informedAt"] for each in seen["involved"]} == {None}
    own = await thuis.get(f"{REFERRALS}/{seen['id']}")
    colleague = world.user(Role.VEILIG_THUIS, subject="50b00000-0000-4000-8000-000000000022")
    theirs = await colleague.get(f"{REFERRALS}/{seen['id']}")
    foreign = await thuis.get(f"{REFERRALS}/{uuid4()}")
    assert (own.status_code, theirs.status_code, foreign.status_code) == (200, 200, 404)
    assert [item["id"] for item in await queued(centre(world))] == [seen["id"]]
    assert await queued(thuis) == []


@pytest.mark.rule("AMS-ACC-42")
async def test_okt_asks_for_shelter_after_violence_and_its_team_follows_it(world: World) -> None:
    okt = world.user(Role.OKT_WORKER)
    who = await entered(world, okt, "okt")

    made = await asked(okt, who, party="okt", voorziening=VIOLENCE, facts={"unsafeNow": True})

    assert made.json()["placingParty"] == "centrale_toegang"
    colleague = world.user(Role.OKT_WORKER, subject="50b00000-0000-4000-8000-000000000023")
    stranger = world.user(Role.OKT_WORKER, subject="x", team=str(uuid4()))
    path = f"{REFERRALS}/{made.json()['id']}"
    answers = [await each.get(path) for each in (okt, colleague, stranger)]
    assert [answer.status_code for answer in answers] == [200, 200, 404]


@pytest.mark.rule("AMS-REF-14")
@pytest.mark.rule("AMS-ROL-42")
async def test_that_a_party_was_told_is_recorded_once_and_stays(world: World) -> None:
    thuis = world.user(Role.VEILIG_THUIS)
    who = await entered(world, thuis, "veilig_thuis")
    made = await asked(thuis, who, party="veilig_thuis", voorziening=VIOLENCE)
    told = {"party": "blijf_groep", "how": "told", "on": "2022-03-01"}

    unknown = await attempt_to(thuis, made, "involvements", {**told, "party": "politie"})
    future = await attempt_to(thuis, made, "involvements", {**told, "on": "2022-03-02"})
    seen = await do(thuis, made, "involvements", told)
    again = await do(thuis, seen, "involvements", {**told, "how": "joined", "on": "2022-02-28"})

    assert (unknown.status_code, future.status_code) == (400, 400)
    assert "blijf_groep" in unknown.text
    for answer in (seen, again):
        (found,) = [each for each in answer.json()["involved"] if each["party"] == "blijf_groep"]
        assert (found["how"], found["informedOn"], found["duty"]) == ("told", "2022-03-01", "must")


@pytest.mark.rule("AMS-ACC-07")
@pytest.mark.rule("DIS-01")
@pytest.mark.parametrize(
    ("role", "party"), [(Role.VEILIG_THUIS, "veilig_thuis"), (Role.OKT_WORKER, "okt")]
)
async def test_support_after_violence_comes_to_the_team_that_judges_and_is_told(
    world: World, role: Role, party: str
) -> None:
    door = world.user(role)
    who = await entered(world, door, party, wijk="ME")

    made = await asked(door, who, party=party, voorziening=AO, facts=AFTER_VIOLENCE)
    await world.drain()
    (carried,) = (await worker(world).get(CONTACTS)).json()["items"]
    team, plan = await plan_opened(world, who.household)
    seen = await team.get(f"{REFERRALS}/{made.json()['id']}")
    judged = await do(team, seen, "judgements", JUDGEMENT)

    assert (made.json()["judgeParty"], made.json()["placingParty"]) == ("buurtteam", None)
    (before,) = [each for each in made.json()["involved"] if each["party"] == "buurtteam"]
    (after,) = [each for each in seen.json()["involved"] if each["party"] == "buurtteam"]
    assert (before["duty"], before["informedOn"]) == ("must", None)
    assert (after["how"], after["informedOn"]) == ("told", "2022-03-01")
    assert carried["firstContactOn"] == "2022-02-20"
    assert judged.json()["status"] == "placing"
    assert judged.json()["planId"] == str(plan)
    assert (await door.get(f"{REFERRALS}/{made.json()['id']}")).status_code == 200


@pytest.mark.rule("AMS-ACC-07")
async def test_where_the_team_judges_the_contact_is_named_or_nobody_would_see_it(
    world: World,
) -> None:
    thuis = world.user(Role.VEILIG_THUIS)
    who = await entered(world, thuis, "veilig_thuis")
    body = who.request("veilig_thuis", voorziening=AO, facts=AFTER_VIOLENCE)

    refused = await thuis.post(REFERRALS, {**body, "contactId": None})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/contactId"


@pytest.mark.rule("AMS-ACC-02")
async def test_without_violence_veilig_thuis_is_a_wrong_door_that_carries_over(
    world: World,
) -> None:
    thuis = world.user(Role.VEILIG_THUIS)
    who = await entered(world, thuis, "veilig_thuis")
    facts = {"afterDomesticViolence": False, "longTermIntensive": True}

    answer = await thuis.post(REFERRALS, who.request("veilig_thuis", voorziening=AO, facts=facts))

    assert answer.status_code == 409
    assert "carry_contact_over" in {fault["code"] for fault in answer.json()["errors"]}
