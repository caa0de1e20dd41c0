"""The way of a request, step by step: what most tests arrange before they act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from deploy.local.sample import CALLERS
from shared.vocabulary import Role
from tests.referrals.doubles import FakePlans, Plan
from tests.support.registry import Offer, two_offers
from tests.support.world import Actor, World

REFERRALS = "/referrals/v1/referrals"
ATTEMPTS = "/referrals/v1/attempts"
WEIGHINGS = [
    {
        "condition": code,
        "considered": True,
        "outcome": "past nu niet",
        "motivation": "Samen bekeken; het is nu nog te veel.",
    }
    for code in ("paid_work_considered", "social_base_considered")
]
JUDGEMENT = {
    "admitted": True,
    "withClient": True,
    "motivation": "Dagbesteding geeft weer ritme.",
}


def a_plan(plans: FakePlans, **values: Any) -> Plan:
    """A plan that Noor, the worker of the sample, coordinates."""
    noor = CALLERS[Role.BUURTTEAM_WORKER]
    values = {"coordinator": noor.subject, "team": noor.team, **values}
    return plans.add(Plan(**values))


def a_request(plan: Plan, **changes: Any) -> dict[str, Any]:
    """A request that goes straight on to the judgement."""
    return {
        "planId": str(plan.id),
        "supportItemId": str(plan.item),
        "voorziening": plan.voorziening,
        "entry": "buurtteam",
        "weighings": WEIGHINGS,
        **changes,
    }


def worker(world: World) -> Actor:
    """Noor, who coordinates."""
    return world.user(Role.BUURTTEAM_WORKER)


def desk(world: World, made: Offer) -> Actor:
    """The intake desk of a provider."""
    return world.user(Role.PROVIDER_INTAKE, provider=str(made.provider))


async def created(world: World, plan: Plan, **changes: Any) -> httpx.Response:
    """A new request."""
    answer = await worker(world).post(REFERRALS, a_request(plan, **changes))
    assert answer.status_code == 201, answer.text
    return answer


async def admitted(world: World, plan: Plan, **changes: Any) -> httpx.Response:
    """A request for which a provider can be looked for."""
    made = await created(world, plan, **changes)
    return await do(worker(world), made, "judgements", JUDGEMENT)


async def do(
    actor: Actor, seen: httpx.Response, what: str, body: Any = None, **how: Any
) -> httpx.Response:
    """Change what was seen last; anything but success stops the test."""
    answer = await attempt_to(actor, seen, what, body, **how)
    assert answer.status_code == 201, answer.text
    return answer


async def attempt_to(
    actor: Actor, seen: httpx.Response, what: str, body: Any = None, **how: Any
) -> httpx.Response:
    """Try to change what was seen last."""
    home = (
        ATTEMPTS if "providerId" not in seen.json() and "needProfile" in seen.json() else REFERRALS
    )
    return await actor.post(
        f"{home}/{seen.json()['id']}/{what}", body, etag=seen.headers["ETag"], **how
    )


def a_shortlist(plan: Plan, *offers: Offer, **changes: Any) -> dict[str, Any]:
    """A shortlist the member agreed to."""
    entries = [
        {
            "providerId": str(made.provider),
            "contractId": str(made.contract),
            "locationId": str(made.location),
            "basis": "consent",
        }
        for made in offers
    ]
    return {
        "entries": entries,
        "agreedBy": str(plan.member),
        "agreedOn": date(2022, 3, 1).isoformat(),
        "contributionToldOn": date(2022, 3, 1).isoformat(),
        "how": "aan de keukentafel",
        **changes,
    }


@dataclass
class Under:
    """A request under way, with its two providers."""

    plan: Plan
    first: Offer
    second: Offer
    referral: httpx.Response

    def path(self) -> str:
        """Where the request is."""
        return f"{REFERRALS}/{self.referral.json()['id']}"


async def listed(world: World, plans: FakePlans, **values: Any) -> Under:
    """A request with a shortlist of two providers."""
    plan = a_plan(plans)
    first, second = await two_offers(world)
    seen = await admitted(world, plan, **values)
    seen = await do(worker(world), seen, "shortlists", a_shortlist(plan, first, second))
    return Under(plan, first, second, seen)


async def offered(world: World, plans: FakePlans, **values: Any) -> Under:
    """A request that lies with the first provider."""
    under = await listed(world, plans, **values)
    under.referral = await do(worker(world), under.referral, "attempts")
    return under


async def the_offer(world: World, made: Offer) -> httpx.Response:
    """The one attempt that lies with a provider."""
    actor = desk(world, made)
    found = (await actor.get(ATTEMPTS)).json()["items"]
    assert len(found) == 1, found
    return await actor.get(f"{ATTEMPTS}/{found[0]['id']}")


async def accepted(world: World, under: Under) -> httpx.Response:
    """The first provider said yes."""
    return await do(desk(world, under.first), await the_offer(world, under.first), "acceptances")
