"""Arrangements of transfers: real plans and providers, help that runs, and who takes it over."""

from dataclasses import dataclass
from typing import Any

import httpx

from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.contract.operations.of_referrals import Asked, met
from tests.referrals.steps import do, the_offer
from tests.referrals.transferring import (
    AGREED,
    BACK,
    BATCHES,
    HANDED,
    STAY,
    a_batch,
    an_entry,
    at,
    batched,
    made_of,
    move,
)
from tests.support.registry import two_offers
from tests.support.world import World

MANAGER = Role.CONTRACT_MANAGER
DESK = Role.PROVIDER_INTAKE
BOTH = {"startsOn": "2022-03-15", "endsOn": "2022-03-20"}


@dataclass
class Moved:
    """Help that runs, and the transfer in which it moves."""

    world: World
    found: Asked
    help: httpx.Response
    batch: httpx.Response

    @property
    def entries(self) -> str:
        return f"{BATCHES}/{self.batch.json()['id']}/entries"

    async def listed(self) -> httpx.Response:
        """On the list of the provider."""
        body = an_entry(self.help)
        return made_of(await self.found.desk().post(self.entries, body))

    async def proposed(self) -> httpx.Response:
        """The team was asked."""
        return made_of(await move(self.found.desk(), await self.listed(), "proposals", AGREED))

    def of_desk(self, path: str, body: Any) -> Ready:
        """What the provider does next."""
        return Ready(DESK, path, body, self.found.claims, party=True)


async def moved(world: World) -> Moved:
    """Help that runs at a provider, and a transfer of that provider."""
    found = await met(world)
    seen = await the_offer(world, found.offers[0])
    runs = await do(found.desk(), seen, "starts", {"on": "2022-03-15"})
    await world.drain()
    return Moved(world, found, runs, await batched(world, found.offers[0]))


async def ending(world: World, what: str) -> Ready:
    """What the manager does with a transfer in which nobody is."""
    made, _ = await two_offers(world)
    batch = await batched(world, made)
    return Ready(MANAGER, f"{BATCHES}/{batch.json()['id']}/{what}", party=True)


async def taking_over(world: World, what: str, body: Any, *, accepted: bool = True) -> Ready:
    """What the coordinator does next."""
    seen = await (await moved(world)).proposed()
    if accepted:
        made_of(await move(world.user(WORKER), seen, "acceptances", {}))
    return Ready(WORKER, f"{at(seen)}/{what}", body)


@arrangement("referrals")
async def create_transfer_batch(world: World) -> Ready:
    made, _ = await two_offers(world)
    return Ready(MANAGER, BATCHES, a_batch(made), party=True)


@arrangement("referrals")
async def close_transfer_batch(world: World) -> Ready:
    return await ending(world, "closings")


@arrangement("referrals")
async def withdraw_transfer_batch(world: World) -> Ready:
    return await ending(world, "withdrawals")


@arrangement("referrals")
async def add_transfer_entry(world: World) -> Ready:
    found = await moved(world)
    return found.of_desk(found.entries, an_entry(found.help))


@arrangement("referrals")
async def propose_transfer(world: World) -> Ready:
    found = await moved(world)
    return found.of_desk(f"{at(await found.listed())}/proposals", AGREED)


@arrangement("referrals")
async def accept_transfer(world: World) -> Ready:
    return await taking_over(world, "acceptances", {}, accepted=False)


@arrangement("referrals")
async def plan_double_provision(world: World) -> Ready:
    return await taking_over(world, "double-provisions", BOTH)


@arrangement("referrals")
async def record_handover(world: World) -> Ready:
    return await taking_over(world, "handovers", {**HANDED, "on": "2022-03-15"})


@arrangement("referrals")
async def record_stay(world: World) -> Ready:
    return await taking_over(world, "stays", STAY)


@arrangement("referrals")
async def withdraw_transfer_entry(world: World) -> Ready:
    return await taking_over(world, "withdrawals", BACK)
