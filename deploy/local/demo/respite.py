"""A worn-out carer: everything there is for her, lightest first, and a place for him to stay."""

from datetime import UTC, date, datetime
from typing import Final

from deploy.local.demo.placing import accept, desk_of, shortlist_entry, start
from deploy.local.demo.plan import CARER_ITEM
from deploy.local.demo.stage import Actor, Reply, Stage, must
from deploy.local.sample import DE_PAUZE, JOZEF, NOOR

RESPITE: Final = "logeeropvang"
_FACTS: Final = {"hasPlan": True, "relievesCarer": True}
_RELIEF: Final = {
    "condition": "relieves_carer",
    "considered": True,
    "outcome": "Ja",
    "motivation": "Maria zorgt dag en nacht; een week slapen maakt dat zij het volhoudt.",
}


async def respite(stage: Stage) -> None:
    """On the plan track the relief of the carer is weighed, by name and date (AMS-ACC-45)."""
    stage.chapter("A worn-out carer")
    noor = stage.as_worker(NOOR)
    await _everything_there_is(stage, noor)
    await _what_if(stage, noor)
    made = await noor.post(
        "/referrals/v1/referrals",
        {
            "planId": stage.told["plan_id"],
            "supportItemId": stage.told[CARER_ITEM],
            "voorziening": RESPITE,
            "entry": "buurtteam",
            "firstContactOn": stage.told["first_contact_on"],
            "facts": _FACTS,
            "weighings": [_RELIEF],
        },
    )
    path = stage.told["respite_referral"] = f"/referrals/v1/referrals/{made.body['id']}"
    weighed = made.body["weighings"][0]
    must(weighed["madeBy"] == NOOR.subject and weighed["madeAt"], "who weighed it, and when")
    judged = await noor.post(
        f"{path}/judgements",
        {"admitted": True, "withClient": True, "motivation": "Het logeren geeft Maria rust."},
        made.etag,
    )
    await _stays(stage, noor, judged)


async def _everything_there_is(stage: Stage, noor: Actor) -> None:
    found = await noor.post(
        "/referrals/v1/access-overviews", {"entry": "buurtteam", "facts": _FACTS}
    )
    items = found.body["items"]
    must([i["order"] for i in items] == sorted(i["order"] for i in items), "the lightest first")
    open_now = [
        i["label"] for i in items if i["answer"]["outcome"] in {"open", "no_referral_needed"}
    ]
    stage.tell(
        f"Everything for this situation, lightest first: {len(items)} voorzieningen, of which "
        f"{len(open_now)} are open at once. The first: {', '.join(open_now[:3])}."
    )


async def _what_if(stage: Stage, noor: Actor) -> None:
    found = await noor.post(
        "/referrals/v1/access-comparisons",
        {"voorziening": RESPITE, "entry": "buurtteam", "facts": _FACTS},
    )
    change = next(each for each in found.body["changes"] if each["fact"] == "relievesCarer")
    must(change["outcome"] != found.body["answer"]["outcome"], "this one fact changes the answer")
    stage.tell(
        f"What if? The one fact that would turn it: {change['label'].lower()} → "
        f"{change['outcome']}."
    )


async def _stays(stage: Stage, noor: Actor, judged: Reply) -> None:
    path = stage.told["respite_referral"]
    listed = await noor.post(
        f"{path}/shortlists",
        {
            "entries": [shortlist_entry(DE_PAUZE, RESPITE, "consent")],
            "agreedBy": stage.told["people"][JOZEF.given_names],
            "agreedOn": "2022-03-15",
            "contributionToldOn": "2022-03-15",
            "how": "Samen gekozen, na een middag kijken",
        },
        judged.etag,
    )
    await noor.post(f"{path}/attempts", None, listed.etag)
    desk = desk_of(stage, DE_PAUZE)
    accepted = await accept(desk)
    stage.move_clock(datetime(2022, 3, 22, 11, tzinfo=UTC))
    await start(desk, accepted, DE_PAUZE.locations[0].name, date(2022, 3, 22))
    stage.tell(
        f"On the plan track: {NOOR.name} weighs that it relieves the carer. Jozef stays at "
        f"{DE_PAUZE.name} from 22 March."
    )
