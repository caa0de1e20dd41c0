"""A morning at the centrale toegang: the telephone, three people at the door, and the queue."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import NOOR
from shared.vocabulary import Role

QUEUE: Final = "/referrals/v1/queue-items"
REFERRALS: Final = "/referrals/v1/referrals"
CONTACTS: Final = "/intake/v1/contacts"
_CONSULTATIONS: Final = "/referrals/v1/consultations"
_QUESTION: Final = "Een man van rond de 40 slaapt in een auto. Is opvang aan de orde?"
_BSN_IN_TEXT: Final = f"{_QUESTION} Zijn nummer is 999900006."
SHELTER: Final = "maatschappelijke_opvang"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the door: no BSN, no address, no plan. `key` is how later chapters find them."""

    key: str
    name: str
    first: str
    question: str
    voorziening: str
    facts: dict[str, Any]


_KEES: Final = Guest(
    "kees",
    "Rooie Kees",
    "2022-02-20",
    "Slaapt buiten sinds hij uit Groningen kwam.",
    SHELTER,
    {"homeless": True, "residenceMunicipality": "Groningen"},
)
_ANNA: Final = Guest(
    "anna",
    "Anna van Elders",
    "2022-02-27",
    "Wordt bedreigd op de plek waar zij slaapt.",
    SHELTER,
    {"homeless": True, "unsafeNow": True},
)
_WOUT: Final = Guest(
    "wout",
    "Wout Bedenksel",
    "2022-01-10",
    "Kan niet meer alleen wonen.",
    "beschermd_wonen",
    {"wlzIndication": True},
)


def centre(stage: Stage) -> Actor:
    """Somebody of the centrale toegang."""
    return stage.as_role(Role.CENTRAL_ACCESS, "the centrale toegang")


async def by_telephone(stage: Stage) -> None:
    """Advice by telephone is one call, about nobody; earlier advice is found (AMS-ACC-34)."""
    stage.chapter("Advice by telephone")
    noor = stage.as_worker(NOOR)
    asked = {
        "toParty": "centrale_toegang",
        "level": "anonymous",
        "questionKind": "toegang_mo_bw",
        "question": _QUESTION,
        "byTelephone": {
            "on": "2022-03-01",
            "givenBy": "adviseur toegang",
            "advice": "Begin met begeleiding; opvang is hier te zwaar.",
            "followed": True,
        },
    }
    told = await noor.send("POST", _CONSULTATIONS, {**asked, "question": _BSN_IN_TEXT})
    must(told.status_code == HTTPStatus.BAD_REQUEST, "a BSN has no place in an anonymous text")
    must("999900006" not in told.text, "and is not repeated")
    made = await noor.post(_CONSULTATIONS, asked)
    steps = [step["status"] for step in made.body["steps"]]
    must(steps == ["asked", "taken_up", "advised", "followed"], "one call, every step")
    found = await noor.post("/referrals/v1/advices/_zoek", {"questionKind": "toegang_mo_bw"})
    must([each["advice"] for each in found.body["items"]] == [made.body["advice"]], "it is found")
    stage.told["advice_steps"] = steps
    stage.tell(f"{NOOR.name} writes it down in one call: {' → '.join(steps)}. Nobody is named.")


async def at_the_door(stage: Stage) -> None:
    """Direct and national entry: a name to call somebody by is enough (AMS-ACC-36, OPN-13)."""
    stage.chapter("Three people at the door")
    for guest in (_KEES, _ANNA, _WOUT):
        await come_in(stage, guest)
    kees = await centre(stage).get(stage.told["kees"])
    must(kees.body["planId"] is None and kees.body["coordinator"] is None, "there is no plan")
    must(kees.body["status"] == "judging", "it can be decided all the same")
    stage.tell("Nobody has a plan, an address or a BSN; one is from Groningen. All are taken in.")


async def _written_down(access: Actor, guest: Guest) -> tuple[str, dict[str, Any]]:
    """The contact, taken up; and who it is, searched for and then written down."""
    receipt = await access.post(
        CONTACTS,
        {
            "entry": "centrale_toegang",
            "addressedTo": "centrale_toegang",
            "channel": "walk_in",
            "question": guest.question,
            "person": {"surname": guest.name, "whereabouts": "Bij de opvang aan het water."},
            "firstContactOn": guest.first,
            "melding": True,
            "wijk": "ME",
        },
    )
    contact = f"{CONTACTS}/{receipt.body['id']}"
    await access.move(contact, f"{contact}/triage-decisions", {"urgency": "soon"})
    found = await access.post(f"{contact}/candidates/_zoek")
    must(not found.body["items"], "nobody of this name is known")
    linked = await access.move(
        contact,
        f"{contact}/household-links",
        {"members": [{"role": "main", "person": {"surname": guest.name}}]},
    )
    known: dict[str, Any] = linked.body
    return contact, known


async def come_in(stage: Stage, guest: Guest) -> None:
    """The contact, who it is, and the request on which the centrale toegang decides."""
    access = centre(stage)
    contact, known = await _written_down(access, guest)
    body = {
        "householdId": known["householdId"],
        "personId": known["personId"],
        "need": guest.question,
        "contactId": known["id"],
        "voorziening": guest.voorziening,
        "entry": "centrale_toegang",
        "firstContactOn": guest.first,
        "facts": guest.facts,
    }
    # Plans hears a moment later whose household this is.
    made = await stage.eventually(
        f"a request for {guest.name}", lambda: access.post(REFERRALS, body)
    )
    stage.told[guest.key] = f"{REFERRALS}/{made.body['id']}"
    stage.told[f"{guest.key}_contact"] = contact
    stage.told[f"{guest.key}_household"] = known["householdId"]
    stage.told[f"{guest.key}_person"] = known["personId"]


async def the_queue(stage: Stage) -> None:
    """Safety first, then who waits longest; with what is missing, and no name (AMS-ACC-37)."""
    stage.chapter("The queue")
    access = centre(stage)
    lines = (await access.get(QUEUE)).body["items"]
    order = [stage.told[key].rsplit("/", 1)[-1] for key in ("anna", "wout", "kees")]
    must([line["id"] for line in lines] == order, "safety first, then the first contact")
    must(not any(g.name in str(lines) for g in (_KEES, _ANNA, _WOUT)), "and no name")
    must(lines[1]["missing"] == ["no_wlz_indication"], "it says what is missing")
    for line in lines:
        stage.tell(
            f"   {line['voorziening']}, waiting {line['waitingDays']} days"
            f"{', unsafe now' if line['unsafeNow'] else ''}"
            f"{', missing: ' + ', '.join(line['missing']) if line['missing'] else ''}"
        )
    weighed = await access.move(
        stage.told["wout"],
        f"{stage.told['wout']}/weighings",
        {
            "weighings": [
                {
                    "condition": "no_wlz_indication",
                    "considered": True,
                    "outcome": "Loopt",
                    "motivation": "De indicatie is er; beschermd wonen voegt niets toe.",
                }
            ]
        },
    )
    must(weighed.body["weighings"][0]["madeAt"], "who weighed it, and when")
    again = (await access.get(QUEUE)).body["items"]
    must(again[1]["missing"] == [], "what was weighed is not missing any more")
    stage.told["queue"] = lines
