"""Four real processes with an unreliable network between them, and one household's way through."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import psycopg

from deploy.local.fleet import Fleet, separated
from deploy.local.postgres import temporary_data_folder
from deploy.local.sample import DAPPERBUURT
from shared.vocabulary import Role
from tests.faults.proxy import Proxy, proxy
from tests.intake.steps import team_body
from tests.plans.support import household, weighed
from tests.referrals.steps import JUDGEMENT, REFERRALS, WEIGHINGS, do
from tests.support.registry import VOORZIENING, Offer, offer
from tests.support.world import Actor

BEGIN: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
PLANS: Final = "/plans/v1/plans"
_PATIENCE_SECONDS: Final = 30.0

# Who speaks to whom, and the setting by which a process finds its peer.
_WAYS: Final = {
    ("intake", "plans"): "INTAKE_PLANS_URL",
    ("intake", "referrals"): "INTAKE_REFERRALS_URL",
    ("plans", "intake"): "PLANS_INTAKE_URL",
    ("plans", "referrals"): "PLANS_REFERRALS_URL",
    ("referrals", "intake"): "REFERRALS_INTAKE_URL",
    ("referrals", "plans"): "REFERRALS_PLANS_URL",
    ("referrals", "providers"): "REFERRALS_PROVIDERS_URL",
    ("providers", "referrals"): "PROVIDERS_REFERRALS_URL",
}


class _Addresses(httpx.AsyncBaseTransport):
    """`plans.test` is where that service of the fleet listens: users pass no proxy."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service = request.url.host.removesuffix(".test")
        address = httpx.URL(self._fleet.base_url(service))
        request.url = request.url.copy_with(host=address.host, port=address.port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass(frozen=True)
class Town:
    """A running fleet, the ways between its services, and who calls it."""

    fleet: Fleet
    http: httpx.AsyncClient
    ways: Mapping[tuple[str, str], Proxy]

    def way(self, caller: str, peer: str) -> Proxy:
        """The proxy between two services."""
        return self.ways[caller, peer]

    def mend(self) -> None:
        """No fault anywhere."""
        for each in self.ways.values():
            each.mend()

    def user(self, role: Role, **claims: str | None) -> Actor:
        """Somebody who calls the API."""
        return Actor(self.http, self.fleet.token(role.value, **claims))

    def desk(self, made: Offer) -> Actor:
        """The intake desk of a provider."""
        return self.user(Role.PROVIDER_INTAKE, provider=str(made.provider))

    def rows(self, service: str, statement: str, *arguments: Any) -> list[Any]:
        """What a statement finds, or changes, in the database of a service."""
        dsn = self.fleet.database.admin_dsn
        with psycopg.connect(dsn, dbname=service, autocommit=True) as admin:
            cursor = admin.execute(statement.encode(), arguments)
            return cursor.fetchall() if cursor.description else []

    def number(self, service: str, statement: str, *arguments: Any) -> int:
        """The one number that a statement finds."""
        [(found,)] = self.rows(service, statement, *arguments)
        return int(found)

    async def until(
        self, what: str, look: Callable[[], object], seconds: float = _PATIENCE_SECONDS
    ) -> None:
        """Wait until it is so; what does not become so in time stops the test."""
        end = monotonic() + seconds
        while not look():
            assert monotonic() < end, f"this did not happen in {seconds:.0f} s: {what}"
            await asyncio.sleep(0.05)

    async def eventually(
        self, what: str, ask: Callable[[], Awaitable[object]], seconds: float = _PATIENCE_SECONDS
    ) -> None:
        """The same for what has to be asked for."""
        end = monotonic() + seconds
        while not await ask():
            assert monotonic() < end, f"this did not happen in {seconds:.0f} s: {what}"
            await asyncio.sleep(0.05)

    async def quiet(self) -> None:
        """Until nothing is under way between the services: what comes late has come."""
        await self.until("the ways are empty", lambda: not any(w.busy for w in self.ways.values()))


@asynccontextmanager
async def open_town(**extra: Mapping[str, str]) -> AsyncIterator[Town]:
    """The four processes, every way between them through a proxy. `extra` adds variables."""
    async with AsyncExitStack() as stack:
        ways = {way: await stack.enter_async_context(proxy()) for way in _WAYS}
        told: dict[str, dict[str, str]] = {}
        for (caller, peer), name in _WAYS.items():
            told.setdefault(caller, dict(extra.get(caller, {})))[name] = ways[caller, peer].url
        folder = stack.enter_context(temporary_data_folder())
        fleet = await stack.enter_async_context(
            separated(folder, clock_start=BEGIN, fsync=False, extra_env=told)
        )
        for (_, peer), between in ways.items():
            between.lead_to(fleet.base_url(peer))
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=_Addresses(fleet), timeout=30)
        )
        town = Town(fleet, http, ways)
        administrator = town.user(Role.ADMINISTRATOR)
        made = await administrator.put_new(
            f"/intake/v1/teams/{DAPPERBUURT.id}", team_body(DAPPERBUURT)
        )
        assert made.status_code == 200, made.text
        yield town


