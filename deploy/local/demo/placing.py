"""What several chapters do with a provider: its desk, the offer on it, its yes and the start."""

from datetime import date
from typing import Any, Final

from deploy.local.demo.registry import contract_id
from deploy.local.demo.stage import Actor, Reply, Stage, must
from deploy.local.sample import Provider
from shared.vocabulary import Role

ATTEMPTS: Final = "/referrals/v1/attempts"


def desk_of(stage: Stage, provider: Provider) -> Actor:
    """The intake desk of a provider."""
    subject = f"desk-{provider.id}"
    return stage.as_role(
        Role.PROVIDER_INTAKE, provider.name, subject=subject, provider=str(provider.id)
    )


def shortlist_entry(provider: Provider, voorziening: str, basis: str) -> dict[str, Any]:
    """A provider on the list that the person agreed to."""
    return {
        "providerId": str(provider.id),
        "contractId": str(contract_id(provider, voorziening)),
        "locationId": str(provider.locations[0].id),
        "basis": basis,
    }


async def only_offer(desk: Actor) -> Reply:
    """The one offer that waits for an answer of this provider."""
    inbox = await desk.get(ATTEMPTS)
    offered = [item for item in inbox.body["items"] if item["status"] == "offered"]
    must(len(offered) == 1, f"{desk.name} has one offer")
    return await desk.get(f"{ATTEMPTS}/{offered[0]['id']}")


async def accept(desk: Actor) -> Reply:
    """The provider says yes, and knows from then on who it is."""
    offer = await only_offer(desk)
    must(offer.body["identity"] is None, "the identity waits for a yes")
    return await desk.post(f"{ATTEMPTS}/{offer.body['id']}/acceptances", None, offer.etag)


async def start(desk: Actor, accepted: Reply, place: str, on: date) -> Reply:
    """They meet, and help begins on that day."""
    path = f"{ATTEMPTS}/{accepted.body['id']}"
    met = await desk.post(
        f"{path}/intake-appointments",
        {"at": f"{on.isoformat()}T09:30:00Z", "place": place},
        accepted.etag,
    )
    begun = await desk.post(f"{path}/starts", {"on": on.isoformat()}, met.etag)
    must(begun.body["status"] == "started", "delivery has begun")
    return begun
