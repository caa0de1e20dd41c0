"""Arrangements of direct registration: a provider and its own client, and the worker that tells."""

from typing import Any

from shared.vocabulary import Role
from tests.contract.operations.arranging import Ready, arrangement
from tests.plans.support import BSN, household, open_case
from tests.referrals.registering import (
    HELP,
    REGISTRATIONS,
    a_registration,
    contracted,
    move,
    registered,
)
from tests.support.registry import Offer
from tests.support.world import World

DESK = Role.PROVIDER_INTAKE
START = {"on": "2022-03-01"}


def of(made: Offer) -> dict[str, str]:
    """Who works at this provider."""
    return {"provider": str(made.provider)}


async def next_of(world: World, what: str, body: Any, *, started: bool = False) -> Ready:
    """What the provider does next with a client it registered."""
    made = await contracted(world)
    one = await registered(world, made)
    if started:
        await move(world, made, one, "starts", START)
        await world.drain()
    return Ready(DESK, f"{REGISTRATIONS}/{one.json()['id']}/{what}", body, of(made), party=True)


@arrangement("referrals")
async def register_directly(world: World) -> Ready:
    made = await contracted(world)
    return Ready(DESK, REGISTRATIONS, a_registration(made), of(made), party=True)


@arrangement("referrals")
async def start_direct_registration(world: World) -> Ready:
    return await next_of(world, "starts", START)


@arrangement("referrals")
async def stop_direct_registration(world: World) -> Ready:
    return await next_of(world, "stops", {**START, "code": "goal_reached"}, started=True)


@arrangement("referrals")
async def decline_direct_registration(world: World) -> Ready:
    return await next_of(world, "declines", {"code": "no_capacity", "clientInformed": True})


@arrangement("plans")
async def hear_registration(world: World) -> Ready:
    case = await open_case(world, household(bsn=BSN))
    body = {
        "registrationId": case.plan["id"],
        "voorziening": HELP,
        "providerId": case.plan["id"],
        "registeredOn": "2022-03-01",
        "person": {"surname": "Bloem", "birthDate": "1988-05-02", "bsn": BSN},
    }
    return Ready(Role.SERVICE, "/plans/v1/registration-notices", body, public=True, via="referrals")
