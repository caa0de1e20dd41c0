"""The first talk: from a GP's report to what the whole household says."""

from typing import Any

from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import LOTTE, MARIA, NOOR, TESTEMA, Person

_NOT_DISCUSSED = "Speelt nu niet, volgens Maria en Jozef."
_DISCUSSED: dict[str, dict[str, str]] = {
    "wonen": {
        "situation": "Huurwoning. Daan van 24 woont nog thuis en redt het niet zonder hulp.",
        "wishes": "Een plek voor Daan met iemand in de buurt.",
    },
    "inkomen": {"situation": "WW van Maria en WIA van Jozef.", "strengths": "Willen overzicht."},
    "schulden": {
        "situation": "Zes schuldeisers sinds het ontslag; de post blijft dicht.",
        "wishes": "Weer zonder angst de post openen.",
    },
    "veiligheid": {
        "situation": "Thuis veilig. Lotte woont ergens anders; waar weet alleen de familie.",
        "strengths": "Sleutel bij de buren.",
    },
    "daginvulling": {
        "situation": "Maria zit sinds haar ontslag de hele dag thuis.",
        "wishes": "Weer iets om voor op te staan.",
    },
    "gezondheid": {
        "situation": "Maria zorgt sinds zijn beroerte dag en nacht voor Jozef. Zij is op.",
        "wishes": "Af en toe een week slapen.",
    },
    "sociale_contacten": {
        "situation": "Ziet bijna niemand meer.",
        "wishes": "Mensen ontmoeten, rustig opbouwen.",
    },
}


def _member(person: Person) -> dict[str, Any]:
    address = person.elsewhere or TESTEMA.address
    surname = " ".join(part for part in (person.particle, person.surname) if part)
    return {
        "role": person.role.value,
        "person": {
            "givenNames": person.given_names,
            "surname": surname,
            "birthDate": person.birth_date.isoformat(),
            "bsn": person.bsn,
            **({"phone": person.phone} if person.phone else {}),
            "addressShielded": address.shielded,
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
            "reporter": {
                "kind": "general_practitioner",
                "organisation": "Huisartsenpraktijk Voorbeeld",
            },
        },
    )
    clock = next(item for item in receipt.body["clocks"] if item["code"] == "investigation")
    stage.tell(
        f"The melding is confirmed. {clock['article']}: the investigation is due on "
        f"{clock['dueOn']}."
    )
    stage.told["first_contact_on"] = receipt.body["firstContactOn"]
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
        {"members": [_member(person) for person in TESTEMA.members]},
    )
    household: str = linked.body["householdId"]
    again = await noor.post("/plans/v1/persons/_zoek", {"bsn": MARIA.bsn})
    must(again.body["items"][0]["householdId"] == household, "now she is found, by BSN")
    await _shielded(noor, household)
    stage.tell(
        f"{NOOR.name} searches the register by {', '.join(found.body['searchedBy'])}: nobody. The "
        "household of four is made, once. Lotte lives elsewhere, and her address is shielded: no "
        "answer shows it."
    )
    return household


async def _shielded(noor: Actor, household: str) -> None:
    """A shielded address is in no answer, whoever asks (OPN-41)."""
    seen = await noor.get(f"/plans/v1/households/{household}")
    home = next(item["person"] for item in seen.body["members"] if _is_lotte(item["person"]))
    hidden = LOTTE.elsewhere
    must(home["addressShielded"], "that it is shielded is known")
    must(hidden is not None and hidden.street not in str(seen.body), "where it is, is not shown")


def _is_lotte(person: dict[str, Any]) -> bool:
    return bool(person["givenNames"] == LOTTE.given_names)


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
        path,
        {"domains": domains, "adultsHeard": "Alle vier: drie thuis, Lotte per telefoon."},
        talk.etag,
    )
    must(not changed.body["missing"], "everything was discussed")
    done = await noor.post(
        f"{path}/completions",
        {"summary": "Eerst de schulden en rust voor Maria; dan weer onder de mensen."},
        changed.etag,
    )
    must(done.body["status"] == "completed", "the talk is done")
    stage.tell(
        f"{len(domains)} life domains discussed with all four: debts, no company, a carer who is "
        "worn out."
    )


def _note(code: str) -> dict[str, str]:
    said = _DISCUSSED.get(code, {"notDiscussedBecause": _NOT_DISCUSSED})
    return {"domain": code, **said}
