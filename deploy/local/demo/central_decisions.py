"""An afternoon at the centrale toegang: a yes with a place, and a no that stays with the team."""

from datetime import date
from typing import Any, Final

from deploy.local.demo.central_day import CONTACTS, QUEUE, centre
from deploy.local.demo.placing import accept, desk_of, shortlist_entry, start
from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import DE_PROEFHAVEN, NOOR
from shared.vocabulary import Role

_SHELTER: Final = "maatschappelijke_opvang"
_LIVING: Final = "beschermd_wonen"
_APPLICATIONS: Final = "/referrals/v1/applications"
_OBJECTIONS: Final = "/referrals/v1/objections"


async def together(stage: Stage) -> None:
    """The team joins: from then on both see where it stands (AMS-ACC-35, 39)."""
    stage.chapter("Together with the team")
    access, noor, path = centre(stage), stage.as_worker(NOOR), stage.told["anna"]
    shared = await access.post(
        f"{stage.told['anna_contact']}/involvements",
        {
            "party": "buurtteam",
            "how": "joined",
            "share": True,
            "reason": "Zij wil in deze buurt blijven; samen zoeken wij een veilige plek.",
        },
    )
    theirs = f"{CONTACTS}/{shared.body['receipt'].split('/')[-2]}"
    await noor.move(theirs, f"{theirs}/triage-decisions", {"urgency": "crisis"})
    opened = await noor.post(
        "/plans/v1/plans",
        {
            "householdId": stage.told["anna_household"],
            "contactId": theirs.rsplit("/", 1)[-1],
        },
    )

    async def joined() -> bool:
        return bool((await noor.get(path)).body["planId"] == opened.body["id"])

    await stage.eventually("the request is on the plan", joined)
    line = next(
        each for each in (await access.get(QUEUE)).body["items"] if path.endswith(each["id"])
    )
    must((line["hasPlan"], line["coordinator"]) == (True, NOOR.subject), "both see who coordinates")
    stage.told["joint"] = line
    stage.tell(f"{NOOR.name} opens a plan with Anna; team and centrale toegang see each step.")


async def decision_and_place(stage: Stage) -> None:
    """A decision with reasons, validity and what now; a list, an offer, a yes, a start."""
    stage.chapter("A yes, and a place")
    access, path = centre(stage), stage.told["kees"]
    decided = await access.move(
        path,
        f"{path}/judgements",
        {
            "admitted": True,
            "withClient": True,
            "motivation": "Er is geen andere plek en hij redt het niet alleen.",
            "whatNow": "U krijgt een plek zodra er een vrij is. Wij bellen u.",
            "validUntil": "2022-09-01",
        },
    )
    judgement = stage.told["judgement"] = decided.body["judgement"]
    must(judgement["judgedBy"] == "centrale_toegang", "who owns access decided")
    stage.tell(f"Yes, until {judgement['validUntil']}. What now: {judgement['whatNow']}")
    wanted = {
        "entries": [shortlist_entry(DE_PROEFHAVEN, _SHELTER, "legal_task")],
        "agreedBy": stage.told["kees_person"],
        "agreedOn": "2022-03-01",
        "contributionToldOn": "2022-03-01",
        "how": "In de spreekkamer",
    }
    listed = await stage.eventually(
        "a list agreed with him", lambda: access.move(path, f"{path}/shortlists", wanted)
    )
    await access.post(f"{path}/attempts", None, listed.etag)
    desk = desk_of(stage, DE_PROEFHAVEN)
    accepted = await accept(desk)
    (person,) = accepted.body["identity"]["persons"]
    must(person["bsn"] is None and person["address"] is None, "he has neither, and is helped")
    await start(desk, accepted, DE_PROEFHAVEN.locations[0].name, date(2022, 3, 1))
    seen = await access.get(path)
    must(seen.body["status"] == "delivering", "he has a bed")
    stage.told["steps"] = [step["status"] for step in seen.body["steps"]]
    stage.tell(f"{DE_PROEFHAVEN.name} says yes. Steps: {' → '.join(stage.told['steps'])}.")


