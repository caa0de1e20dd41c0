"""Friday 17:00: she dares not go home, everything is closed, and four calls are enough."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from deploy.local.demo.stage import Actor, Reply, Stage, must
from deploy.local.sample import (
    CALLERS,
    DAPPERBUURT,
    LIEKE,
    NOOR,
    RAVI,
    VEILIG_IN_FICTIE,
    VOLEWIJCK,
)
from shared.vocabulary import Role

SAFE: Final = "opvang_huiselijk_geweld"
CONTACTS: Final = "/intake/v1/contacts"
PROVISIONS: Final = "/referrals/v1/temporary-provisions"

_SHIFTS: Final = UUID("5417f700-0000-4000-8000-000000000000")
_WEEKEND: Final = {
    "startsAt": "2022-03-04T17:00:00+01:00",
    "endsAt": "2022-03-07T09:00:00+01:00",
}
_STORY: Final = {
    "question": "Zij is weg bij haar man en durft vannacht niet naar huis.",
    "whereabouts": "In de hal van het ziekenhuis, bij de receptie.",
    "phone": "0200000105",
    "childrenInvolved": True,
}
_NOTE: Final = "Zij slaapt met haar kind op een veilige plek. Bel haar om tien uur."


async def on_duty(stage: Stage, name: str, shift: dict[str, Any]) -> None:
    """Somebody answers a desk; made by the administrator before it begins."""
    administrator = stage.as_role(Role.ADMINISTRATOR, "the administrator")
    await administrator.put_new(f"/intake/v1/duty-shifts/{uuid5(_SHIFTS, name)}", shift)
    await stage.settle()


async def mandate(stage: Stage, actor: Actor, provision: Reply) -> None:
    """Whoever arranged it is on the roster with the mandate; late news of that is no news."""
    path = f"{PROVISIONS}/{provision.body['id']}"

    async def confirmed() -> bool:
        return bool((await actor.get(path)).body["mandate"] == "confirmed")

    await stage.eventually("the roster says who had the mandate", confirmed)


async def roster(stage: Stage) -> None:
    """Who answers this weekend: a worker of another team, and Veilig Thuis."""
    await on_duty(
        stage,
        "weekend",
        {
            "party": "buurtteam",
            "teamId": str(VOLEWIJCK.id),
            "deskName": "Piketdienst buurtteams",
            "phone": "0200000210",
            "subject": RAVI.subject,
            "mandated": True,
            **_WEEKEND,
        },
    )
    await on_duty(
        stage,
        "weekend-veilig-thuis",
        {
            "party": "veilig_thuis",
            "deskName": "Veilig Thuis",
            "phone": "08002000",
            "subject": CALLERS[Role.VEILIG_THUIS].subject,
            **_WEEKEND,
        },
    )


async def friday_evening(stage: Stage) -> None:
    """Shelter in four calls: the check, who is reachable, three fields, a place (Wmo 2.3.3)."""
    stage.chapter("Friday, 17:40")
    ravi = stage.as_worker(RAVI)
    stage.move_clock(datetime(2022, 3, 4, 16, 10, tzinfo=UTC))
    place = await _places_tonight(stage, ravi)
    stage.move_clock(datetime(2022, 3, 4, 16, 40, tzinfo=UTC))
    check = await ravi.post(
        "/referrals/v1/access-checks",
        {
            "voorziening": SAFE,
            "entry": "buurtteam",
            "facts": {"urgent": True, "unsafeNow": True, "afterDomesticViolence": True},
        },
    )
    duty = await ravi.get("/intake/v1/duty?party=veilig_thuis")
    contact = await ravi.post("/intake/v1/crisis-contacts", _STORY)
    provision = await ravi.post(PROVISIONS, _a_bed(contact, place))
    _as_it_should(check, duty, contact, provision)
    stage.told["contact"] = f"{CONTACTS}/{contact.body['id']}"
    stage.told["provision"] = f"{PROVISIONS}/{provision.body['id']}"
    stage.told["owed"] = {each["code"]: each["dueOn"] for each in provision.body["owed"]}
    await mandate(stage, ravi, provision)
    stage.tell(
        f"Four calls: the check says what may wait; {duty.body['desks'][0]['deskName']} answers on "
        f"{duty.body['desks'][0]['phone']}; three fields, and that "
        "there is a child, are the contact; a bed is theirs."
    )
    for each in provision.body["owed"]:
        stage.tell(f"   owed by {each['dueOn']}: {each['label']} ({each['source']})")
    await _the_child(stage, ravi)


def _a_bed(contact: Reply, place: dict[str, Any]) -> dict[str, Any]:
    """Help at once, for her and her child, at that place."""
    return {
        "voorziening": SAFE,
        "contactId": contact.body["id"],
        "reason": "Zij kan met haar kind nergens anders veilig slapen.",
        "persons": 2,
        "children": 1,
        "contractId": place["contractId"],
        "locationId": place["locationId"],
    }


async def _places_tonight(stage: Stage, ravi: Actor) -> dict[str, Any]:
    """What lies on the desk at the start of the shift; a secret place is 'a place' (OPN-41)."""
    found = await ravi.post("/providers/v1/places/_zoek", {"voorziening": SAFE})
    (place,) = found.body["items"]
    secret = VEILIG_IN_FICTIE.locations[0]
    must(place["confidential"] and place["label"] == "Een plek", "a secret place is a place")
    must(secret.name not in str(found.body), "its name is not shown")
    must((place["wijk"], place["stadsdeel"]) == (None, None), "nor where it is")
    stage.tell(f"Free tonight: {place['label'].lower()}, room for {place['placesFree']}.")
    shown: dict[str, Any] = place
    return shown


def _as_it_should(check: Reply, duty: Reply, contact: Reply, provision: Reply) -> None:
    actions = {each["action"] for each in check.body["nextActions"]}
    must(
        {"see_who_is_reachable", "create_temporary_provision"} <= actions,
        "it says what can be done now",
    )
    now = [each["code"] for each in check.body["conditions"] if not each["deferrable"]]
    must(set(now) <= {"access_decision"}, "only the decision of who owns access cannot wait")
    must(duty.body["reachable"], "Veilig Thuis answers")
    must(contact.body["kept"] and contact.body["takenUp"], "it lies with who took it in")
    must(provision.body["reservationId"], "the place is theirs")
    must(provision.body["decidedBy"] == RAVI.subject, "who arranged it is on record")


async def _the_child(stage: Stage, ravi: Actor) -> None:
    """There is a child: Veilig Thuis is told the same evening, with the step of the meldcode."""
    told = await ravi.post(
        f"{stage.told['contact']}/involvements",
        {
            "party": "veilig_thuis",
            "how": "told",
            "meldcodeStep": 5,
            "share": True,
            "reason": "Acuut onveilig, met kind.",
        },
    )
    stage.told["receipt"] = told.body["receipt"]
    done = await ravi.move(
        stage.told["provision"],
        f"{stage.told['provision']}/follow-ups",
        {"code": "children_told", "recordId": told.body["id"]},
    )
    told_at = {each["code"]: each["doneAt"] for each in done.body["owed"]}
    must(told_at["children_told"], "that the children are told is done")
    thuis = stage.as_role(Role.VEILIG_THUIS, "Veilig Thuis")
    theirs = f"{CONTACTS}/{told.body['receipt'].split('/')[-2]}"
    await thuis.move(theirs, f"{theirs}/triage-decisions", {"urgency": "crisis"})
    followed = await ravi.get(told.body["receipt"])
    must(followed.body["takenUp"], "Veilig Thuis took it up")
    stage.tell("Veilig Thuis is told of the child the same evening, and takes it up.")


async def monday(stage: Stage) -> None:
    """The team of the wijk gets it with what was done; a lead looks; nothing is lost."""
    stage.chapter("Monday, 9:10")
    stage.move_clock(datetime(2022, 3, 7, 8, 10, tzinfo=UTC))
    ravi, lieke, noor = (stage.as_worker(each) for each in (RAVI, LIEKE, NOOR))
    path = stage.told["contact"]
    handed = await ravi.move(path, f"{path}/handbacks", {"wijk": "ME", "note": _NOTE})
    must(handed.body["toTeamId"] == str(DAPPERBUURT.id), "it lies with the team of the wijk")
    lying = await noor.get(CONTACTS)
    must(any(path.endswith(each["id"]) for each in lying.body["items"]), "the team has it")
    reviews = await lieke.get("/intake/v1/duty-reviews")
    (review,) = reviews.body["items"]
    must(review["madeBy"] == RAVI.subject, "it says who was on duty")
    looked = await lieke.post(f"{path}/duty-reviews", {"remark": "Zorgvuldig gedaan."})
    must(looked.body["reviewedBy"] == LIEKE.subject, "somebody else looked at it")
    taken = await noor.move(path, f"{path}/triage-decisions", {"urgency": "crisis"})
    must(taken.body["firstContactOn"] == "2022-03-04", "the first day counts")
    must(taken.body["melding"], "it is a melding, from Friday")
    stage.told["after"] = taken.body
    await _decided(stage, ravi)
    stage.tell(
        f"{RAVI.name} hands it back with a note; {LIEKE.name} reviews what was done; {NOOR.name} "
        f"takes it up. The first day stays {taken.body['firstContactOn']}."
    )


async def _decided(stage: Stage, ravi: Actor) -> None:
    """The decision of who owns access is written down against what was owed."""
    path = stage.told["provision"]
    done = await ravi.move(
        path,
        f"{path}/follow-ups",
        {"code": "access_decision", "note": "Centrale toegang, per telefoon: ja."},
    )
    left = [each["code"] for each in done.body["owed"] if each["doneAt"] is None]
    must({"investigation", "grant_decision"} <= set(left), "what can wait is owed still")
    stage.told["left"] = left
