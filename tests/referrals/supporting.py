"""The way of somebody whom independent client support helps, through the real services."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from shared.vocabulary import Role
from tests.intake.steps import act, bring, directory, search, take_up
from tests.plans.support import Case
from tests.referrals.deciding import APPLICATIONS, DAY
from tests.support.world import Actor, World

RECEIPTS = "/intake/v1/contacts/{contact}/receipt"
OTHER = "50b00000-0000-4000-8000-0000000000c5"
"""Another client supporter."""


def support(world: World, subject: str | None = None) -> Actor:
    """Somebody of independent client support."""
    return world.user(Role.CLIENT_SUPPORT, subject=subject)


@dataclass
class Helped:
    """A contact of client support that a team linked: what its receipt says."""

    contact: UUID
    receipt: httpx.Response

    @property
    def household(self) -> str:
        return str(self.receipt.json()["householdId"])

    @property
    def person(self) -> str:
        return str(self.receipt.json()["personId"])

    def application(self, **more: Any) -> dict[str, Any]:
        """What client support sends to ask a decision for the person."""
        return {
            "householdId": self.household,
            "personId": self.person,
            "voorziening": DAY,
            "reason": "Mevrouw is het niet eens met het nee.",
            **more,
        }


async def brought(world: World, *, authorised: bool = True, subject: str | None = None) -> UUID:
    """Client support takes somebody in, for the team of the wijk."""
    if subject is None:
        await directory(world)
    person = {"surname": "Bloem", "birthDate": "1988-05-02"}
    told = {"wijk": "ME", "person": person, "authorisedByPerson": authorised}
    return await bring(support(world, subject), **told)


async def link(world: World, contact: UUID, case: Case, person: str | None = None) -> None:
    """The team finds out for whom it is."""
    worker = world.user(Role.BUURTTEAM_WORKER)
    body = {"householdId": case.household["id"], "personId": person or case.main}
    made = await act(worker, contact, "household-links", body)
    assert made.status_code == 200, made.text
    await world.drain()


async def helped(
    world: World, case: Case, *, authorised: bool = True, subject: str | None = None
) -> Helped:
    """A contact of client support, taken up and linked to the household of a plan."""
    contact = await brought(world, authorised=authorised, subject=subject)
    worker = world.user(Role.BUURTTEAM_WORKER)
    assert (await take_up(worker, contact)).status_code == 200
    assert (await search(worker, contact)).status_code == 200
    await link(world, contact, case)
    return Helped(contact, await receipt(world, contact, subject))


async def receipt(world: World, contact: UUID, subject: str | None = None) -> httpx.Response:
    """The receipt as client support reads it."""
    return await support(world, subject).get(RECEIPTS.format(contact=contact))


async def asked(world: World, who: Helped, **more: Any) -> httpx.Response:
    """A decision that client support asked."""
    made = await support(world).post(APPLICATIONS, who.application(**more))
    assert made.status_code == 201, made.text
    await world.drain()
    return made
