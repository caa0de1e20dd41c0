"""Arrangements of referrals, with real plans and providers behind it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.plans.support import REFERRED, Case, created, household, open_case
from tests.referrals.steps import ATTEMPTS, JUDGEMENT, REFERRALS, WEIGHINGS, do, the_offer
from tests.support.registry import Offer, two_offers
from tests.support.world import Actor, World

BEGIN = datetime(2022, 3, 15, 9, tzinfo=UTC)


@dataclass
class Asked:
    """A request on a real plan, as its coordinator saw it last."""

    world: World
    case: Case
    item: dict[str, Any]
    offers: tuple[Offer, Offer]
    seen: httpx.Response | None = None

    @property
    def path(self) -> str:
        assert self.seen is not None
        return f"{REFERRALS}/{self.seen.json()['id']}"

    def body(self) -> dict[str, Any]:
        """What is asked for."""
        return {
            "planId": self.case.plan["id"],
            "supportItemId": self.item["id"],
            "voorziening": REFERRED,
            "entry": "buurtteam",
            "weighings": WEIGHINGS,
        }

    def shortlist(self) -> dict[str, Any]:
        """Both providers, as the member agreed."""
        entries = [
            {
                "providerId": str(made.provider),
                "contractId": str(made.contract),
                "locationId": str(made.location),
                "basis": "consent",
            }
            for made in self.offers
        ]
        said = {"agreedBy": self.case.main, "agreedOn": "2022-03-01", "how": "aan tafel"}
        said["contributionToldOn"] = "2022-03-01"
        return {"entries": entries, **said}

    async def move(self, what: str, body: Any = None) -> "Asked":
        """The next step of the coordinator."""
        assert self.seen is not None
        self.seen = await do(self.case.worker, self.seen, what, body)
        return self

    def desk(self) -> Actor:
        """The desk of the first provider."""
        return self.world.user(Role.PROVIDER_INTAKE, **self.claims)

    @property
    def claims(self) -> dict[str, str]:
        return {"provider": str(self.offers[0].provider)}

    async def ready(self, what: str, body: Any = None) -> Ready:
        """What the first provider does next with what it was asked."""
        found = await the_offer(self.world, self.offers[0])
        path = f"{ATTEMPTS}/{found.json()['id']}/{what}"
        return Ready(Role.PROVIDER_INTAKE, path, body, self.claims)


async def agreed(world: World) -> Asked:
    """A plan with help that needs a referral; the members agreed."""
    home = household(address={"wijk": "ME"})
    case = await open_case(world, home)
    item = await case.item("individual", voorziening=REFERRED)
    said = {"personId": case.main, "answer": "agreed", "how": "Aan tafel"}
    created(await case.worker.post(f"{case.path}/agreements", {"answers": [said]}))
    await world.drain()
    return Asked(world, case, item, await two_offers(world))


async def asked(world: World) -> Asked:
    """A request that waits for its judgement."""
    found = await agreed(world)
    found.seen = await found.case.worker.post(REFERRALS, found.body())
    created(found.seen)
    return found


async def offered(world: World) -> Asked:
    """A request that lies with the first provider."""
    found = await (await asked(world)).move("judgements", JUDGEMENT)
    await found.move("shortlists", found.shortlist())
    return await found.move("attempts")


async def accepted(world: World) -> Asked:
    """The first provider said yes."""
    found = await offered(world)
    await do(found.desk(), await the_offer(world, found.offers[0]), "acceptances")
    return found


async def met(world: World) -> Asked:
    """The first provider met the person."""
    found = await accepted(world)
    when = {"at": "2022-03-08T09:00:00Z", "place": "De tuin"}
    seen = await the_offer(world, found.offers[0])
    await do(found.desk(), seen, "intake-appointments", when)
    world.move_to(BEGIN)
    await world.drain()
    return found


@arrangement("referrals")
async def create_referral(world: World) -> Ready:
    return Ready(WORKER, REFERRALS, (await agreed(world)).body())


@arrangement("referrals")
async def add_weighings(world: World) -> Ready:
    found = await agreed(world)
    found.seen = await found.case.worker.post(REFERRALS, {**found.body(), "weighings": []})
    created(found.seen)
    return Ready(WORKER, f"{found.path}/weighings", {"weighings": WEIGHINGS})


@arrangement("referrals")
async def record_involvement(world: World) -> Ready:
    body = {"party": "okt", "how": "told", "on": "2022-03-01"}
    return Ready(WORKER, f"{(await asked(world)).path}/involvements", body)


@arrangement("referrals")
async def judge_referral(world: World) -> Ready:
    return Ready(WORKER, f"{(await asked(world)).path}/judgements", JUDGEMENT)


@arrangement("referrals")
async def agree_shortlist(world: World) -> Ready:
    found = await (await asked(world)).move("judgements", JUDGEMENT)
    return Ready(WORKER, f"{found.path}/shortlists", found.shortlist())


@arrangement("referrals")
async def tell_contribution(world: World) -> Ready:
    return Ready(
        WORKER, f"{(await asked(world)).path}/contribution-notices", {"toldOn": "2022-03-01"}
    )


@arrangement("referrals")
async def offer_next(world: World) -> Ready:
    found = await (await asked(world)).move("judgements", JUDGEMENT)
    await found.move("shortlists", found.shortlist())
    return Ready(WORKER, f"{found.path}/attempts")


@arrangement("referrals")
async def end_referral(world: World) -> Ready:
    body = {"code": "withdrawn", "motivation": "Zij wil het zelf proberen."}
    return Ready(WORKER, f"{(await asked(world)).path}/endings", body)


@arrangement("referrals")
async def cancel_attempt(world: World) -> Ready:
    path = f"{(await offered(world)).path}/cancellations"
    return Ready(WORKER, path, {"code": "person_chooses_other"})


@arrangement("referrals")
async def decline_attempt(world: World) -> Ready:
    body = {"declinedBy": "provider", "code": "no_capacity"}
    return await (await offered(world)).ready("declines", body)


@arrangement("referrals")
async def accept_attempt(world: World) -> Ready:
    return await (await offered(world)).ready("acceptances")


@arrangement("referrals")
async def plan_intake(world: World) -> Ready:
    when = {"at": "2022-03-08T09:00:00Z", "place": "De tuin"}
    return await (await accepted(world)).ready("intake-appointments", when)


@arrangement("referrals")
async def start_attempt(world: World) -> Ready:
    return await (await met(world)).ready("starts", {"on": "2022-03-15"})


@arrangement("referrals")
async def stop_attempt(world: World) -> Ready:
    found = await met(world)
    seen = await the_offer(world, found.offers[0])
    await do(found.desk(), seen, "starts", {"on": "2022-03-15"})
    return await found.ready("stops", {"on": "2022-03-15", "code": "goal_reached"})


async def ended(world: World) -> Asked:
    """Help has run and has ended, and the coordinator has seen it."""
    found = await met(world)
    for what, body in (
        ("starts", {"on": "2022-03-15"}),
        ("stops", {"on": "2022-03-15", "code": "goal_reached"}),
    ):
        await do(found.desk(), await the_offer(world, found.offers[0]), what, body)
    await world.drain()
    found.seen = await found.case.worker.get(found.path)
    return found


async def in_aftercare(world: World) -> Asked:
    """Somebody keeps in touch."""
    keep = {"contactEveryDays": 28, "nextContactOn": "2022-04-01"}
    return await (await ended(world)).move("aftercare", keep)


@arrangement("referrals")
async def agree_return(world: World) -> Ready:
    body = {
        "criteria": "Als zij zelf de post doet.",
        "agreedWith": "mevrouw",
        "agreedOn": "2022-03-01",
        "reviewOn": "2022-06-01",
    }
    return Ready(WORKER, f"{(await offered(world)).path}/return-agreements", body)


@arrangement("referrals")
async def open_aftercare(world: World) -> Ready:
    body = {"contactEveryDays": 28, "nextContactOn": "2022-04-01"}
    return Ready(WORKER, f"{(await ended(world)).path}/aftercare", body)


@arrangement("referrals")
async def record_aftercare_contact(world: World) -> Ready:
    body = {"on": "2022-03-15", "going": "worries", "note": "Zij slaapt slecht."}
    return Ready(WORKER, f"{(await in_aftercare(world)).path}/aftercare-contacts", body)


@arrangement("referrals")
async def recall_referral(world: World) -> Ready:
    body = {"motivation": "Zij heeft weer meer hulp nodig."}
    return Ready(WORKER, f"{(await in_aftercare(world)).path}/recalls", body)


@arrangement("referrals")
async def end_aftercare(world: World) -> Ready:
    return Ready(
        WORKER, f"{(await in_aftercare(world)).path}/aftercare-endings", {"code": "going_well"}
    )
