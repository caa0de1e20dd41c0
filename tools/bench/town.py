"""Fills a fresh instance through its API with people who do not exist, until every list is full."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Final

from deploy.local.demo.central_day import SHELTER, Guest, centre, come_in
from deploy.local.demo.doors import VOORZIENING
from deploy.local.demo.leading import WEIGHINGS
from deploy.local.demo.placing import shortlist_entry
from deploy.local.demo.plan import LIGHTER
from deploy.local.demo.registry import load_registry
from deploy.local.demo.stage import Actor, Json, Stage, must
from deploy.local.demo.story import CHAPTERS
from deploy.local.sample import DE_VOORBEELDTUIN, NOOR

BEGIN: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
_AT_ONCE: Final = 4
_REFERRALS: Final = "/referrals/v1/referrals"
_GIVEN: Final = ("Anke", "Bas", "Cor", "Dina", "Evert", "Frida", "Gijs", "Hilde", "Ies", "Joke")
_FIRST: Final = ("Proef", "Bedenk", "Fictie", "Schijn", "Verzin", "Denk")
_LAST: Final = ("man", "stra", "sma", "huis", "dijk", "berg", "veld", "kamp", "hof", "boom")
_NAMES: Final = tuple(first + last for first, last in product(_FIRST, _LAST))


class Need(StrEnum):
    """What must be there before an operation can be asked."""

    REGISTRY = "registry"
    STORY = "story"
    HOUSEHOLDS = "households"
    GUESTS = "guests"


async def fill(stage: Stage, needs: Collection[Need]) -> None:
    """Make what is needed. The story comes first: it is told in a town that is empty."""
    for need, make in _MAKING.items():
        if need in needs:
            await make(stage)


async def _story(stage: Stage) -> None:
    for chapter in CHAPTERS:
        await chapter(stage)


async def _households(stage: Stage) -> None:
    noor = stage.as_worker(NOOR)

    async def make(number: int) -> None:
        planned = await _planned(noor, number)
        await _offered(stage, planned)
        # Questions about it would make the plan of the story longer while that is measured.
        stage.told["other_plan"] = planned["request"]["planId"]

    await _in_turns(range(len(_NAMES)), make)
    found = await noor.get("/plans/v1/work-items")
    must(found.body["next"], "the desk of the worker has more than a page")


async def _guests(stage: Stage) -> None:
    async def make(number: int) -> None:
        name = _NAMES[number]
        facts = {"homeless": True}
        question = "Slaapt sinds vorige week in een auto."
        await come_in(stage, Guest(name, name, "2022-02-20", question, SHELTER, facts))

    await _in_turns(range(len(_NAMES)), make)
    found = await centre(stage).get("/referrals/v1/queue-items")
    must(found.body["next"], "the queue has more than a page")


async def _planned(noor: Actor, number: int) -> dict[str, Json]:
    """A household of one, with a plan of one goal and the help it asks for."""
    members = [{"role": "main", "person": _person(number)}]
    home = await noor.post("/plans/v1/households", {"members": members})
    plan = await noor.post("/plans/v1/plans", {"householdId": home.body["id"]})
    path = f"/plans/v1/plans/{plan.body['id']}"
    goal = await noor.post(
        f"{path}/goals", {"domain": "daginvulling", "text": "Weer onder de mensen komen."}
    )
    item = await noor.post(
        f"{path}/support-items",
        {
            "goalIds": [goal.body["id"]],
            "ladderStep": "individual",
            "voorziening": VOORZIENING,
            "description": "Dagbesteding, twee dagdelen per week.",
            "lighterSteps": [{"step": step, "motivation": why} for step, why in LIGHTER],
        },
    )
    return {
        "member": home.body["members"][0]["person"]["id"],
        "request": {
            "planId": plan.body["id"],
            "supportItemId": item.body["id"],
            "voorziening": VOORZIENING,
            "entry": "buurtteam",
            "weighings": WEIGHINGS,
        },
    }


def _person(number: int) -> dict[str, Json]:
    return {
        "givenNames": _GIVEN[number % len(_GIVEN)],
        "surname": _NAMES[number],
        "birthDate": f"19{50 + number % 50}-04-{1 + number % 28:02d}",
        "address": {
            "street": "Verzonnenstraat",
            "houseNumber": 1 + number,
            "postcode": "1094ZZ",
            "city": "Amsterdam",
            "wijk": "ME",
        },
    }


async def _offered(stage: Stage, planned: dict[str, Json]) -> None:
    """A request that lies with the provider whose inbox is read."""
    noor = stage.as_worker(NOOR)
    made = await noor.post(_REFERRALS, planned["request"])
    path = f"{_REFERRALS}/{made.body['id']}"
    judgement = {"admitted": True, "withClient": True, "motivation": "Dagbesteding geeft ritme."}
    judged = await noor.post(f"{path}/judgements", judgement, made.etag)
    agreed = {
        "entries": [shortlist_entry(DE_VOORBEELDTUIN, VOORZIENING, "consent")],
        "agreedBy": planned["member"],
        "agreedOn": BEGIN.date().isoformat(),
        "contributionToldOn": BEGIN.date().isoformat(),
        "how": "Samen gekozen",
    }
    listed = await noor.post(f"{path}/shortlists", agreed, judged.etag)
    await noor.post(f"{path}/attempts", None, listed.etag)


async def _in_turns(whole: Sequence[int], make: Callable[[int], Awaitable[None]]) -> None:
    """A few at once: the services are idle while one waits for the disk."""
    for first in range(0, len(whole), _AT_ONCE):
        await asyncio.gather(*map(make, whole[first : first + _AT_ONCE]))


_MAKING: Final = MappingProxyType(
    {
        Need.REGISTRY: load_registry,
        Need.STORY: _story,
        Need.HOUSEHOLDS: _households,
        Need.GUESTS: _guests,
    }
)
