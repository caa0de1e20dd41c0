"""Help arranged at once, as tests say it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.sample import CALLERS
from shared.schemas.urgent_events import DUTY_SHIFT_CHANGED
from shared.vocabulary import Role
from tests.referrals.telling import tell
from tests.support.registry import Offer
from tests.support.world import Actor, World

PROVISIONS = "/referrals/v1/temporary-provisions"
FRIDAY = datetime(2022, 3, 4, 16, 0, tzinfo=UTC)
SHELTER = "maatschappelijke_opvang"


def a_provision(**more: Any) -> dict[str, Any]:
    """Help for somebody who is known by a contact only."""
    return {
        "voorziening": SHELTER,
        "contactId": str(uuid4()),
        "reason": "Een vrouw met een kind kan nergens heen.",
        **more,
    }


def officer(world: World) -> Actor:
    """The duty officer of the party that owns access to shelter."""
    return world.user(Role.CENTRAL_ACCESS)


async def arranged(actor: Actor, **more: Any) -> httpx.Response:
    """Help that was arranged."""
    answer = await actor.post(PROVISIONS, a_provision(**more))
    assert answer.status_code == 201, answer.text
    return answer


async def rostered(world: World, role: Role, **more: Any) -> str:
    """Intake tells that the sample's caller with this role is on duty, with the mandate."""
    shift, sequence = str(more.pop("shift", uuid4())), more.pop("sequence", 1)
    data = {
        "shiftId": shift,
        "subject": CALLERS[role].subject,
        "party": "buurtteam",
        "startsAt": "2022-03-01T07:00:00Z",
        "endsAt": "2022-03-07T08:00:00Z",
        "mandated": True,
        **more,
    }
    await tell(world, DUTY_SHIFT_CHANGED, shift, data, sequence=sequence)
    return shift


async def act(actor: Actor, seen: httpx.Response, what: str, body: Any) -> httpx.Response:
    """Change what was seen last."""
    path = f"{PROVISIONS}/{seen.json()['id']}/{what}"
    return await actor.post(path, body, etag=seen.headers["ETag"])


async def taken(world: World, made: Offer) -> int:
    """How many places of an offer are held."""
    path = f"/providers/v1/capacities/{made.capacity}"
    found: int = (await world.user(Role.ADMINISTRATOR).get(path)).json()["taken"]
    return found
