"""Friday 17:00 through the API: a woman and her child, a secret place, and the Monday after."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, VOLEWIJCK
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, act, read, take_up
from tests.providers.test_places import SAFE, SECRET, secret
from tests.support.world import World

OFFICER = CALLERS[Role.BUURTTEAM_WORKER].subject
DESK = {
    "party": "buurtteam",
    "teamId": str(VOLEWIJCK.id),
    "deskName": "Piketdienst buurtteams",
    "phone": "0200000210",
    "subject": OFFICER,
    "mandated": True,
    "startsAt": "2022-03-04T17:00:00+01:00",
    "endsAt": "2022-03-07T09:00:00+01:00",
}
NIGHT = {
    "party": "veilig_thuis",
    "deskName": "Veilig Thuis",
    "phone": "08002000",
    "subject": CALLERS[Role.VEILIG_THUIS].subject,
    "startsAt": "2022-03-04T17:00:00+01:00",
    "endsAt": "2022-03-07T09:00:00+01:00",
}
STORY: dict[str, Any] = {
    "question": "Zij is weg bij haar man en durft vannacht niet naar huis.",
    "whereabouts": "In de hal van het ziekenhuis, bij de receptie.",
    "phone": "0200000105",
    "childrenInvolved": True,
}


async def the_weekend(world: World) -> None:
    """The teams, who is on duty, and a house of which nobody knows where it is."""
    await steps.directory(world)
    await secret(world)
    administrator = world.user(Role.ADMINISTRATOR)
    for shift in (DESK, NIGHT):
        made = await administrator.put_new(f"/intake/v1/duty-shifts/{uuid4()}", shift)
        assert made.status_code == 200, made.text
    world.move_to(datetime(2022, 3, 4, 17, 40, tzinfo=UTC))


def ok(answer: httpx.Response) -> Any:
    """What was answered, when it was answered well."""
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.rule("AMS-INT-14")
@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-ACC-41")
async def test_a_bed_in_four_calls_and_everything_owed_with_its_date(world: World) -> None:
    await the_weekend(world)
    officer = world.user(Role.BUURTTEAM_WORKER, team=str(VOLEWIJCK.id))

    check = ok(
        await officer.post(
            "/referrals/v1/access-checks",
            {
                "voorziening": SAFE,
                "entry": "buurtteam",
                "facts": {"urgent": True, "unsafeNow": True, "afterDomesticViolence": True},
            },
        )
    )
    reach = [a["href"] for a in check["nextActions"] if a["action"] == "see_who_is_reachable"]
    duty = ok(await officer.get("/intake/v1/duty?party=veilig_thuis"))
    places = await officer.post("/providers/v1/places/_zoek", {"voorziening": SAFE})
    made = ok(await officer.post("/intake/v1/crisis-contacts", STORY))

    assert "/intake/v1/duty?party=veilig_thuis" in reach
    assert (duty["reachable"], duty["desks"][0]["deskName"]) == (True, "Veilig Thuis")
    assert [place["label"] for place in ok(places)["items"]] == ["Een plek"]
    assert SECRET not in places.text
    assert made["kept"] is True
    assert {each["code"]: each["dueOn"] for each in made["owed"]} == {
        "access_decision": None,
        "child_safety": "2022-03-04",
        "personal_plan": "2022-03-11",
        "plan_required": "2022-03-18",
        "investigation": "2022-04-19",
        "grant_decision": "2022-04-29",
    }


@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-REF-14")
async def test_the_weekend_ends_on_monday_with_the_team_and_nothing_is_lost(world: World) -> None:
    await the_weekend(world)
    officer = world.user(Role.BUURTTEAM_WORKER, team=str(VOLEWIJCK.id))
    contact = UUID(ok(await officer.post("/intake/v1/crisis-contacts", STORY))["id"])
    told = {"party": "veilig_thuis", "how": "told", "meldcodeStep": 5, "share": True}
    shared = ok(
        await officer.post(
            f"{CONTACTS}/{contact}/involvements", {**told, "reason": "Acuut onveilig, met kind."}
        )
    )
    await take_up(world.user(Role.VEILIG_THUIS), UUID(shared["receipt"].split("/")[-2]))
    world.move_to(datetime(2022, 3, 7, 8, 10, tzinfo=UTC))

    note = "Zij slaapt met haar kind op een veilige plek. Bel haar om tien uur."
    handed = await act(officer, contact, "handbacks", {"wijk": "ME", "note": note})
    lead = world.user(Role.TEAM_LEAD)
    waiting = ok(await lead.get(CONTACTS))["items"]
    reviews = ok(await lead.get("/intake/v1/duty-reviews"))["items"]
    ok(await lead.post(f"{CONTACTS}/{contact}/duty-reviews", {"remark": "Zorgvuldig gedaan."}))

    assert ok(handed)["toTeamId"] == str(DAPPERBUURT.id)
    assert [(one["id"], one["handedBack"]["note"]) for one in waiting] == [(str(contact), note)]
    assert [one["contactId"] for one in reviews] == [str(contact)]
    found = (await read(lead, contact)).json()
    assert {each["code"]: each["done"] for each in found["owed"]}["child_safety"] is True
    assert (found["firstContactOn"], found["melding"]) == ("2022-03-04", True)
    assert found["involvements"][0]["meldcodeStep"] == 5
    assert ok(await officer.get(shared["receipt"]))["takenUp"] is True
    world.move_to(datetime(2022, 3, 9, 8, 0, tzinfo=UTC))
    assert (await officer.get(f"{CONTACTS}/{contact}")).status_code == 404
