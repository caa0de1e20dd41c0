"""What tests of the registry do before they act."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from services.providers.jobs import hourly
from shared.vocabulary import Role, ServiceName
from tests.support.registry import VOORZIENING, Offer
from tests.support.world import Actor, World

RESERVATIONS = "/providers/v1/reservations"


NEXT_YEAR = datetime(2023, 1, 2, 9, tzinfo=UTC)


def body(made: Offer, attempt: UUID | None = None) -> dict[str, str]:
    """Hold a place for an attempt."""
    return {
        "attemptId": str(attempt or uuid4()),
        "contractId": str(made.contract),
        "locationId": str(made.location),
    }


def desk(world: World, made: Offer) -> Actor:
    """The intake desk of the provider."""
    return world.user(Role.PROVIDER_INTAKE, provider=str(made.provider))


async def hold(world: World, made: Offer, attempt: UUID | None = None) -> httpx.Response:
    """Ask for one place."""
    return await desk(world, made).post(RESERVATIONS, body(made, attempt))


async def capacity(world: World, made: Offer) -> httpx.Response:
    """The counter now."""
    return await world.user(Role.ADMINISTRATOR).get(f"/providers/v1/capacities/{made.capacity}")


async def taken(world: World, made: Offer) -> int:
    """Places that are held or used."""
    return int((await capacity(world, made)).json()["taken"])


async def matches(world: World, on: str | None = None) -> dict[str, Any]:
    """Who fits."""
    asked = {"voorziening": VOORZIENING} | ({} if on is None else {"on": on})
    answer = await world.user(Role.BUURTTEAM_WORKER).post("/providers/v1/matches/_zoek", asked)
    found: dict[str, Any] = answer.json()
    return found


async def set_ceiling(world: World, made: Offer, ceiling: int, status: str) -> httpx.Response:
    """Put a ceiling on the contract."""
    path = f"/providers/v1/contracts/{made.contract}"
    administrator = world.user(Role.ADMINISTRATOR)
    seen = await administrator.get(path)
    kept = {
        name: value
        for name, value in seen.json().items()
        if name not in {"id", "version"} and value
    }
    wanted = {**kept, "ceilingPlaces": ceiling, "ceilingStatus": status}
    return await administrator.send("PUT", path, wanted, {"If-Match": seen.headers["ETag"]})


async def change(actor: Actor, path: str, what: str, wanted: dict[str, Any]) -> httpx.Response:
    """Change what was read last."""
    seen = await actor.get(path)
    return await actor.post(f"{path}/{what}", wanted, etag=seen.headers["ETag"])


async def tick(world: World, name: str) -> None:
    """The clock comes by: one of the hourly pieces of work of providers."""
    app = world.apps[ServiceName.PROVIDERS]
    await hourly(app.state.service, world.kernel(ServiceName.PROVIDERS).clock)[name]()


def told(world: World, kind: str) -> list[dict[str, Any]]:
    """What providers wrote to be told, of one kind, oldest first."""
    return [event["data"] for event in events(world) if event["type"] == kind]


def events(world: World) -> list[dict[str, Any]]:
    """Every event that waits for delivery, in the order in which they were written."""
    address = world.databases.url(ServiceName.PROVIDERS)
    plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as db:
        rows = db.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'deliver' ORDER BY id"
        ).fetchall()
    return [json.loads(row[0]["event"]) for row in rows]
