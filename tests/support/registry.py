"""A small registry: two providers with a contract for dagbesteding, each with one location."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from shared.vocabulary import Role
from tests.support.world import Actor, World

VOORZIENING = "dagbesteding_meedoen"


@dataclass(frozen=True)
class Offer:
    """A provider, its contract and location, and the room there."""

    provider: UUID
    contract: UUID
    location: UUID
    capacity: UUID


async def offer(
    administrator: Actor, name: str = "Zonnebloem", places: int = 3, stadsdeel: str = "M"
) -> Offer:
    """Register one provider with one contract at one location."""
    made = Offer(uuid4(), uuid4(), uuid4(), uuid4())
    for path, body in (
        (f"organisations/{made.provider}", {"name": name}),
        (
            f"locations/{made.location}",
            {"organisationId": str(made.provider), "name": f"{name} Oost", "stadsdeel": stadsdeel},
        ),
        (
            f"contracts/{made.contract}",
            {
                "organisationId": str(made.provider),
                "voorziening": VOORZIENING,
                "stadsdelen": [stadsdeel],
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


async def two_offers(world: World) -> tuple[Offer, Offer]:
    """A first and a second provider."""
    administrator = world.user(Role.ADMINISTRATOR)
    return await offer(administrator, "Eerste", 3), await offer(administrator, "Tweede", 2)
