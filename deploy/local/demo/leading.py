"""The chapters of the referral: the right door with its reasons, and one provider after another."""

from datetime import UTC, date, datetime
from http import HTTPStatus

from deploy.local.demo.doors import VOORZIENING
from deploy.local.demo.placing import accept, desk_of, only_offer, shortlist_entry, start
from deploy.local.demo.reasons import sentences
from deploy.local.demo.stage import Actor, Reply, Stage, must
from deploy.local.sample import DE_VOORBEELDTUIN, HET_PROEFATELIER, MARIA, NOOR, TESTEMA

WEIGHINGS = [
    {
        "condition": "paid_work_considered",
        "considered": True,
        "outcome": "Nu niet",
        "motivation": "Werken met loonwaarde is na de zomer weer te bespreken.",
    },
    {
        "condition": "social_base_considered",
        "considered": True,
        "outcome": "Ernaast",
        "motivation": "De koffieochtend loopt en is alleen te weinig.",
    },
]


async def access(stage: Stage) -> None:
    """The access check with its reasons, then the request with its weighings."""
    stage.chapter("The right door")
    noor = stage.as_worker(NOOR)
    check = await noor.post(
        "/referrals/v1/access-checks",
        {"voorziening": VOORZIENING, "entry": "buurtteam", "facts": {"hasPlan": True}},
    )
    answer = check.body
    must(answer["ledBy"] == "buurtteam", "the buurtteam leads")
    must(answer["judgedBy"] == "buurtteam", "the buurtteam judges")
    must(answer["placedBy"] == "aanbieder", "the provider places")
    stage.tell(
        f"{answer['voorziening']}: {answer['outcome']}; led by {answer['ledBy']}, judged by "
        f"{answer['judgedBy']} with {', '.join(answer['judgedWith'])}, placed by "
        f"{answer['placedBy']}, grant {answer['grant']}."
    )
    for sentence in sentences(answer["reasons"]):
        stage.tell(f"   {sentence}")
    stage.tell(f"Told before Maria agrees: {answer['contribution']['text']}")
    await _ask_and_judge(stage, noor)


async def _ask_and_judge(stage: Stage, noor: Actor) -> None:
    made = await noor.post(
        "/referrals/v1/referrals",
        {
            "planId": stage.told["plan_id"],
            "supportItemId": stage.told["item"],
            "voorziening": VOORZIENING,
            "entry": "buurtteam",
            "weighings": WEIGHINGS,
            "wishes": {"days": [2, 4], "language": "nl"},
        },
    )
    stage.told["referral"] = f"/referrals/v1/referrals/{made.body['id']}"
    judged = await noor.post(
        f"{stage.told['referral']}/judgements",
        {
            "admitted": True,
            "withClient": True,
            "motivation": "Maria heeft ritme en begeleiding nodig om weer op te bouwen.",
        },
        made.etag,
    )
    must(judged.body["status"] == "placing", "a place can be looked for")
    must(any(step["skipped"] for step in judged.body["steps"]), "a step nobody owns is shown")
    stage.tell("Work, the sociale basis and dagbesteding are weighed; Maria and Noor judge: yes.")


async def first_no_then_yes(stage: Stage) -> None:
    """A shortlist that Maria agreed to; the first provider says no, the second yes."""
    stage.chapter("One provider after another")
    noor = stage.as_worker(NOOR)
    await _shortlist(stage, noor)
    await noor.move(stage.told["referral"], f"{stage.told['referral']}/attempts")
    garden, studio = desk_of(stage, DE_VOORBEELDTUIN), desk_of(stage, HET_PROEFATELIER)
    offer = await only_offer(garden)
    must(MARIA.surname not in str(offer.body), "an offer names nobody")
    must(offer.body["identity"] is None, "the identity waits for a yes")
    must(
        await studio.status("GET", f"/referrals/v1/attempts/{offer.body['id']}")
        == HTTPStatus.NOT_FOUND,
        "another provider does not see it",
    )
    stage.tell(f"{DE_VOORBEELDTUIN.name} sees: {_profile(offer)}.")
    path = f"/referrals/v1/attempts/{offer.body['id']}"
    await garden.post(
        f"{path}/declines", {"declinedBy": "provider", "code": "no_capacity"}, offer.etag
    )
    must(await garden.status("GET", path) == HTTPStatus.NOT_FOUND, "reading stopped at once")
    await _accept(stage, studio)


async def _shortlist(stage: Stage, noor: Actor) -> None:
    search = {"voorziening": VOORZIENING, "stadsdeel": TESTEMA.address.wijk[0]}
    found = await noor.post("/providers/v1/matches/_zoek", search)
    names = [item["locationName"] for item in found.body["items"]]
    stage.tell(f"Contracted, in the area and with room: {', '.join(names)}.")
    entries = [
        shortlist_entry(provider, VOORZIENING, "consent")
        for provider in (DE_VOORBEELDTUIN, HET_PROEFATELIER)
    ]
    await noor.move(
        stage.told["referral"],
        f"{stage.told['referral']}/shortlists",
        {
            "entries": entries,
            "agreedBy": stage.told["maria"],
            "agreedOn": "2022-03-01",
            "contributionToldOn": "2022-03-01",
            "how": "Samen gekozen, thuis aan tafel",
        },
    )


def _profile(offer: Reply) -> str:
    need = offer.body["needProfile"]
    return (
        f"somebody of {need['ageBand']} in wijk {need['wijk']}, days {offer.body['wishesDays']}, "
        f"goal: {need['goals'][0].rstrip('.')}"
    )


async def _accept(stage: Stage, studio: Actor) -> None:
    yes = await accept(studio)
    who = yes.body["identity"]["persons"][0]
    must(who["surname"] == MARIA.surname, "after yes the provider knows who it is")
    must(who["bsn"] == MARIA.bsn, "and has what delivery needs")
    worker = await studio.get(f"/intake/v1/workers/{yes.body['identity']['coordinator']}")
    stage.tell(
        f"{DE_VOORBEELDTUIN.name} says no (no_capacity). {HET_PROEFATELIER.name} is next by "
        f"itself, says yes, sees who it is, and can call {worker.body['name']} on "
        f"{worker.body['phone']}."
    )
    stage.move_clock(datetime(2022, 3, 15, 11, tzinfo=UTC))
    await start(studio, yes, HET_PROEFATELIER.locations[0].name, date(2022, 3, 15))
    await _seen_by_coordinator(stage)


async def _seen_by_coordinator(stage: Stage) -> None:
    noor = stage.as_worker(NOOR)

    async def item_runs() -> bool:
        view = await noor.get(stage.told["plan"])
        item = next(i for i in view.body["supportItems"] if i["id"] == stage.told["item"])
        return bool(item["status"] == "running" and item["referralStatus"] == "delivering")

    await stage.eventually("the plan shows that delivery has begun", item_runs)
    referral = await noor.get(stage.told["referral"])
    steps = [
        f"{step['status']}{' (skipped)' if step['skipped'] else ''}"
        for step in referral.body["steps"]
    ]
    attempts = [item["status"] for item in referral.body["attempts"]]
    must(sorted(attempts) == ["declined", "started"], "both attempts are on the referral")
    view = await noor.get(stage.told["plan"])
    kinds = [entry["code"] for entry in view.body["timeline"] if entry["code"]]
    must(kinds, "the steps are on the plan")
    stage.tell(f"On the plan, {NOOR.name} sees every step: {' → '.join(steps)}.")
