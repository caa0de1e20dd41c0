"""Protected living for a son: advice first, then the decision of who owns access."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Final

from deploy.local.demo.placing import accept, desk_of, shortlist_entry, start
from deploy.local.demo.plan import LIVING_ITEM
from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import BESCHUTTE_VERBEELDING, DAAN, NOOR
from shared.vocabulary import Role

LIVING: Final = "beschermd_wonen"
_CONSULTATIONS: Final = "/referrals/v1/consultations"
_QUESTION: Final = (
    "Een zoon van 24 redt het thuis niet meer. Past beschermd wonen, of iets lichters?"
)


async def protected_living(stage: Stage) -> None:
    """Consulted, decided and placed by the centrale toegang; the coordinator sees every step."""
    stage.chapter("A son who cannot live alone")
    noor = stage.as_worker(NOOR)
    centre = stage.as_role(Role.CENTRAL_ACCESS, "the centrale toegang")
    await _advice(stage, noor, centre)
    await _asked(stage, noor)
    await _decided(stage, noor, centre)
    await _placed(stage, noor, centre)


async def _advice(stage: Stage, noor: Actor, centre: Actor) -> None:
    asked = await noor.post(
        _CONSULTATIONS,
        {
            "toParty": "centrale_toegang",
            "level": "identified",
            "questionKind": "toegang_mo_bw",
            "question": _QUESTION,
            "voorziening": LIVING,
            "planId": stage.told["plan_id"],
            "supportItemId": stage.told[LIVING_ITEM],
            "basis": "legal_task",
        },
    )
    path = stage.told["consultation"] = f"{_CONSULTATIONS}/{asked.body['id']}"
    taken = await centre.move(path, f"{path}/takings-up")
    advised = await centre.post(
        f"{path}/advices",
        {
            "advice": "Er is meer nodig dan begeleiding thuis. Vraag beschermd wonen aan.",
            "voorzieningen": [LIVING],
        },
        taken.etag,
    )
    must(advised.body["status"] == "advised", "the advice is given")
    must(advised.body["askedBy"] == NOOR.subject, "the question stays whose it was")
    stage.tell("The centrale toegang is asked for advice, takes it up, and advises to apply.")


async def _asked(stage: Stage, noor: Actor) -> None:
    made = await noor.post(
        "/referrals/v1/referrals",
        {
            "planId": stage.told["plan_id"],
            "supportItemId": stage.told[LIVING_ITEM],
            "voorziening": LIVING,
            "entry": "buurtteam",
            "firstContactOn": stage.told["first_contact_on"],
            "facts": {"psychosocialOrPsychiatricOrLvb": True},
        },
    )
    must(made.body["judgeParty"] == "centrale_toegang", "the centrale toegang owns the decision")
    path = stage.told["living_referral"] = f"/referrals/v1/referrals/{made.body['id']}"
    own = await noor.send(
        "POST",
        f"{path}/judgements",
        {"admitted": True, "withClient": True, "motivation": "Wij vinden van wel."},
        {"If-Match": made.etag},
    )
    must(own.status_code == HTTPStatus.CONFLICT, "the team does not decide here")
    must("Centrale toegang" in own.json()["detail"], "and is told who does")


async def _decided(stage: Stage, noor: Actor, centre: Actor) -> None:
    path = stage.told["living_referral"]
    queue = await centre.get("/referrals/v1/queue-items")
    line = next(item for item in queue.body["items"] if path.endswith(item["id"]))
    must(line["consulted"] and line["hasPlan"], "the queue knows of the advice and of the plan")
    must(line["firstContactOn"] == stage.told["first_contact_on"], "the first day counts")
    must(DAAN.surname not in str(queue.body), "and names nobody")
    decided = await centre.move(
        path,
        f"{path}/judgements",
        {
            "admitted": True,
            "withClient": True,
            "motivation": "Daan heeft elke dag iemand in de buurt nodig.",
            "whatNow": "U krijgt een plek zodra er een vrij is. Wij bellen u deze week.",
            "validUntil": "2022-12-31",
        },
    )
    must(decided.body["status"] == "placing", "a place can be looked for")
    consultation = stage.told["consultation"]
    became = await noor.move(
        consultation,
        f"{consultation}/outcomes",
        {"outcome": "became_referral", "referralId": decided.body["id"]},
    )
    must(became.body["status"] == "became_referral", "advice and request are one story")
    judgement = (await noor.get(path)).body["judgement"]
    must(judgement["whatNow"] and judgement["howToAsk"], "it says what now, and how to object")
    stage.tell(
        f"The centrale toegang decides: yes, until {judgement['validUntil']}. What now: "
        f"{judgement['whatNow']}"
    )


async def _placed(stage: Stage, noor: Actor, centre: Actor) -> None:
    path = stage.told["living_referral"]
    wanted = {
        "entries": [shortlist_entry(BESCHUTTE_VERBEELDING, LIVING, "consent")],
        "agreedBy": stage.told["people"][DAAN.given_names],
        "agreedOn": "2022-03-22",
        "contributionToldOn": "2022-03-22",
        "how": "Samen gaan kijken",
    }
    # Plans hears a moment later that this party places, and opens what a package needs.
    listed = await stage.eventually(
        "the centrale toegang agrees a list with Daan",
        lambda: centre.move(path, f"{path}/shortlists", wanted),
    )
    await centre.post(f"{path}/attempts", None, listed.etag)
    desk = desk_of(stage, BESCHUTTE_VERBEELDING)
    accepted = await accept(desk)
    must(accepted.body["identity"]["persons"][0]["surname"] == DAAN.surname, "after a yes: who")
    stage.move_clock(datetime(2022, 4, 5, 11, tzinfo=UTC))
    await start(desk, accepted, BESCHUTTE_VERBEELDING.locations[0].name, date(2022, 4, 5))

    async def runs() -> bool:
        view = await noor.get(stage.told["plan"])
        items = {item["id"]: item["status"] for item in view.body["supportItems"]}
        return bool(items[stage.told[LIVING_ITEM]] == "running")

    await stage.eventually("the plan shows that Daan has a place", runs)
    seen = await noor.get(path)
    must(seen.body["coordinator"] == NOOR.subject, "the coordinator stays from start to end")
    stage.tell(
        f"{BESCHUTTE_VERBEELDING.name} says yes; Daan moves in on 5 April. {NOOR.name} saw every "
        "step and stays his coordinator."
    )
