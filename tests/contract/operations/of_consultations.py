"""Arrangements of consultations: who asks is around a real plan, who advises is a provider."""

from typing import Any

import httpx

from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.plans.support import open_case
from tests.referrals.advice import (
    ADVICE,
    CONSULTATIONS,
    a_question,
    asked,
    centre,
    of_provider,
    step,
)
from tests.support.registry import two_offers
from tests.support.world import World

EXPERT = Role.PROVIDER_WORKER


async def question(world: World, **changes: Any) -> dict[str, Any]:
    """A question to the centrale toegang about a plan of the worker."""
    case = await open_case(world)
    await world.drain()
    named = {"level": "identified", "planId": case.plan["id"], "basis": "legal_task"}
    return a_question(**named, **changes)


async def about_plan(world: World, **changes: Any) -> httpx.Response:
    """It was asked."""
    return await asked(world, await question(world, **changes))


def next_of(seen: httpx.Response, what: str, body: Any = None) -> Ready:
    """What the worker does next."""
    return Ready(
        WORKER, f"{CONSULTATIONS}/{seen.json()['id']}/{what}", {} if body is None else body
    )


async def of_expert(world: World, what: str, body: Any, *, taken_up: bool = True) -> Ready:
    """What the expert of a provider does with what it was asked."""
    first, _ = await two_offers(world)
    seen = await asked(world, of_provider(first))
    claims = {"provider": str(first.provider)}
    if taken_up:
        await step(world.user(EXPERT, **claims), seen, "takings-up")
    return Ready(EXPERT, f"{CONSULTATIONS}/{seen.json()['id']}/{what}", body, claims)


@arrangement("referrals")
async def create_consultation(world: World) -> Ready:
    return Ready(WORKER, CONSULTATIONS, await question(world))


@arrangement("referrals")
async def ask_consultation(world: World) -> Ready:
    return next_of(await about_plan(world, draft=True), "askings")


@arrangement("referrals")
async def take_up_consultation(world: World) -> Ready:
    return await of_expert(world, "takings-up", {}, taken_up=False)


@arrangement("referrals")
async def request_consultation_information(world: World) -> Ready:
    return await of_expert(world, "information-requests", {"question": "Hoe lang al?"})


@arrangement("referrals")
async def add_consultation_information(world: World) -> Ready:
    seen = await step(centre(world), await about_plan(world), "takings-up")
    more = {"question": "Hoe lang al?"}
    seen = await step(centre(world), seen, "information-requests", more)
    return next_of(seen, "additions", {"text": "Sinds januari."})


@arrangement("referrals")
async def advise_consultation(world: World) -> Ready:
    return await of_expert(world, "advices", ADVICE)


@arrangement("referrals")
async def record_consultation_outcome(world: World) -> Ready:
    seen = await step(centre(world), await about_plan(world), "takings-up")
    seen = await step(centre(world), seen, "advices", ADVICE)
    return next_of(seen, "outcomes", {"outcome": "followed"})


@arrangement("referrals")
async def withdraw_consultation(world: World) -> Ready:
    return next_of(await about_plan(world), "withdrawals", {"reason": "Het is opgelost."})


@arrangement("referrals")
async def redirect_consultation(world: World) -> Ready:
    elsewhere = {"toParty": "steunstructuur", "reason": "Zij weten dit beter."}
    return await of_expert(world, "redirections", elsewhere)