async def a_no_stays_with_the_team(stage: Stage) -> None:
    """Not admitted is not sent away: the team gets the contact with its first day (DIS-27)."""
    stage.chapter("A no, and who stays")
    access, noor, path = centre(stage), stage.as_worker(NOOR), stage.told["wout"]
    refused = await access.move(
        path,
        f"{path}/judgements",
        {
            "admitted": False,
            "withClient": True,
            "motivation": "Met zijn indicatie krijgt hij wonen met zorg uit de Wlz.",
            "whatNow": "Het buurtteam helpt u dat te regelen. Zij bellen u morgen.",
        },
    )
    how_to_ask = refused.body["judgement"]["howToAsk"]
    must(refused.body["status"] == "not_admitted", "the answer is no")

    async def carried() -> Any:
        page = await noor.get(CONTACTS)
        ids = [item["id"] for item in page.body["items"]]
        found = [(await noor.get(f"{CONTACTS}/{each}")).body for each in ids]
        origin = stage.told["wout_contact"].rsplit("/", 1)[-1]
        return next((each for each in found if each["carriedFrom"] == origin), None)

    contact = await stage.eventually("the team has it", carried)
    must(contact["firstContactOn"] == "2022-01-10", "with its first day")
    must(contact["requests"][0]["status"] == "not_admitted", "and what was decided")
    theirs = f"{CONTACTS}/{contact['id']}"
    await noor.move(theirs, f"{theirs}/triage-decisions", {"urgency": "soon"})
    opened = await noor.post(
        "/plans/v1/plans",
        {"householdId": stage.told["wout_household"], "contactId": contact["id"]},
    )
    must(opened.body["coordinator"] == NOOR.subject, "he has a coordinator now")
    stage.told["carried"], stage.told["wout_plan"] = contact, opened.body["id"]
    stage.tell(f"{refused.body['judgement']['whatNow']} {how_to_ask}")


async def a_formal_decision(stage: Stage) -> None:
    """Asked, rejected, objected to and upheld: then a decision in its place (Wmo 2.3.5, Awb)."""
    stage.chapter("A formal decision")
    noor = stage.as_worker(NOOR)
    grantor = stage.as_role(Role.MUNICIPALITY, "the municipality")
    asked = await noor.post(
        _APPLICATIONS,
        {
            "planId": stage.told["wout_plan"],
            "personId": stage.told["wout_person"],
            "voorziening": _LIVING,
            "reason": "Hij is het niet eens met het oordeel.",
        },
    )
    path = stage.told["application"] = f"{_APPLICATIONS}/{asked.body['id']}"
    term = asked.body["terms"][0]
    stage.tell(f"Asked for by {NOOR.name}; {term['article']}: due on {term['dueOn']}.")
    await _rejected(stage, grantor)
    # Referrals hears a moment later who is around the plan that was just opened.
    await stage.eventually("the coordinator sees the decision", lambda: noor.get(path))
    objection = await noor.move(
        path, f"{path}/objections", {"grounds": "Er is niet naar hem geluisterd."}
    )
    must(objection.body["inTime"], "in time")
    await _upheld(stage, grantor, objection.body["id"])
    again = await grantor.move(path, f"{path}/decisions", _decision("B-2022-003", granted=True))
    must(again.body["status"] == "granted", "a decision in its place")
    must(again.body["grantId"], "with a grant")
    stage.told["decided"] = again.body
    stage.tell("The objection is upheld; a new decision grants it. The first stays on record.")


def _decision(reference: str, *, granted: bool) -> dict[str, Any]:
    why = "De Wlz-plek is er pas over een jaar." if granted else "De Wlz gaat voor."
    now = "Wij zoeken een plek." if granted else "Het buurtteam blijft u helpen."
    return {"granted": granted, "reference": reference, "reasons": why, "whatNow": now}


async def _rejected(stage: Stage, grantor: Actor) -> None:
    path = stage.told["application"]
    no = await grantor.move(path, f"{path}/decisions", _decision("B-2022-002", granted=False))
    must(no.body["status"] == "rejected", "the municipality says no")
    stage.told["rejection"] = no.body["decision"]
    stage.tell(f"No. {no.body['decision']['howToObject']}")


async def _upheld(stage: Stage, grantor: Actor, objection: str) -> None:
    path = f"{_OBJECTIONS}/{objection}"
    await grantor.move(
        path,
        f"{path}/outcomes",
        {"outcome": "upheld", "reasons": "Er is niet gekeken wanneer de Wlz-plek komt."},
    )
    reopened = await grantor.get(stage.told["application"])
    must(reopened.body["status"] == "received", "a new decision must follow")
