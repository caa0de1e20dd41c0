"""The way of a formal decision, through the real plans: what most tests arrange before they act."""

from typing import Any

import httpx

from shared.vocabulary import Role
from tests.plans.support import Case, open_case
from tests.referrals.steps import JUDGEMENT, REFERRALS, WEIGHINGS, do
from tests.support.world import Actor, World

APPLICATIONS = "/referrals/v1/applications"
GRANTS = "/referrals/v1/grants"
OBJECTIONS = "/referrals/v1/objections"
DAY = "dagbesteding_meedoen"
YES = {
    "granted": True,
    "reference": "B-2022-001",
    "reasons": "Het plan laat zien dat dit helpt.",
    "whatNow": "U kunt nu zelf iemand zoeken. De coördinator belt u morgen.",
}
NO = {
    "granted": False,
    "reference": "B-2022-002",
    "reasons": "Het kan nu met hulp van het buurtteam.",
    "whatNow": "Het buurtteam blijft u helpen. Bel uw coördinator.",
}


def grantor(world: World) -> Actor:
    """Whoever speaks for the party that grants."""
    return world.user(Role.MUNICIPALITY)


async def a_case(world: World, **more: Any) -> tuple[Case, dict[str, Any]]:
    """A household with a plan, and an item on it that needs a referral."""
    case = await open_case(world, **more)
    item = await case.item(voorziening=DAY)
    await world.drain()
    return case, item


async def referred(case: Case, item: dict[str, Any], form: str) -> httpx.Response:
    """A request that was judged: with a pgb it waits for the decision."""
    body = {
        "planId": case.plan["id"],
        "supportItemId": item["id"],
        "voorziening": item["voorziening"],
        "entry": "buurtteam",
        "facts": {"form": form},
        "weighings": WEIGHINGS,
    }
    seen = await case.worker.post(REFERRALS, body)
    assert seen.status_code == 201, seen.text
    return await do(case.worker, seen, "judgements", JUDGEMENT)


def an_application(case: Case, **more: Any) -> dict[str, Any]:
    """What is sent to ask a decision on the plan."""
    return {
        "planId": case.plan["id"],
        "personId": case.main,
        "voorziening": DAY,
        "reason": "Mevrouw is het er niet mee eens.",
        **more,
    }


async def applied(world: World, case: Case, **more: Any) -> httpx.Response:
    """An application, as the one who decides sees it."""
    answer = await case.worker.post(APPLICATIONS, an_application(case, **more))
    assert answer.status_code == 201, answer.text
    return await grantor(world).get(f"{APPLICATIONS}/{answer.json()['id']}")


async def act(
    actor: Actor, seen: httpx.Response, what: str, body: Any = None, home: str = APPLICATIONS
) -> httpx.Response:
    """Change what was seen last; anything but success stops the test."""
    answer = await actor.post(f"{home}/{seen.json()['id']}/{what}", body, etag=seen.headers["ETag"])
    assert answer.status_code == 201, answer.text
    return answer


async def waiting(world: World) -> httpx.Response:
    """The one application that waits, as the one who decides sees it."""
    found = (await grantor(world).get(APPLICATIONS)).json()["items"]
    assert len(found) == 1, found
    return await grantor(world).get(f"{APPLICATIONS}/{found[0]['id']}")
