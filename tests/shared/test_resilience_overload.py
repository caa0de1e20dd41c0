"""Too much at once: what there is no room for is refused at once, and what is served is served."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from time import monotonic

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from shared.vocabulary import Role, ServiceName
from shared.web.limits import Gate
from shared.web.middleware import Edge, Meter
from shared.web.problems import WebError
from tests.support.world import World


class Slow:
    """An application that answers when told to; counts what it serves at once."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.now = 0
        self.most = 0
        self.served = 0

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """One request."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if not scope["path"].endswith("z"):
                await self.go_on.wait()
        finally:
            self.now -= 1
        self.served += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


def client(slow: Slow, gate: Gate) -> httpx.AsyncClient:
    """A client of a service of the slow application."""
    edge = Edge(slow, service="plans", body_limit=10_000, meter=Meter("plans"), gate=gate)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=edge), base_url="http://plans.test", timeout=30
    )


async def until(condition: object) -> None:
    """Let the others go on until something holds."""
    for _ in range(1000):
        if condition():  # type: ignore[operator]  # a condition is called
            return
        await asyncio.sleep(0.001)
    raise AssertionError("this never came to hold")


async def test_beyond_the_bound_503_at_once_and_the_others_are_served() -> None:
    slow, began = Slow(), monotonic()
    async with client(slow, Gate(4, 0)) as http:
        admitted = [asyncio.create_task(http.get("/plans/v1/x")) for _ in range(4)]
        await until(lambda: slow.now == 4)
        refused = await asyncio.gather(*(http.get("/plans/v1/x") for _ in range(20)))
        waited = monotonic() - began
        slow.go_on.set()
        answers = await asyncio.gather(*admitted)
        after = await http.get("/plans/v1/x")

    assert {answer.status_code for answer in refused} == {503}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert refused[0].headers["content-type"] == "application/problem+json"
    assert refused[0].headers["api-version"]
    assert waited < 5
    assert [answer.status_code for answer in [*answers, after]] == [200] * 5
    assert (slow.most, slow.served) == (4, 5)


async def test_without_a_gate_nothing_is_refused() -> None:
    """The control: the same crowd, all under way at once."""
    slow = Slow()
    edge = Edge(slow, service="plans", body_limit=10_000, meter=Meter("plans"))
    transport = httpx.ASGITransport(app=edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://plans.test") as http:
        crowd = [asyncio.create_task(http.get("/plans/v1/x")) for _ in range(24)]
        await until(lambda: slow.now == 24)
        slow.go_on.set()
        await asyncio.gather(*crowd)

    assert slow.most == 24


@pytest.mark.parametrize("path", ["livez", "readyz"])
async def test_health_is_answered_in_the_worst_crowd(path: str) -> None:
    slow = Slow()
    async with client(slow, Gate(1, 0)) as http:
        held = asyncio.create_task(http.get("/plans/v1/x"))
        await until(lambda: slow.now == 1)
        health = await http.get(f"/plans/{path}")
        false_friend = await http.get(f"/plans/v1/{path}")
        slow.go_on.set()
        await held

    assert (health.status_code, false_friend.status_code) == (200, 503)


async def test_the_body_of_what_is_refused_is_not_read() -> None:
    slow, read = Slow(), []
    gate = Gate(1, 0)
    edge = Edge(slow, service="plans", body_limit=10_000, meter=Meter("plans"), gate=gate)
    sent: list[Message] = []

    async def receive() -> Message:
        read.append(1)
        return {"type": "http.request", "body": b"x"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/plans/v1/x",
        "headers": [(b"content-length", b"9000")],
    }
    async with gate.passing():
        await edge(scope, receive, send)

    assert sent[0]["status"] == 503
    assert read == []
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_a_few_wait_a_moment_and_are_served_in_their_order() -> None:
    gate, order = Gate(1, 2), []

    async def pass_through(name: str) -> None:
        async with gate.passing():
            order.append(name)
            await asyncio.sleep(0.01)

    async with gate.passing():
        waiting = [asyncio.create_task(pass_through(name)) for name in "ab"]
        await asyncio.sleep(0)
        with pytest.raises(WebError) as refused:
            await pass_through("c")
    await asyncio.gather(*waiting)

    assert refused.value.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert order == ["a", "b"]


async def test_who_waits_too_long_is_refused_and_leaves_no_place_behind() -> None:
    gate, began = Gate(1, 5), monotonic()
    async with gate.passing():
        with pytest.raises(WebError):
            async with gate.passing():
                pass
    waited = monotonic() - began

    assert 0.2 < waited < 2
    assert await room(gate) == 1


async def room(gate: Gate) -> int:
    """How many places are free: as many as can be taken at once."""
    gate._queue, taken = 0, []
    try:
        while True:
            passing = gate.passing()
            await passing.__aenter__()
            taken.append(passing)
    except WebError:
        return len(taken)
    finally:
        for passing in taken:
            await passing.__aexit__(None, None, None)


async def test_nobody_takes_a_place_along_when_leaving() -> None:
    """Every way to leave: served, failed, cancelled under way, cancelled while waiting."""
    gate = Gate(3, 50)

    async def one(number: int) -> None:
        async with gate.passing():
            await asyncio.sleep(0.001 * (number % 7))
            if number % 5 == 0:
                raise ValueError

    for start in range(20):
        tasks = [asyncio.create_task(one(number)) for number in range(40)]
        for number, task in enumerate(tasks):
            if number % 3 == start % 3:
                await asyncio.sleep(0)
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await room(gate) == 3
        gate._queue = 50


@pytest.fixture
async def one_at_a_time(world: World) -> AsyncIterator[World]:
    """The real plans service with one place."""
    gate = world.kernel(ServiceName.PLANS).gate
    gate._free, gate._queue = 1, 0
    async with gate.passing():
        yield world


async def test_a_real_service_sheds_and_still_says_how_it_is(one_at_a_time: World) -> None:
    administrator = one_at_a_time.user(Role.ADMINISTRATOR)

    shed = await administrator.get("/plans/v1/dead-letters")
    health = [
        (await one_at_a_time.http.get(f"http://plans.test/plans/{path}")).status_code
        for path in ("livez", "readyz", "metrics")
    ]

    assert (shed.status_code, shed.headers["retry-after"]) == (503, "1")
    assert shed.json()["type"] == "urn:problem:unavailable"
    assert health == [200, 200, 200]
