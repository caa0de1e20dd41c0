"""Around and after help: what those tests arrange before they act."""

from datetime import UTC, datetime
from typing import Any

import httpx

from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    Under,
    a_shortlist,
    accepted,
    desk,
    do,
    offered,
    the_offer,
    worker,
)
from tests.support.world import World

WHEN = {"at": "2022-03-01T12:00:00Z", "place": "De tuin"}
STARTED = {"on": "2022-03-01"}
STOPPED = {"on": "2022-03-01", "code": "goal_reached"}
KEEP = {"contactEveryDays": 28, "nextContactOn": "2022-03-15"}
WORRIES = {"on": "2022-03-01", "going": "worries", "note": "Zij slaapt slecht en is alleen."}
AGAIN = {"motivation": "Het gaat niet meer; zij heeft weer meer hulp nodig."}
ENOUGH = {"code": "going_well"}
BACK = {
    "criteria": "Als zij drie weken zelf de post doet.",
    "agreedWith": "mevrouw en de aanbieder",
    "agreedOn": "2022-03-01",
    "reviewOn": "2022-06-01",
}
LATER = datetime(2022, 6, 1, 9, tzinfo=UTC)


async def now(world: World, under: Under) -> httpx.Response:
    """The request as its coordinator sees it."""
    answer = await worker(world).get(under.path())
    assert answer.status_code == 200, answer.text
    return answer


async def running(world: World, under: Under) -> httpx.Response:
    """The first provider says yes, meets the person and begins."""
    seen = await accepted(world, under)
    seen = await do(desk(world, under.first), seen, "intake-appointments", WHEN)
    return await do(desk(world, under.first), seen, "starts", STARTED)


async def ended(world: World, under: Under) -> httpx.Response:
    """The first provider stops; the request as its coordinator sees it then."""
    await do(desk(world, under.first), await running(world, under), "stops", STOPPED)
    under.referral = await now(world, under)
    return under.referral


async def in_aftercare(
    world: World, plans: FakePlans, keep: dict[str, Any] | None = None, **values: Any
) -> Under:
    """Help has ended and somebody keeps in touch."""
    under = await offered(world, plans, **values)
    seen = await ended(world, under)
    under.referral = await do(worker(world), seen, "aftercare", keep or KEEP)
    return under


async def recalled(world: World, plans: FakePlans, **values: Any) -> Under:
    """Intensive support is asked again."""
    under = await in_aftercare(world, plans, **values)
    under.referral = await do(worker(world), under.referral, "recalls", AGAIN)
    return under


async def asked_again(world: World, under: Under) -> httpx.Response:
    """The same two providers are on the new list, and the first is asked."""
    listed = a_shortlist(under.plan, under.first, under.second)
    under.referral = await do(worker(world), under.referral, "shortlists", listed)
    under.referral = await do(worker(world), under.referral, "attempts")
    return await the_offer(world, under.first)
