"""25 December: a man without a bed, a holiday, and a desk that answers."""

from datetime import UTC, datetime
from typing import Any, Final

from deploy.local.demo.evening import CONTACTS, PROVISIONS, mandate, on_duty
from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import CALLERS, NOOR
from shared.vocabulary import Role

_SHELTER: Final = "maatschappelijke_opvang"
_COLLEAGUE: Final = "50b00000-0000-4000-8000-000000000042"


async def christmas(stage: Stage) -> None:
    """The centrale toegang arranges a bed itself: its own decision is not owed (Wmo 2.3.3)."""
    stage.chapter("25 December, 22:15")
    await _desk_for_christmas(stage)
    stage.move_clock(datetime(2022, 12, 25, 21, 15, tzinfo=UTC))
    centre = stage.as_role(Role.CENTRAL_ACCESS, "the centrale toegang")
    places = await centre.post("/providers/v1/places/_zoek", {"voorziening": _SHELTER})
    (place,) = places.body["items"]
    elsewhere = await _asked_first(centre)
    provision = await _arranged(stage, centre, place)
    owed = {each["code"]: each["dueOn"] for each in provision["owed"]}
    must("access_decision" not in owed, "who owns access arranged it: that decision is taken")
    must("children_told" not in owed, "there are no children")
    must(provision["reservationId"], "the bed is his")
    stage.told["christmas_owed"] = owed
    stage.tell(
        f"The OKT is closed; {elsewhere} answers. {place['organisationName']} has a bed for him. "
        "Owed: " + ", ".join(f"{code} by {day}" for code, day in owed.items()) + "."
    )
    await _after_the_holidays(stage)


async def _desk_for_christmas(stage: Stage) -> None:
    stage.move_clock(datetime(2022, 12, 23, 12, 0, tzinfo=UTC))
    await on_duty(
        stage,
        "christmas",
        {
            "party": "centrale_toegang",
            "deskName": "Piketdienst opvang",
            "phone": "0200000220",
            "subject": CALLERS[Role.CENTRAL_ACCESS].subject,
            "mandated": True,
            "startsAt": "2022-12-23T17:00:00+01:00",
            "endsAt": "2022-12-27T09:00:00+01:00",
        },
    )


async def _asked_first(centre: Actor) -> str:
    """The check, and who is reachable; answers which party is, while the OKT is closed."""
    check = await centre.post(
        "/referrals/v1/access-checks",
        {
            "voorziening": _SHELTER,
            "entry": "centrale_toegang",
            "facts": {"urgent": True, "nightShelterNeededTonight": True, "homeless": True},
        },
    )
    must(check.body["outcome"] != "redirect", "this is a right door for him")
    nobody = await centre.get("/intake/v1/duty?party=okt")
    must(not nobody.body["reachable"], "the OKT is closed")
    must(not nobody.body["workingDay"], "it is Christmas")
    must(nobody.body["elsewhere"], "it says who does answer")
    label: str = nobody.body["elsewhere"][0]["label"]
    return label


async def _arranged(stage: Stage, centre: Actor, place: dict[str, Any]) -> dict[str, Any]:
    contact = await centre.post(
        "/intake/v1/crisis-contacts",
        {
            "question": "Hij slaapt buiten en het vriest.",
            "whereabouts": "In het portiek naast het station.",
            "phone": "0200000221",
        },
    )
    stage.told["christmas"] = f"{CONTACTS}/{contact.body['id']}"
    provision = await centre.post(
        PROVISIONS,
        {
            "voorziening": _SHELTER,
            "contactId": contact.body["id"],
            "reason": "Het vriest en er is geen andere plek.",
            "contractId": place["contractId"],
            "locationId": place["locationId"],
        },
    )
    await mandate(stage, centre, provision)
    made: dict[str, Any] = provision.body
    return made


async def _after_the_holidays(stage: Stage) -> None:
    stage.move_clock(datetime(2022, 12, 27, 8, 10, tzinfo=UTC))
    centre = stage.as_role(Role.CENTRAL_ACCESS, "the centrale toegang")
    colleague = stage.as_role(Role.CENTRAL_ACCESS, "a colleague", subject=_COLLEAGUE)
    path = stage.told["christmas"]
    note = "Hij sliep in De Proefhaven. Hij wil zelf een plan."
    await colleague.post(f"{path}/duty-reviews", {"remark": "Goed gedaan."})
    handed = await centre.move(path, f"{path}/handbacks", {"wijk": "ME", "note": note})
    must(handed.body["toTeamId"] == str(NOOR.team.id), "the team goes on with him")
    noor = stage.as_worker(NOOR)
    taken = await noor.move(path, f"{path}/triage-decisions", {"urgency": "soon"})
    must(taken.body["firstContactOn"] == "2022-12-25", "the first day is Christmas Day")
    stage.told["christmas_after"] = taken.body
    stage.tell("On the first working day a colleague reviews it and the team takes it over.")
