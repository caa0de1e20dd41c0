"""The first chapters: a question answered at the door, and two wrong doors."""

from http import HTTPStatus

from deploy.local.demo.reasons import sentences
from deploy.local.demo.stage import Stage, must
from deploy.local.sample import DE_VOORBEELDTUIN, NOOR, SANNE, YUSUF
from shared.vocabulary import Role

VOORZIENING = "dagbesteding_meedoen"


async def answered_at_the_door(stage: Stage) -> None:
    """A light contact: advice, and nobody is recorded (AMS-INT-10)."""
    stage.chapter("A question at the door")
    noor = stage.as_worker(NOOR)
    receipt = await noor.post(
        "/intake/v1/contacts",
        {
            "entry": "buurtteam",
            "channel": "walk_in",
            "question": "Waar kan ik in de buurt op dinsdag Nederlands oefenen?",
            "anonymous": True,
            "wijk": "ME",
        },
    )
    contact = f"/intake/v1/contacts/{receipt.body['id']}"
    done = await noor.move(
        contact,
        f"{contact}/conclusions",
        {
            "outcome": "information_and_advice",
            "advice": "Taalcafé in het buurthuis, dinsdag 10 uur, zonder aanmelden.",
            "personInformed": True,
        },
    )
    must(done.body["status"] == "concluded", "the light contact is concluded")
    must(done.body["person"] is None, "nobody was recorded")
    stage.tell(f"{NOOR.name} gives advice; the contact ends there and nobody is recorded.")


async def wrong_doors(stage: Stage) -> None:
    """Two wrong doors: neither is a refusal, both are carried over and followed (OPN-10)."""
    stage.chapter("Two wrong doors")
    await _at_a_provider(stage)
    await _at_the_other_team(stage)


async def _at_a_provider(stage: Stage) -> None:
    desk = stage.as_role(
        Role.PROVIDER_INTAKE, DE_VOORBEELDTUIN.name, provider=str(DE_VOORBEELDTUIN.id)
    )
    check = await desk.post(
        "/referrals/v1/access-checks", {"voorziening": VOORZIENING, "entry": "aanbieder"}
    )
    must(check.body["outcome"] == "redirect", "a provider is not the door to dagbesteding")
    must(check.body["redirectTo"] == "buurtteam", "the way leads to the buurtteam")
    stage.tell(f"Somebody asks {DE_VOORBEELDTUIN.name} for dagbesteding. The access check says:")
    for sentence in sentences(check.body["reasons"])[:2]:
        stage.tell(f"   {sentence}")
    receipt = await desk.post(
        "/intake/v1/contacts",
        {
            "entry": "aanbieder",
            "channel": "provider",
            "question": "Wil graag meedoen in onze tuin en heeft nog geen plan.",
            "voorziening": VOORZIENING,
            "wijk": "ME",
            "person": {"givenNames": "Bea", "surname": "Bedenksel", "phone": "0200000199"},
        },
    )
    must(receipt.body["teamName"] == NOOR.team.name, "it reached the team of the wijk")
    path = f"/intake/v1/contacts/{receipt.body['id']}"
    must(
        await desk.status("GET", path) in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND},
        "the provider cannot read the contact itself",
    )
    yusuf = stage.as_worker(YUSUF)
    await yusuf.move(path, f"{path}/triage-decisions", {"urgency": "normal"})
    followed = await desk.get(f"{path}/receipt")
    must(followed.body["takenUp"], "the provider sees that somebody took it up")
    stage.tell(
        f"The contact goes to {NOOR.team.name} with its date; {YUSUF.name} takes it up. The "
        "provider sees that, and no content."
    )


async def _at_the_other_team(stage: Stage) -> None:
    sanne, noor = stage.as_worker(SANNE), stage.as_worker(NOOR)
    receipt = await sanne.post(
        "/intake/v1/contacts",
        {
            "entry": "okt",
            "addressedTo": "okt",
            "channel": "phone",
            "question": "Ik heb schulden en slaap er niet van.",
            "melding": True,
            "wijk": "ME",
            "person": {"givenNames": "Bram", "surname": "Verzinnen", "phone": "0200000198"},
        },
    )
    contact = f"/intake/v1/contacts/{receipt.body['id']}"
    sent = await sanne.move(
        contact,
        f"{contact}/redirects",
        {
            "toParty": "buurtteam",
            "reason": "Een vraag van een volwassene over geld.",
            "personInformed": True,
        },
    )
    must(sent.status == HTTPStatus.ACCEPTED, "a redirect is accepted and can be followed")
    carried = f"/intake/v1/contacts/{sent.body['carriedTo']}"
    stage.told["carried"] = sent.body["carriedTo"]
    await stage.eventually("a work item for the receiving team", lambda: _work_item(stage))
    taken = await noor.move(carried, f"{carried}/triage-decisions", {"urgency": "soon"})
    must(
        taken.body["firstContactOn"] == receipt.body["firstContactOn"],
        "the first date of the first door counts",
    )
    must(taken.body["clocks"] == receipt.body["clocks"], "the legal clock kept running")
    followed = await sanne.get(f"/intake/v1/redirects/{sent.body['id']}")
    must(followed.body["status"] == "taken_up", "the first door sees that it was taken up")
    stage.tell(
        f"A money question at the OKT is carried over to {NOOR.team.name} with its story, its "
        "first date and its legal clock; the OKT sees that it was taken up."
    )


async def _work_item(stage: Stage) -> bool:
    page = await stage.as_worker(NOOR).get("/plans/v1/work-items")
    return any(item["aboutId"] == stage.told["carried"] for item in page.body["items"])