@dataclass(frozen=True)
class Planned:
    """A household with a plan and a support item that asks for a provider."""

    household: str
    plan: UUID
    item: str
    member: str


def _made(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


async def planned(town: Town) -> Planned:
    """One household, one plan, one goal, one support item; referrals knows who is around it."""
    noor = town.user(Role.BUURTTEAM_WORKER)
    home = _made(await noor.post("/plans/v1/households", household(surname=f"Van {uuid4().hex}")))
    plan = _made(await noor.post(PLANS, {"householdId": home["id"]}))
    path = f"{PLANS}/{plan['id']}"
    goal = {"domain": "daginvulling", "text": "Weer onder de mensen komen"}
    item = {
        "goalIds": [_made(await noor.post(f"{path}/goals", goal))["id"]],
        "ladderStep": "individual",
        "voorziening": VOORZIENING,
        "description": "Twee dagdelen per week",
        "lighterSteps": weighed("individual"),
    }
    wanted = _made(await noor.post(f"{path}/support-items", item))
    known = "SELECT count(*) FROM plan_circle_state WHERE plan_id = %s"
    await town.until(
        "referrals knows the circle", lambda: town.number("referrals", known, plan["id"])
    )
    member = home["members"][0]["person"]["id"]
    return Planned(home["id"], UUID(plan["id"]), wanted["id"], member)


def request_for(case: Planned) -> dict[str, Any]:
    """A request for a provider, that goes straight on to the judgement."""
    return {
        "planId": str(case.plan),
        "supportItemId": case.item,
        "voorziening": VOORZIENING,
        "entry": "buurtteam",
        "weighings": WEIGHINGS,
    }


async def listed(
    town: Town, case: Planned, referral: httpx.Response
) -> tuple[httpx.Response, Offer]:
    """The request judged, with a shortlist of one provider that has one place of three."""
    noor = town.user(Role.BUURTTEAM_WORKER)
    made = await offer(town.user(Role.ADMINISTRATOR), places=3)
    seen = await do(noor, referral, "judgements", JUDGEMENT)
    entry = {
        "providerId": str(made.provider),
        "contractId": str(made.contract),
        "locationId": str(made.location),
        "basis": "consent",
    }
    agreed = {
        "entries": [entry],
        "agreedBy": case.member,
        "agreedOn": "2022-03-01",
        "contributionToldOn": "2022-03-01",
        "how": "aan de keukentafel",
    }
    return await do(noor, seen, "shortlists", agreed), made


async def offered(town: Town) -> tuple[Planned, httpx.Response, Offer]:
    """A request that lies with a provider; the referral as its coordinator sees it."""
    case = await planned(town)
    noor = town.user(Role.BUURTTEAM_WORKER)
    created = await noor.post(REFERRALS, request_for(case))
    assert created.status_code == 201, created.text
    seen, made = await listed(town, case, created)
    return case, await do(noor, seen, "attempts"), made
