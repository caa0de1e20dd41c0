"""Questions for advice, as tests ask and answer them."""

from datetime import datetime
from typing import Any

import httpx

from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import Plan
from tests.support.registry import Offer
from tests.support.world import Actor, World

CONSULTATIONS = "/referrals/v1/consultations"
SEARCH = "/referrals/v1/advices/_zoek"
QUESTION = "Een man van rond de 40 slaapt in een auto. Is opvang aan de orde, of iets anders?"
ADVICE = {"advice": "Begin met begeleiding; opvang is hier te zwaar.", "voorzieningen": []}


def a_question(**changes: Any) -> dict[str, Any]:
    """An anonymous question for the centrale toegang."""
    return {
        "toParty": "centrale_toegang",
        "level": "anonymous",
        "questionKind": "toegang_mo_bw",
        "question": QUESTION,
        **changes,
    }


def about(plan: Plan, **changes: Any) -> dict[str, Any]:
    """A question about a plan."""
    named = {"level": "identified", "planId": str(plan.id), "basis": "legal_task"}
    return a_question(**{**named, **changes})


def of_provider(made: Offer, **changes: Any) -> dict[str, Any]:
    """A question for the experts of a provider."""
    to = {
        "toParty": "aanbieder",
        "toProviderId": str(made.provider),
        "questionKind": "ggz_expertise",
    }
    return a_question(**{**to, **changes})


def telephoned(**changes: Any) -> dict[str, Any]:
    """What was said by telephone."""
    said = {"on": "2022-02-28", "givenBy": "adviseur toegang", "advice": "Begin met begeleiding."}
    return {**said, **changes}


def now(world: World) -> datetime:
    """The clock of the services."""
    return world.kernel(ServiceName.REFERRALS).clock()


def noor(world: World) -> Actor:
    """The worker who asks."""
    return world.user(Role.BUURTTEAM_WORKER)


def centre(world: World) -> Actor:
    """The centrale toegang."""
    return world.user(Role.CENTRAL_ACCESS)


async def asked(world: World, body: dict[str, Any] | None = None) -> httpx.Response:
    """A question that was asked."""
    answer = await noor(world).post(CONSULTATIONS, body or a_question())
    assert answer.status_code == 201, answer.text
    return answer


async def try_step(
    actor: Actor, seen: httpx.Response, what: str, body: Any = None, **how: Any
) -> httpx.Response:
    """Try a step on what was seen last."""
    path = f"{CONSULTATIONS}/{seen.json()['id']}/{what}"
    return await actor.post(path, body, etag=seen.headers["ETag"], **how)


async def step(
    actor: Actor, seen: httpx.Response, what: str, body: Any = None, **how: Any
) -> httpx.Response:
    """A step on what was seen last; anything but success stops the test."""
    answer = await try_step(actor, seen, what, body, **how)
    assert answer.status_code == 201, answer.text
    return answer


async def taken_up(world: World, body: dict[str, Any] | None = None) -> httpx.Response:
    """A question that the centrale toegang took up."""
    return await step(centre(world), await asked(world, body), "takings-up")


async def advised(world: World, body: dict[str, Any] | None = None) -> httpx.Response:
    """A question with the advice of the centrale toegang."""
    return await step(centre(world), await taken_up(world, body), "advices", ADVICE)


async def by_telephone(world: World, **changes: Any) -> httpx.Response:
    """Advice that was given by telephone, written down."""
    return await asked(world, a_question(byTelephone=telephoned(followed=True), **changes))
