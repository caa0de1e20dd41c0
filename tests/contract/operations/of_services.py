"""Arrangements of light requests: asked around a real plan, taken up by a specialist."""

from typing import Any

import httpx

from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.plans.support import open_case
from tests.referrals.serving import (
    BACK,
    DEBTS,
    NO,
    RESULT,
    SERVICES,
    TAKING_UP,
    at,
    specialist,
    taken_up,
)
from tests.support.world import World


async def question(world: World) -> dict[str, Any]:
    """What a worker asks for an item of a plan of its own."""
    case = await open_case(world)
    item = await case.item("free_access", voorziening=DEBTS)
    await world.drain()
    return {
        "planId": case.plan["id"],
        "supportItemId": item["id"],
        "voorziening": DEBTS,
        "entry": "buurtteam",
        "question": "Wat kan er geregeld worden?",
        "basis": "consent",
    }


async def asked(world: World) -> httpx.Response:
    """It was asked."""
    answer = await world.user(WORKER).post(SERVICES, await question(world))
    assert answer.status_code == 201, answer.text
    return answer


async def of_specialist(world: World, what: str, body: Any, *, after: bool = True) -> Ready:
    """What the specialist does with it."""
    seen = await asked(world)
    if after:
        await taken_up(specialist(world), seen)
    return Ready(Role.SPECIALIST, f"{at(seen)}/{what}", body, {"stadsdeel": "M"}, party=True)


@arrangement("referrals")
async def create_service_request(world: World) -> Ready:
    return Ready(WORKER, SERVICES, await question(world))


@arrangement("referrals")
async def take_up_service_request(world: World) -> Ready:
    return await of_specialist(world, "takings-up", TAKING_UP, after=False)


@arrangement("referrals")
async def answer_service_request(world: World) -> Ready:
    return await of_specialist(world, "results", RESULT)


@arrangement("referrals")
async def decline_service_request(world: World) -> Ready:
    return await of_specialist(world, "declines", NO)


@arrangement("referrals")
async def withdraw_service_request(world: World) -> Ready:
    return Ready(WORKER, f"{at(await asked(world))}/withdrawals", BACK)
