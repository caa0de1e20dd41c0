"""All peer calls of one request share one time: that of the caller, else two seconds together."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.referrals.doubles import FakePlans
from tests.referrals.steps import a_plan, a_shortlist, admitted, worker
from tests.support.registry import two_offers
from tests.support.world import World

PEERS = ("plans.test", "providers.test")
OWN = {"Request-Deadline-Ms": "10000"}


@dataclass
class Slow:
    """A peer that takes its time; it notes how many milliseconds it was given."""

    app: ASGIApp
    seconds: float
    given: list[int] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, later."""
        headers = dict(scope["headers"])
        self.given.append(int(headers[b"request-deadline-ms"]))
        await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@dataclass
class Asking:
    """A request of referrals that asks plans, and then providers: a shortlist."""

    world: World
    path: str
    etag: str
    body: dict[str, Any]

    def slow(self, seconds: float) -> list[Slow]:
        """From now on both peers take this long."""
        apps = self.world.router.apps
        found = [Slow(apps[name], seconds) for name in PEERS]
        apps.update(zip(PEERS, found, strict=True))
        return found

    async def send(
        self, headers: dict[str, str] | None = None, *, body_takes: float = 0
    ) -> httpx.Response:
        """Ask it; the body can come in slowly."""
        path = f"http://referrals.test{self.path}"
        given = {
            "Authorization": f"Bearer {worker(self.world).token}",
            "Content-Type": "application/json",
            "If-Match": self.etag,
            "Idempotency-Key": str(uuid4()),
            **(headers or {}),
        }

        async def content() -> AsyncIterator[bytes]:
            await asyncio.sleep(body_takes)
            yield json.dumps(self.body).encode()

        return await self.world.http.post(path, content=content(), headers=given)


@pytest.fixture
async def asking(world: World, plans: FakePlans) -> Asking:
    """Everything before the shortlist is done."""
    plan = a_plan(plans)
    offers = await two_offers(world)
    seen = await admitted(world, plan)
    path = f"/referrals/v1/referrals/{seen.json()['id']}/shortlists"
    return Asking(world, path, seen.headers["ETag"], a_shortlist(plan, *offers))


@pytest.mark.parametrize("headers", [{}, {"Request-Deadline-Ms": "1900"}])
async def test_a_second_peer_is_given_what_the_first_one_left(
    asking: Asking, headers: dict[str, str]
) -> None:
    plans, providers = asking.slow(0.4)

    answer = await asking.send(headers)

    assert answer.status_code == 201, answer.text
    # Of what is left a first try gets three quarters: 0.4 s later it is 300 ms less.
    assert 0 < providers.given[0] <= plans.given[0] - 300 < 2000 * 3 / 4 - 300


async def test_two_slow_peers_get_two_seconds_together(asking: Asking) -> None:
    asking.slow(1.2)

    answer = await asking.send()

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem:peer-unavailable"


async def test_a_caller_who_listens_longer_hears_both(asking: Asking) -> None:
    asking.slow(1.2)

    answer = await asking.send(OWN)

    assert answer.status_code == 201, answer.text


async def test_a_body_that_comes_in_slowly_takes_nothing_of_the_time_for_peers(
    asking: Asking,
) -> None:
    plans, _ = asking.slow(0)

    answer = await asking.send(body_takes=0.8)

    assert answer.status_code == 201, answer.text
    assert plans.given[0] > (2000 - 800) * 3 / 4


async def test_two_requests_at_once_have_each_their_own_time(asking: Asking) -> None:
    plans, _ = asking.slow(0.4)

    await asyncio.gather(asking.send(), asking.send())

    assert len(plans.given) == 2
    assert abs(plans.given[1] - plans.given[0]) < 200
