"""The way of somebody who comes in without a plan, step by step, through the four services."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.vocabulary import Role
from tests.intake.steps import act, bring, directory, search, take_up
from tests.referrals.steps import ATTEMPTS, REFERRALS, do
from tests.support.world import Actor, World

QUEUE = "/referrals/v1/queue-items"
NEED = "Een plek om te slapen en hulp om de dag weer op te pakken."
NAME = "Rooie Kees"
SHELTER = "maatschappelijke_opvang"
DECISION = {
    "admitted": True,
    "withClient": True,
    "motivation": "Er is geen andere plek en hij redt het niet alleen.",
    "whatNow": "U krijgt een plek zodra er een vrij is. Wij bellen u.",
    "validUntil": "2022-09-01",
}
NO = {
    "admitted": False,
    "withClient": True,
    "motivation": "Bij zijn zus kan hij veilig wonen.",
    "whatNow": "Het buurtteam helpt u verder. Zij bellen u morgen.",
}


@dataclass
class Entered:
    """Somebody whom a door took in and found out about: ids only."""

    contact: str
    household: str
    person: str

    def request(self, party: str = "centrale_toegang", **changes: Any) -> dict[str, Any]:
        """A request without a plan at that door."""
        return {
            "householdId": self.household,
            "personId": self.person,
            "need": NEED,
            "contactId": self.contact,
            "voorziening": SHELTER,
            "entry": party,
            "firstContactOn": "2022-02-20",
            "facts": {"homeless": True},
            **changes,
        }


def centre(world: World, subject: str | None = None) -> Actor:
    """Somebody of the central access."""
    return world.user(Role.CENTRAL_ACCESS, subject=subject)


async def entered(
    world: World, actor: Actor, party: str = "centrale_toegang", *, first: bool = True, **other: Any
) -> Entered:
    """Taken in, taken up, searched for and written down at a door: no BSN, no address, no plan."""
    if first:
        await directory(world)
    told = {
        "entry": party,
        "addressedTo": party,
        "channel": "walk_in",
        "person": {"surname": NAME, "whereabouts": "Bij de opvang aan het water."},
        "firstContactOn": "2022-02-20",
        **other,
    }
    contact = await bring(actor, **told)
    assert (await take_up(actor, contact)).status_code == 200
    assert (await search(actor, contact)).status_code == 200
    members = [{"role": "main", "person": {"surname": NAME, "birthDate": "1980-05-01"}}]
    made = await act(actor, contact, "household-links", {"members": members})
    assert made.status_code == 200, made.text
    await world.drain()
    found = made.json()
    return Entered(found["id"], found["householdId"], found["personId"])


async def asked(actor: Actor, who: Entered, **changes: Any) -> httpx.Response:
    """A request without a plan."""
    made = await actor.post(REFERRALS, who.request(**changes))
    assert made.status_code == 201, made.text
    return made


async def plan_opened(world: World, household: str) -> tuple[Actor, UUID]:
    """A worker of the team opens a plan for this household, and everybody hears of it."""
    worker = world.user(Role.BUURTTEAM_WORKER)
    made = await worker.post("/plans/v1/plans", {"householdId": household})
    assert made.status_code == 201, made.text
    await world.drain()
    return worker, UUID(made.json()["id"])


async def shelter(world: World, places: int = 2) -> dict[str, str]:
    """A shelter with a contract and places, as an entry of a shortlist."""
    administrator = world.user(Role.ADMINISTRATOR)
    provider, contract, location, capacity = (str(uuid4()) for _ in range(4))
    for path, body in (
        (f"organisations/{provider}", {"name": "De Haven"}),
        (
            f"locations/{location}",
            {"organisationId": provider, "name": "De Haven Oost", "stadsdeel": "M"},
        ),
        (
            f"contracts/{contract}",
            {
                "organisationId": provider,
                "voorziening": SHELTER,
                "stadsdelen": ["M"],
                "validFrom": "2021-01-01",
            },
        ),
        (
            f"capacities/{capacity}",
            {"contractId": contract, "locationId": location, "places": places},
        ),
    ):
        answer = await administrator.put_new(f"/providers/v1/{path}", body)
        assert answer.status_code == 200, answer.text
    return {"providerId": provider, "contractId": contract, "locationId": location}


def shortlist(who: Entered, entry: dict[str, str], basis: str = "legal_task") -> dict[str, Any]:
    """A shortlist that the person agreed to."""
    return {
        "entries": [{**entry, "basis": basis}],
        "agreedBy": who.person,
        "agreedOn": "2022-03-01",
        "contributionToldOn": "2022-03-01",
        "how": "in de spreekkamer",
    }


async def queued(actor: Actor) -> list[dict[str, Any]]:
    """What lies with the caller's party."""
    found = await actor.get(QUEUE)
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


@dataclass
class Placed:
    """Somebody without a plan for whom a provider is asked."""

    who: Entered
    entry: dict[str, str]
    desk: Actor
    referral: httpx.Response


async def offered(world: World, access: Actor, **changes: Any) -> Placed:
    """Entered, decided, and one provider asked along an agreed list."""
    who = await entered(world, access)
    decided = await do(access, await asked(access, who, **changes), "judgements", DECISION)
    await world.drain()
    entry = await shelter(world)
    listed = await do(access, decided, "shortlists", shortlist(who, entry))
    referral = await do(access, listed, "attempts")
    desk = world.user(Role.PROVIDER_INTAKE, provider=entry["providerId"])
    return Placed(who, entry, desk, referral)


async def the_offer(placed: Placed) -> httpx.Response:
    """The one attempt that lies with the provider."""
    (line,) = (await placed.desk.get(ATTEMPTS)).json()["items"]
    return await placed.desk.get(f"{ATTEMPTS}/{line['id']}")
