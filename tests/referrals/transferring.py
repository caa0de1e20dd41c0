"""A transfer, step by step: what its tests arrange before they act."""

from dataclasses import dataclass
from typing import Any

import httpx

from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans, Plan
from tests.referrals.steps import (
    a_plan,
    a_shortlist,
    admitted,
    desk,
    do,
    the_offer,
    worker,
)
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World

BATCHES = "/referrals/v1/transfer-batches"
ENTRIES = "/referrals/v1/transfer-entries"
WISHES = "Zij houdt graag dezelfde begeleider."
AGREED = {"agreedByPerson": True}
DOUBLE = {"startsOn": "2022-03-01", "endsOn": "2022-03-14"}
HANDED = {"on": "2022-03-01", "sameProfessional": True}
STAY = {"reason": "Zij wil bij haar eigen begeleider blijven."}
BACK = {"reason": "Het contract is verlengd."}


def manager(world: World, role: Role = Role.CONTRACT_MANAGER) -> Actor:
    """Who manages the contracts, and sees no persons."""
    return world.user(role)


def a_batch(made: Offer, **changes: Any) -> dict[str, Any]:
    """A transfer of everybody at this provider, in two phases."""
    return {
        "providerId": str(made.provider),
        "reason": "contract_ends",
        "phases": [
            {"name": "eerste groep", "startsOn": "2022-03-01", "endsOn": "2022-04-30"},
            {"name": "tweede groep", "startsOn": "2022-05-01", "endsOn": "2022-06-30"},
        ],
        "deadline": "2022-06-30",
        "doubleProvisionDays": 14,
        "agreements": "De aanbieder noemt elke maand wie overgaat. Het team belt binnen een week.",
        **changes,
    }


async def batched(world: World, made: Offer, **changes: Any) -> httpx.Response:
    """A transfer that was agreed on."""
    answer = await manager(world).post(BATCHES, a_batch(made, **changes))
    assert answer.status_code == 201, answer.text
    return answer


def an_entry(help_: httpx.Response, **changes: Any) -> dict[str, Any]:
    """Somebody who cannot finish in time, and who agrees."""
    key = "attemptId" if "needProfile" in help_.json() else "directRegistrationId"
    return {
        key: help_.json()["id"],
        "phase": "eerste groep",
        "canFinishInTime": False,
        "agreedByPerson": True,
        "wishes": WISHES,
        "preferredHandoverOn": "2022-04-15",
        **changes,
    }


@dataclass
class Moving:
    """Help that runs at a provider, and the transfer in which it moves."""

    world: World
    plans: FakePlans
    plan: Plan
    made: Offer
    help: httpx.Response
    batch: httpx.Response

    @property
    def desk(self) -> Actor:
        """The desk of the provider."""
        return desk(self.world, self.made)

    @property
    def home(self) -> str:
        """Where the batch is."""
        return f"{BATCHES}/{self.batch.json()['id']}"

    async def add(self, **changes: Any) -> httpx.Response:
        """Try to list the help."""
        return await self.desk.post(f"{self.home}/entries", an_entry(self.help, **changes))

    async def listed(self, **changes: Any) -> httpx.Response:
        """The help is listed."""
        return made_of(await self.add(**changes))

    async def proposed(self, **changes: Any) -> httpx.Response:
        """The team was asked."""
        return made_of(await move(self.desk, await self.listed(**changes), "proposals", AGREED))

    async def accepted(self, **changes: Any) -> httpx.Response:
        """The team takes over."""
        seen = await self.proposed(**changes)
        return made_of(await move(worker(self.world), seen, "acceptances", {}))

    async def progress(self, actor: Actor | None = None) -> dict[str, int]:
        """How far the batch is, as the provider sees it, without what is nobody."""
        answer = await (actor or self.desk).get(self.home)
        assert answer.status_code == 200, answer.text
        found: dict[str, int] = answer.json()["progress"]
        return {name: number for name, number in found.items() if number}


def made_of(answer: httpx.Response) -> httpx.Response:
    """An answer that had to succeed."""
    assert answer.status_code == 201, answer.text
    return answer


async def running(world: World, plan: Plan, made: Offer) -> httpx.Response:
    """Help that started at this provider, as it reads it."""
    request = await admitted(world, plan)
    request = await do(worker(world), request, "shortlists", a_shortlist(plan, made))
    await do(worker(world), request, "attempts")
    lying = (await desk(world, made).get("/referrals/v1/attempts")).json()["items"]
    new = next(each["id"] for each in lying if each["status"] == "offered")
    seen = await desk(world, made).get(f"/referrals/v1/attempts/{new}")
    seen = await do(desk(world, made), seen, "acceptances")
    when = {"at": "2022-03-02T09:00:00Z", "place": "De tuin"}
    seen = await do(desk(world, made), seen, "intake-appointments", when)
    return await do(desk(world, made), seen, "starts", {"on": "2022-03-01"})


async def moving(world: World, plans: FakePlans, **changes: Any) -> Moving:
    """Help that runs at a provider whose contract ends."""
    plan = a_plan(plans)
    made = await offer(world.user(Role.ADMINISTRATOR), "Aflopend", 20)
    found = await running(world, plan, made)
    return Moving(world, plans, plan, made, found, await batched(world, made, **changes))


def at(seen: httpx.Response) -> str:
    """Where an entry is."""
    return f"{ENTRIES}/{seen.json()['id']}"


async def now(actor: Actor, seen: httpx.Response) -> dict[str, Any]:
    """An entry as this caller sees it now."""
    answer = await actor.get(at(seen))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def move(
    actor: Actor, seen: httpx.Response, what: str, body: Any, **how: Any
) -> httpx.Response:
    """Change what this caller sees now."""
    read = await actor.get(at(seen))
    assert read.status_code == 200, read.text
    return await actor.post(f"{at(seen)}/{what}", body, etag=read.headers["ETag"], **how)


async def end(actor: Actor, home: str, what: str) -> httpx.Response:
    """End a batch as it is seen now."""
    read = await actor.get(home)
    return await actor.post(f"{home}/{what}", etag=read.headers["ETag"])


async def stop(moved: Moving, code: str) -> httpx.Response:
    """The provider stops its help today."""
    seen = await the_offer(moved.world, moved.made)
    path = f"/referrals/v1/attempts/{seen.json()['id']}/stops"
    body = {"on": "2022-03-01", "code": code}
    return await moved.desk.post(path, body, etag=seen.headers["ETag"])


async def night(world: World) -> None:
    """The clock of transfers, once, and everybody heard it."""
    service = world.apps[ServiceName.REFERRALS].state.service
    await service.transfer_reminders.remind()
    await world.drain()


def told(plans: FakePlans) -> list[str]:
    """What was put on the coordinator's desk about transfers."""
    return [
        event["data"]["code"]
        for event in plans.events
        if event["type"] == "nl.wmo.referral.noted" and event["data"]["kind"] == "transfer_step"
    ]
