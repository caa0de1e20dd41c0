"""A debt specialist is called in: never handed over, and the coordinator stays."""

from typing import Any, Final

from deploy.local.demo.plan import SERVICE_ITEM
from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import MARIA, NOOR, TEUN
from shared.vocabulary import Role

_DEBTS: Final = "schuldhulp_specialistisch"
_REQUESTS: Final = "/referrals/v1/service-requests"


async def debts(stage: Stage) -> None:
    """The specialist hears a question and an area; who it is, after taking it up (AMS-PLN-12)."""
    stage.chapter("A debt specialist is called in")
    noor, teun = stage.as_worker(NOOR), stage.as_role(Role.SPECIALIST, TEUN.name)
    asked = await noor.post(
        _REQUESTS,
        {
            "planId": stage.told["plan_id"],
            "supportItemId": stage.told[SERVICE_ITEM],
            "voorziening": _DEBTS,
            "entry": "buurtteam",
            "question": "Zes schuldeisers na een ontslag. Wat kan er geregeld worden?",
            "basis": "consent",
        },
    )
    path = stage.told["service"] = f"{_REQUESTS}/{asked.body['id']}"
    must(asked.body["kind"] == "call_in", "a specialist is called in, nobody is referred")
    before = await teun.get(path)
    must(before.body["identity"] is None, "before taking up there is no name")
    must(MARIA.surname not in str(before.body), "nor anywhere else")
    taken = await teun.post(
        f"{path}/takings-up",
        {"professional": TEUN.name, "phone": TEUN.phone, "firstMeetingOn": "2022-03-03"},
        before.etag,
    )
    known = [person["surname"] for person in taken.body["identity"]["persons"]]
    must(MARIA.surname in known, "who takes it up knows whom it is about")
    await stage.eventually("the specialist is in the circle", lambda: _beside(stage, noor))
    stage.tell(
        f"{TEUN.name} sees the question and the stadsdeel, takes it up, and joins the circle "
        f"beside {NOOR.name}, who stays the coordinator."
    )


async def debts_settled(stage: Stage) -> None:
    """What came of it is on the plan; the specialist knows nobody by name any more."""
    noor, teun = stage.as_worker(NOOR), stage.as_role(Role.SPECIALIST, TEUN.name)
    path = stage.told["service"]
    await teun.move(
        path,
        f"{path}/results",
        {
            "code": "regeling_getroffen",
            "text": "Met alle zes is er een regeling. De eerste betaling is in april.",
            "validFrom": "2022-04-01",
        },
    )
    after = await teun.get(path)
    must(after.body["identity"] is None, "when it is over the name is gone")
    await stage.eventually("the specialist left the circle", lambda: _alone(stage, noor))
    stage.tell(
        f"{TEUN.name} reports a settlement with all six creditors and leaves the circle; "
        f"{NOOR.name} has it on the desk and keeps the household."
    )


async def _circle(stage: Stage, noor: Actor) -> dict[str, Any]:
    view = await noor.get(stage.told["plan"])
    must(view.body["coordinator"] == NOOR.subject, "the coordinator stays")
    return {
        person["subject"]: person["part"]
        for person in view.body["circle"]
        if person["validUntil"] is None
    }


async def _beside(stage: Stage, noor: Actor) -> bool:
    return (await _circle(stage, noor)).get(TEUN.subject) == "specialist"


async def _alone(stage: Stage, noor: Actor) -> bool:
    return TEUN.subject not in await _circle(stage, noor)
