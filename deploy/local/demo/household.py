"""The middle chapters: from a GP's report to one plan of one household."""

from typing import Any

from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import JOZEF, MARIA, NOOR, TESTEMA, Person

_NOT_DISCUSSED = "Speelt nu niet, volgens Maria en Jozef."
_DISCUSSED: dict[str, dict[str, str]] = {
    "wonen": {"situation": "Huurwoning, goed onderhouden.", "strengths": "Prettige buren."},
    "inkomen": {"situation": "WW van Maria en AOW van Jozef.", "strengths": "Komen rond."},
    "schulden": {"situation": "Geen schulden.", "strengths": "Houden een kasboek bij."},
    "veiligheid": {"situation": "Voelen zich veilig.", "strengths": "Sleutel bij de buren."},
    "daginvulling": {
        "situation": "Maria zit sinds haar ontslag de hele dag thuis.",
        "wishes": "Weer iets om voor op te staan.",
    },
    "sociale_contacten": {
        "situation": "Ziet bijna niemand meer.",
        "wishes": "Mensen ontmoeten, rustig opbouwen.",
    },
}


def _member(person: Person) -> dict[str, Any]:
    address = TESTEMA.address
    surname = " ".join(part for part in (person.particle, person.surname) if part)
    return {
        "role": person.role.value,
        "person": {
            "givenNames": person.given_names,
            "surname": surname,
            "birthDate": person.birth_date.isoformat(),
            "bsn": person.bsn,
            **({"phone": person.phone} if person.phone else {}),
            "address": {
                "street": address.street,
                "houseNumber": address.house_number,
                "postcode": address.postcode,
                "city": "Amsterdam",
                "wijk": address.wijk,
            },
        },
    }


async def melding(stage: Stage) -> None:
    """A GP reports; the legal clock starts; the household is looked up, then made."""
    stage.chapter("A GP calls about Maria")
    noor = stage.as_worker(NOOR)
    receipt = await noor.post(
        "/intake/v1/contacts",
        {
            "entry": "buurtteam",
            "channel": "phone",
            "question": "Mevrouw komt sinds haar ontslag de deur niet meer uit en wordt somber.",
            "melding": True,
            "wijk": TESTEMA.address.wijk,
            "person": {
                "givenNames": MARIA.given_names,
                "surname": MARIA.surname,
                "birthDate": MARIA.birth_date.isoformat(),
                "bsn": MARIA.bsn,
                "postcode": TESTEMA.address.postcode,
                "houseNumber": TESTEMA.address.house_number,
            },
            "reporter": {"kind": "partner", "organisation": "Huisartsenpraktijk Voorbeeld"},
        },
    )
    clock = next(item for item in receipt.body["clocks"] if item["code"] == "investigation")
    stage.tell(
        f"The melding is confirmed. {clock['article']}: the investigation is due on "
        f"{clock['dueOn']}."
    )
    contact = f"/intake/v1/contacts/{receipt.body['id']}"
    await noor.move(
        contact,
        f"{contact}/triage-decisions",
        {"urgency": "soon", "markers": ["low_resilience"], "note": "Thuis opzoeken deze week."},
    )
    stage.told["contact"] = contact
    stage.told["household"] = await _link(stage, noor, contact)


async def _link(stage: Stage, noor: Actor, contact: str) -> str:
    found = await noor.post(f"{contact}/candidates/_zoek")
    must(not found.body["items"], "Maria is not in the register yet")
    linked = await noor.move(
        contact,
        f"{contact}/household-links",
        {"members": [_member(MARIA), _member(JOZEF)]},
    )
    household: str = linked.body["householdId"]
    again = await noor.post("/plans/v1/persons/_zoek", {"bsn": MARIA.bsn})
    must(again.body["items"][0]["householdId"] == household, "now she is found, by BSN")
    stage.tell(
        f"{NOOR.name} searches the register by {', '.join(found.body['searchedBy'])}: nobody. The "
        "household of two is made, once."
    )
    return household


async def clarification(stage: Stage) -> None:
    """The broad talk with the whole household, over all life domains (AMS-INT-06, 08)."""
    stage.chapter("The broad talk")
    noor, contact = stage.as_worker(NOOR), stage.told["contact"]
    talk = await noor.post(
        f"{contact}/clarifications",
        {"personalPlanOffered": True, "clientSupportOffered": True},
    )
    path = f"/intake/v1/clarifications/{talk.body['id']}"
    missing = talk.body["missing"]
    domains = [_note(code) for code in missing if code not in {"adults_heard", "children_heard"}]
    changed = await noor.patch(
        path, {"domains": domains, "adultsHeard": "Maria en Jozef samen, thuis."}, talk.etag
    )
    must(not changed.body["missing"], "everything was discussed")
    done = await noor.post(
        f"{path}/completions",
        {"summary": "Maria wil weer onder de mensen. Jozef steunt haar daarin."},
        changed.etag,
    )
    must(done.body["status"] == "completed", "the talk is done")
    stage.tell(f"{len(domains)} life domains discussed with Maria and Jozef, at home.")


