"""Direct registration, step by step: what its tests arrange before they act."""

from typing import Any
from uuid import uuid4

import httpx

from shared.vocabulary import Role
from tests.support.registry import Offer
from tests.support.world import Actor, World

REGISTRATIONS = "/referrals/v1/direct-registrations"
HELP = "hulp_bij_het_huishouden"
STAY = "logeeropvang"
RELIEF = {
    "condition": "relieves_carer",
    "considered": True,
    "outcome": "twee weekenden per maand",
    "motivation": "Haar zoon slaapt dan weer door.",
}
PERSON = {
    "givenNames": "Anna",
    "surname": "Bloem",
    "birthDate": "1948-05-02",
    "bsn": "999990019",
    "phone": "0200000099",
}


async def contracted(world: World, voorziening: str = HELP, places: int = 3) -> Offer:
    """A provider with one contract and so many places at one location."""
    made = Offer(uuid4(), uuid4(), uuid4(), uuid4())
    administrator = world.user(Role.ADMINISTRATOR)
    for path, body in (
        (f"organisations/{made.provider}", {"name": "Thuishulp"}),
        (
            f"locations/{made.location}",
            {"organisationId": str(made.provider), "name": "Thuishulp Oost", "stadsdeel": "M"},
        ),
        (
            f"contracts/{made.contract}",
            {
                "organisationId": str(made.provider),
                "voorziening": voorziening,
                "stadsdelen": ["M"],
                "validFrom": "2021-01-01",
            },
        ),
        (
            f"capacities/{made.capacity}",
            {
                "contractId": str(made.contract),
                "locationId": str(made.location),
                "places": places,
            },
        ),
    ):
        answer = await administrator.put_new(f"/providers/v1/{path}", body)
        assert answer.status_code == 200, answer.text
    return made


def desk_of(world: World, made: Offer, role: Role = Role.PROVIDER_INTAKE) -> Actor:
    """Somebody who works at this provider."""
    return world.user(role, provider=str(made.provider))


def a_registration(made: Offer, **changes: Any) -> dict[str, Any]:
    """A client who came to the provider itself."""
    return {
        "voorziening": HELP,
        "contractId": str(made.contract),
        "locationId": str(made.location),
        "person": PERSON,
        "clientAgreed": True,
        "contributionToldOn": "2022-03-01",
        **changes,
    }


async def registered(world: World, made: Offer, **changes: Any) -> httpx.Response:
    """A registration as its provider reads it."""
    answer = await desk_of(world, made).post(REGISTRATIONS, a_registration(made, **changes))
    assert answer.status_code == 202, answer.text
    return await seen(world, made, answer)


async def seen(world: World, made: Offer, of: httpx.Response) -> httpx.Response:
    """A registration as it is now."""
    answer = await desk_of(world, made).get(f"{REGISTRATIONS}/{of.json()['id']}")
    assert answer.status_code == 200, answer.text
    return answer


async def move(
    world: World, made: Offer, of: httpx.Response, what: str, body: Any, **how: Any
) -> httpx.Response:
    """Change what the provider sees now."""
    now = await seen(world, made, of)
    path = f"{REGISTRATIONS}/{of.json()['id']}/{what}"
    return await desk_of(world, made).post(path, body, etag=now.headers["ETag"], **how)


async def taken(world: World, made: Offer) -> int:
    """How many places are held or used."""
    path = f"/providers/v1/capacities/{made.capacity}"
    found: int = (await world.user(Role.ADMINISTRATOR).get(path)).json()["taken"]
    return found
