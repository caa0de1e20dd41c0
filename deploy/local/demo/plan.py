"""One household, one plan, one coordinator; the lightest fitting help for every goal."""

from dataclasses import dataclass
from typing import Final

from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import DAAN, JOZEF, MARIA, NOOR, Person

SERVICE_ITEM: Final = "debts"
CARER_ITEM: Final = "respite"
LIVING_ITEM: Final = "living"

LIGHTER: Final = (
    ("own_strength", "Alleen lukt het nu niet."),
    ("generally_usual", "Wat gewoon te koop is, helpt hier niet."),
    ("usual_help", "Zij doen voor elkaar al wat zij kunnen."),
    ("network", "Het netwerk is klein geworden."),
    ("free_access", "Wat er in de buurt is, is alleen te weinig."),
)


@dataclass(frozen=True, slots=True)
class _Help:
    """Help for a goal of one member; `name` is how later chapters find it."""

    name: str
    domain: str
    goal: str
    member: Person
    description: str
    voorziening: str | None = None
    step: str = "individual"


_PLANNED: Final = (
    _Help(
        "cafe",
        "sociale_contacten",
        "Elke week mensen ontmoeten in de buurt.",
        MARIA,
        "Koffieochtend in het buurthuis, samen erheen.",
        step="free_access",
    ),
    _Help(
        SERVICE_ITEM,
        "schulden",
        "Alle schulden in beeld en een regeling die te dragen is.",
        MARIA,
        "Specialist schuldhulp erbij; de coördinator blijft.",
        "schuldhulp_specialistisch",
        "free_access",
    ),
    _Help(
        "item",
        "daginvulling",
        "Twee dagen per week iets zinvols te doen hebben.",
        MARIA,
        "Dagbesteding buiten, in kleine groep.",
        "dagbesteding_meedoen",
    ),
    _Help(
        CARER_ITEM,
        "gezondheid",
        "Maria slaapt weer en houdt de zorg voor Jozef vol.",
        JOZEF,
        "Jozef logeert elke maand een week elders.",
        "logeeropvang",
    ),
    _Help(
        LIVING_ITEM,
        "wonen",
        "Daan woont op zichzelf, met iemand in de buurt.",
        DAAN,
        "Wonen met begeleiding.",
        "beschermd_wonen",
    ),
)


async def plan(stage: Stage) -> None:
    """One plan with five goals; every lighter step is weighed where a heavier one is chosen."""
    stage.chapter("One plan")
    noor = stage.as_worker(NOOR)
    household = await noor.get(f"/plans/v1/households/{stage.told['household']}")
    people = {
        item["person"]["givenNames"]: item["person"]["id"] for item in household.body["members"]
    }
    stage.told["people"] = people
    stage.told["maria"] = people[MARIA.given_names]
    opened = await noor.post(
        "/plans/v1/plans",
        {
            "householdId": stage.told["household"],
            "contactId": stage.told["contact"].rsplit("/", 1)[-1],
            "direction": "Maria wil weer meedoen, Jozef wil thuis blijven, Daan wil op zichzelf.",
            "problems": "Ontslag, schulden, een mantelzorger die op is, een zoon die vastloopt.",
            "possibilities": "Handig in de tuin; de buren helpen mee.",
        },
    )
    stage.told["plan_id"] = opened.body["id"]
    stage.told["plan"] = f"/plans/v1/plans/{opened.body['id']}"
    for help_ in _PLANNED:
        stage.told[help_.name] = await _put(stage, noor, help_)
    await _social_base_first(stage, noor)
    stage.tell(
        f"{len(_PLANNED)} goals. The sociale basis comes first and starts at once, without a "
        "referral; the rest comes beside it, with every lighter step weighed."
    )
    await _agreed(stage, noor, list(people.values()))


async def _put(stage: Stage, noor: Actor, help_: _Help) -> str:
    base = stage.told["plan"]
    goal = await noor.post(
        f"{base}/goals",
        {
            "domain": help_.domain,
            "text": help_.goal,
            "memberIds": [stage.told["people"][help_.member.given_names]],
        },
    )
    steps = [step for step, _ in LIGHTER]
    below = steps.index(help_.step) if help_.step in steps else len(steps)
    item = await noor.post(
        f"{base}/support-items",
        {
            "goalIds": [goal.body["id"]],
            "ladderStep": help_.step,
            "voorziening": help_.voorziening,
            "description": help_.description,
            "lighterSteps": [{"step": step, "motivation": why} for step, why in LIGHTER[:below]],
        },
    )
    identity: str = item.body["id"]
    return identity


async def _social_base_first(stage: Stage, noor: Actor) -> None:
    path = f"{stage.told['plan']}/support-items/{stage.told['cafe']}"
    running = await noor.move(path, f"{path}/starts")
    must(running.body["status"] == "running", "the sociale basis needs no referral")


async def _agreed(stage: Stage, noor: Actor, people: list[str]) -> None:
    answers = [
        {"personId": person, "answer": "agreed", "how": "Mondeling, thuis of per telefoon"}
        for person in people
    ]
    agreed = await noor.post(f"{stage.told['plan']}/agreements", {"answers": answers})
    must(agreed.body["agreed"], "all four agree with the plan")
    moment = await noor.post(f"{stage.told['plan']}/evaluation-moments")
    stage.told["evaluate_on"] = moment.body["on"]
    await noor.move(
        stage.told["contact"],
        f"{stage.told['contact']}/conclusions",
        {"outcome": "plan", "planId": stage.told["plan_id"], "personInformed": True},
    )
    stage.tell(
        f"All four agree. {NOOR.name} is the coordinator; they evaluate on {moment.body['on']}."
    )
