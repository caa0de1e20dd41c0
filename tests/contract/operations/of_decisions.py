"""Arrangements of decisions, grants and help at once, with real plans behind them."""

from typing import Any
from uuid import uuid4

import httpx

from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.referrals.arranging import PROVISIONS, a_provision, arranged
from tests.referrals.deciding import (
    APPLICATIONS,
    GRANTS,
    NO,
    OBJECTIONS,
    YES,
    a_case,
    act,
    an_application,
    applied,
    grantor,
)
from tests.support.world import World

GRANTOR = Role.MUNICIPALITY


async def asked(world: World) -> httpx.Response:
    """An application that waits, as the one who decides sees it."""
    case, _ = await a_case(world)
    return await applied(world, case)


def next_step(seen: httpx.Response, what: str, body: Any, home: str = APPLICATIONS) -> Ready:
    """What the one who decides does next."""
    return Ready(GRANTOR, f"{home}/{seen.json()['id']}/{what}", body, party=True)


async def granted(world: World) -> httpx.Response:
    """A grant that runs."""
    decided = await act(grantor(world), await asked(world), "decisions", YES)
    return await grantor(world).get(f"{GRANTS}/{decided.json()['grantId']}")


@arrangement("referrals")
async def apply_for_decision(world: World) -> Ready:
    case, _ = await a_case(world)
    return Ready(WORKER, APPLICATIONS, an_application(case))


@arrangement("referrals")
async def suspend_application(world: World) -> Ready:
    body = {"missing": "Een brief.", "until": "2022-03-11"}
    return next_step(await asked(world), "suspensions", body)


@arrangement("referrals")
async def resume_application(world: World) -> Ready:
    body = {"missing": "Een brief.", "until": "2022-03-11"}
    seen = await act(grantor(world), await asked(world), "suspensions", body)
    return next_step(seen, "resumptions", {"on": "2022-03-01"})


@arrangement("referrals")
async def extend_application(world: World) -> Ready:
    body = {"until": "2022-04-05", "reason": "De arts antwoordt nog niet."}
    return next_step(await asked(world), "extensions", body)


@arrangement("referrals")
async def decide_application(world: World) -> Ready:
    return next_step(await asked(world), "decisions", YES)


@arrangement("referrals")
async def withdraw_application(world: World) -> Ready:
    seen = await asked(world)
    return Ready(WORKER, f"{APPLICATIONS}/{seen.json()['id']}/withdrawals", {"reason": "Nee."})


@arrangement("referrals")
async def lodge_objection(world: World) -> Ready:
    seen = await act(grantor(world), await asked(world), "decisions", NO)
    return Ready(WORKER, f"{APPLICATIONS}/{seen.json()['id']}/objections", {"grounds": "Nee."})


@arrangement("referrals")
async def settle_objection(world: World) -> Ready:
    seen = await act(grantor(world), await asked(world), "decisions", NO)
    lodged = await act(grantor(world), seen, "objections", {"grounds": "Nee."})
    body = {"outcome": "upheld", "reasons": "Het plan is niet gelezen."}
    return next_step(lodged, "outcomes", body, OBJECTIONS)


@arrangement("referrals")
async def change_grant(world: World) -> Ready:
    body = {"reference": "B-2", "reasons": "Langer nodig.", "validUntil": "2024-03-01"}
    return next_step(await granted(world), "changes", body, GRANTS)


@arrangement("referrals")
async def reexamine_grant(world: World) -> Ready:
    body = {"outcome": "continues", "text": "Het gaat goed."}
    return next_step(await granted(world), "reexaminations", body, GRANTS)


@arrangement("referrals")
async def withdraw_grant(world: World) -> Ready:
    body = {"on": "2022-03-01", "reference": "B-3", "reasons": "Gestopt.", "whatNow": "Bel ons."}
    return next_step(await granted(world), "withdrawals", body, GRANTS)


@arrangement("referrals")
async def arrange_temporarily(world: World) -> Ready:
    del world
    return Ready(WORKER, PROVISIONS, a_provision(contactId=str(uuid4())))


@arrangement("referrals")
async def follow_up_temporary_provision(world: World) -> Ready:
    seen = await arranged(world.user(WORKER))
    path = f"{PROVISIONS}/{seen.json()['id']}/follow-ups"
    return Ready(WORKER, path, {"code": "investigation"})


@arrangement("referrals")
async def end_temporary_provision(world: World) -> Ready:
    seen = await arranged(world.user(WORKER))
    path = f"{PROVISIONS}/{seen.json()['id']}/endings"
    return Ready(WORKER, path, {"code": "safe_elsewhere", "on": "2022-03-01"})


@arrangement("referrals")
async def confirm_mandate(world: World) -> Ready:
    seen = await arranged(world.user(WORKER))
    path = f"{PROVISIONS}/{seen.json()['id']}/mandate-confirmations"
    return Ready(GRANTOR, path, {"note": "Klopt."}, party=True)
