"""A light request, step by step: what its tests arrange before they act."""

from typing import Any

import httpx
from sqlalchemy import text

from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans, Plan
from tests.referrals.steps import a_plan, worker
from tests.support.world import Actor, World

SERVICES = "/referrals/v1/service-requests"
DEBTS = "schuldhulp_specialistisch"
WORK = "wpi_traject"
TAKING_UP = {"professional": "Ravi Denkbeeldig", "phone": "0200000009"}
RESULT = {"code": "traject_gestart", "text": "Hij begint maandag."}
NO = {"code": "outside_target_group", "text": "Vraag het aan de kredietbank."}
BACK = {"reason": "Zij lost het zelf op."}


def a_service_request(plan: Plan, **changes: Any) -> dict[str, Any]:
    """What a worker asks for the item of a plan."""
    return {
        "planId": str(plan.id),
        "supportItemId": str(plan.item),
        "voorziening": plan.voorziening,
        "entry": "buurtteam",
        "question": "Er zijn zes schuldeisers. Wat kan er geregeld worden?",
        "basis": "consent",
        **changes,
    }


def specialist(world: World, **claims: str | None) -> Actor:
    """The specialist of the stadsdeel in which the plans of the tests are."""
    return world.user(Role.SPECIALIST, **{"stadsdeel": "M", **claims})


def municipality(world: World, **claims: str | None) -> Actor:
    """Somebody of the municipality."""
    return world.user(Role.MUNICIPALITY, **claims)


async def asked(
    world: World, plans: FakePlans, voorziening: str = DEBTS, **changes: Any
) -> httpx.Response:
    """A light request for a new plan, as who asked sees it."""
    return await asked_for(world, a_plan(plans, voorziening=voorziening), **changes)


async def asked_for(world: World, plan: Plan, **changes: Any) -> httpx.Response:
    """A light request for the item of this plan."""
    answer = await worker(world).post(SERVICES, a_service_request(plan, **changes))
    assert answer.status_code == 201, answer.text
    return answer


def at(seen: httpx.Response) -> str:
    """Where a light request is."""
    return f"{SERVICES}/{seen.json()['id']}"


async def move(
    actor: Actor, seen: httpx.Response, what: str, body: Any, **how: Any
) -> httpx.Response:
    """Change what this caller sees now."""
    now = await actor.get(at(seen))
    assert now.status_code == 200, now.text
    return await actor.post(f"{at(seen)}/{what}", body, etag=now.headers["ETag"], **how)


async def taken_up(actor: Actor, seen: httpx.Response) -> httpx.Response:
    """Somebody of the party that was asked takes it up."""
    answer = await move(actor, seen, "takings-up", TAKING_UP)
    assert answer.status_code == 201, answer.text
    return answer


async def kept_identity(world: World, seen: httpx.Response) -> bool:
    """Whether the database still holds whom it is about."""
    query = text("SELECT identity IS NOT NULL FROM service_requests WHERE id = :id")
    async with world.kernel(ServiceName.REFERRALS).db.transaction() as session:
        return bool(await session.scalar(query, {"id": seen.json()["id"]}))