def _note(code: str) -> dict[str, str]:
    said = _DISCUSSED.get(code, {"notDiscussedBecause": _NOT_DISCUSSED})
    return {"domain": code, **said}


_LIGHTER = (
    ("own_strength", "Alleen lukt het haar nu niet."),
    ("generally_usual", "Een cursus is nog te groot."),
    ("usual_help", "Jozef doet al wat hij kan."),
    ("network", "Het netwerk is klein geworden."),
    ("free_access", "De koffieochtend alleen is te weinig."),
)


async def plan(stage: Stage) -> None:
    """One household, one plan, one coordinator; the lightest fitting help per goal."""
    stage.chapter("One plan")
    noor = stage.as_worker(NOOR)
    household = await noor.get(f"/plans/v1/households/{stage.told['household']}")
    people = {item["person"]["surname"]: item["person"]["id"] for item in household.body["members"]}
    stage.told["maria"] = people[MARIA.surname]
    opened = await noor.post(
        "/plans/v1/plans",
        {
            "householdId": stage.told["household"],
            "contactId": stage.told["contact"].rsplit("/", 1)[-1],
            "direction": "Maria wil weer meedoen en mensen ontmoeten.",
            "problems": "Ontslag, thuis zitten, somber.",
            "possibilities": "Handig in de tuin; Jozef en de buren helpen mee.",
        },
    )
    stage.told["plan_id"] = opened.body["id"]
    stage.told["plan"] = f"/plans/v1/plans/{opened.body['id']}"
    await _meeting_people(stage, noor)
    await _something_to_do(stage, noor)
    stage.tell(
        "Two goals. The lightest help first: the sociale basis starts at once, without a referral; "
        "dagbesteding comes beside it, with every lighter step weighed."
    )
    await _agreed(stage, noor, list(people.values()))


async def _agreed(stage: Stage, noor: Actor, people: list[str]) -> None:
    answers = [
        {"personId": person, "answer": "agreed", "how": "Mondeling, thuis"} for person in people
    ]
    agreed = await noor.post(f"{stage.told['plan']}/agreements", {"answers": answers})
    must(agreed.body["agreed"], "Maria agrees with her plan")
    moment = await noor.post(f"{stage.told['plan']}/evaluation-moments")
    stage.told["evaluate_on"] = moment.body["on"]
    await noor.move(
        stage.told["contact"],
        f"{stage.told['contact']}/conclusions",
        {"outcome": "plan", "planId": stage.told["plan_id"], "personInformed": True},
    )
    stage.tell(
        f"Maria agrees. {NOOR.name} is the coordinator; they evaluate on {moment.body['on']}."
    )


def _weighed(steps: int) -> list[dict[str, str]]:
    return [{"step": step, "motivation": why} for step, why in _LIGHTER[:steps]]


async def _meeting_people(stage: Stage, noor: Actor) -> None:
    base = stage.told["plan"]
    goal = await noor.post(
        f"{base}/goals",
        {
            "domain": "sociale_contacten",
            "text": "Elke week mensen ontmoeten in de buurt.",
            "memberIds": [stage.told["maria"]],
        },
    )
    item = await noor.post(
        f"{base}/support-items",
        {
            "goalIds": [goal.body["id"]],
            "ladderStep": "free_access",
            "description": "Koffieochtend in het buurthuis, samen erheen.",
            "lighterSteps": _weighed(4),
        },
    )
    running = await noor.post(f"{base}/support-items/{item.body['id']}/starts", None, item.etag)
    must(running.body["status"] == "running", "the sociale basis needs no referral")
    stage.told["cafe"] = item.body["id"]


async def _something_to_do(stage: Stage, noor: Actor) -> None:
    base = stage.told["plan"]
    goal = await noor.post(
        f"{base}/goals",
        {
            "domain": "daginvulling",
            "text": "Twee dagen per week iets zinvols te doen hebben.",
            "memberIds": [stage.told["maria"]],
            "wantedResult": "Maria gaat twee ochtenden met plezier de deur uit.",
        },
    )
    item = await noor.post(
        f"{base}/support-items",
        {
            "goalIds": [goal.body["id"]],
            "ladderStep": "individual",
            "voorziening": "dagbesteding_meedoen",
            "description": "Dagbesteding buiten, in kleine groep.",
            "result": "Twee ochtenden per week, met plezier.",
            "lighterSteps": _weighed(5),
        },
    )
    stage.told["item"] = item.body["id"]
