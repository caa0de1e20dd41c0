"""Calls to a peer: one deadline for the whole, one mapping of refusals, nothing followed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic
from uuid import uuid4

import httpx
import pytest

from shared.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PeerUnavailableError,
    StaleVersionError,
)
from shared.http.client import new_client
from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.base import RequestModel, ResponseModel

PROBLEM = {
    "type": "urn:problem:conflict",
    "title": "x",
    "status": 409,
    "detail": "Dit plan is gesloten.",
    "errors": [{"pointer": "/planId", "code": "closed", "detail": "Kies een open plan."}],
}


class Found(ResponseModel):
    name: str


class Asked(RequestModel):
    plan_name: str
    nothing: str | None = None


async def token() -> str:
    return "service-token"


def peer(handle: Callable[[httpx.Request], httpx.Response]) -> PeerClient:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    return PeerClient("plans", "http://plans.test/", client, token)


async def test_a_question_goes_out_with_everything_a_peer_needs() -> None:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"name": "a", "unknown": 1})

    behalf = OnBehalf("user-token", "00-a-b-01", None, uuid4())
    found = await peer(handle).post("/plans", Asked(plan_name="x"), Found, behalf, step="open")
    again = await peer(handle).post("/plans", Asked(plan_name="x"), Found, behalf, step="open")
    await peer(handle).post("/plans", Asked(plan_name="x"), Found, behalf, step="close")
    await peer(handle).get("/plans/1", Found, behalf)

    first, second, third, read = (request.headers for request in sent)
    assert found == again == Found(name="a")
    assert str(sent[0].url) == "http://plans.test/plans/v1/plans"
    assert sent[0].content == b'{"planName":"x"}'
    assert first["authorization"] == "Bearer service-token"
    assert first["buurtteam-user-token"] == "user-token"
    assert first["traceparent"] == "00-a-b-01"
    assert first["idempotency-key"] == second["idempotency-key"] != third["idempotency-key"]
    assert "idempotency-key" not in read


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequestError),
        (401, PeerUnavailableError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (412, StaleVersionError),
        (428, PeerUnavailableError),
        (429, PeerUnavailableError),
        (500, PeerUnavailableError),
        (503, PeerUnavailableError),
        (302, PeerUnavailableError),
    ],
)
async def test_a_refusal_keeps_its_meaning(status: int, kind: type[DomainError]) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=PROBLEM, headers={"Location": "http://evil.test/"})

    with pytest.raises(DomainError) as caught:
        await peer(handle).get("/plans/1", Found, OnBehalf())

    assert type(caught.value) is kind
    if kind in {ConflictError, InvalidRequestError}:
        assert caught.value.detail == "Dit plan is gesloten."
        assert caught.value.faults[0].pointer == "/planId"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"errors":[1]}', b"\xff", b'{"errors":null}'])
async def test_a_refusal_without_a_problem_is_still_a_refusal(body: bytes) -> None:
    with pytest.raises(ConflictError) as caught:
        await peer(lambda _: httpx.Response(409, content=body)).get("/x", Found, OnBehalf())
    assert caught.value.detail


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"name":1}', b"<html>"])
async def test_an_answer_that_is_not_understood_is_no_answer(body: bytes) -> None:
    with pytest.raises(PeerUnavailableError):
        await peer(lambda _: httpx.Response(200, content=body)).get("/x", Found, OnBehalf())


async def test_a_redirect_is_not_followed() -> None:
    assert not new_client().follow_redirects
    assert not new_client().trust_env


async def test_the_deadline_shrinks_on_its_way() -> None:
    told: list[int] = []

    def handle(request: httpx.Request) -> httpx.Response:
        told.append(int(request.headers["request-deadline-ms"]))
        return httpx.Response(200, json={"name": "a"})

    await peer(handle).get("/x", Found, OnBehalf())
    await peer(handle).get("/x", Found, OnBehalf(deadline=monotonic() + 0.5))
    await peer(handle).get("/x", Found, OnBehalf(deadline=monotonic() + 60))

    assert told[0] <= 2000
    assert told[1] < 500
    assert told[2] <= 2000


async def test_a_deadline_that_is_over_asks_nobody() -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    with pytest.raises(PeerUnavailableError):
        await peer(handle).get("/x", Found, OnBehalf(deadline=monotonic() - 1))


class Dripping(httpx.AsyncBaseTransport):
    """Answers one byte at a time, for ever: every single read is in time."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request

        async def drip() -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.02)
                yield b" "

        return httpx.Response(200, content=drip())


async def test_a_dripping_peer_is_cut_off() -> None:
    client = PeerClient("plans", "http://x", httpx.AsyncClient(transport=Dripping()), token)
    began = monotonic()
    with pytest.raises(PeerUnavailableError):
        await client.get("/x", Found, OnBehalf(deadline=began + 0.3))
    assert monotonic() - began < 1


async def test_a_peer_that_is_not_there_is_named_and_nothing_else() -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("secret-host:1234")

    with pytest.raises(PeerUnavailableError) as caught:
        await peer(handle).get("/x", Found, OnBehalf())
    assert "plans" in caught.value.detail
    assert "secret-host" not in caught.value.detail
