"""Bad input to every operation, made from the documents: the exact refusal, and no echo of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any, Final, NamedTuple
from uuid import uuid4

import httpx
import pytest
from starlette.types import Message

from deploy.local.issuer import User, mint_user_token
from shared.clock import utc_now
from shared.vocabulary import Role, ServiceName
from tests.security.callers import a_caller, all_operations, token_of
from tests.support.openapi import NOBODY, Operation, schema_of
from tests.support.tokens import forge
from tests.support.world import World
from tools.applications import services
from tools.openapi import document

CANARY: Final = "kanarie7fq2"
OPERATIONS: Final = all_operations()
WITH_BODY: Final = [operation for operation in OPERATIONS if operation.body is not None]
LIMIT: Final = 262_144
SERVICES: Final = services()


class Bad(NamedTuple):
    """One bad request: what differs from a good one, and the refusal it gets."""

    name: str
    status: int
    code: str
    body: bytes | None = None
    headers: Mapping[str, str | None] = {}
    query: str = ""
    fault: str | None = None


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def bad_bodies(operation: Operation) -> Iterator[Bad]:
    """What is wrong in bytes, in JSON, and in the shape of this operation's body."""
    told = f'"{CANARY}"'.encode()
    bodies: tuple[tuple[str, bytes, str | None], ...] = (
        ("cut off", b'{"' + CANARY.encode(), "json-invalid"),
        ("not JSON", CANARY.encode(), "json-invalid"),
        ("something after", b"{} " + told, "json-invalid"),
        ("a NUL byte", b'{"x":"\x00' + CANARY.encode() + b'"}', "json-invalid"),
        ("an escaped NUL", b'{"x":"\\u0000' + CANARY.encode() + b'"}', "bad-text"),
        ("half a character", b'{"x":"\\ud800' + CANARY.encode() + b'"}', "bad-text"),
        ("half a character as name", b'{"\\udfff":' + told + b"}", "bad-text"),
        ("NaN", b'{"x":NaN}', "not-a-number"),
        ("Infinity", b'{"x":-Infinity}', "not-a-number"),
        ("a huge integer", b'{"x":' + b"9" * 5000 + b"}", "number-too-large"),
        ("an integer past 2**53", b'{"x":9007199254740993}', "number-too-large"),
        ("a huge float", b'{"x":1e400}', "number-too-large"),
        ("too deep", b'{"x":' + b"[" * 100 + told + b"]" * 100 + b"}", "too-deep"),
        ("far too deep", b"[" * 50_000, "too-deep"),
        ("a name twice", b'{"x":1,"x":' + told + b"}", "duplicate-key"),
        ("not UTF-8", b'{"x":"\xff' + CANARY.encode() + b'"}', "not-utf-8"),
        ("UTF-16", f'{{"x":"{CANARY}"}}'.encode("utf-16"), "not-utf-8"),
        ("a mark before", b"\xef\xbb\xbf{}", "json-invalid"),
        ("a list", _json([CANARY]), None),
        ("a text", told, None),
        ("a number", b"17", None),
        ("nothing", b"null", None),
        ("no body", b"", None),
        ("an unknown field", _json({CANARY: CANARY}), "extra_forbidden"),
    )
    for name, body, fault in bodies:
        yield Bad(name, 400, "invalid-request", body, fault=fault)
    assert operation.body is not None
    for field in schema_of(operation.service, operation.body).get("properties", {}):
        for value in ({CANARY: 1}, [[CANARY]], 1e308):
            yield Bad(f"{field} is {str(value)[:8]}", 400, "invalid-request", _json({field: value}))


def bad_heads(operation: Operation) -> Iterator[Bad]:
    """What is wrong around the body."""
    body = b"{}" if operation.body is not None else None
    kind: str | None
    for kind in ("text/html", "application/xml", "image/png"):
        yield Bad(f"wants {kind}", 406, "not-acceptable", body, {"Accept": kind})
    yield Bad("an unknown parameter", 400, "invalid-request", body, query=f"{CANARY}={CANARY}")
    yield Bad("a parameter twice", 400, "invalid-request", body, query=f"{CANARY}=1&{CANARY}=2")
    if operation.body is not None:
        for kind in ("text/plain", "application/xml", "multipart/form-data", None):
            yield Bad(f"sends {kind}", 415, "unsupported-media-type", body, {"Content-Type": kind})
        utf16 = {"Content-Type": "application/json; charset=utf-16"}
        yield Bad("another alphabet", 415, "unsupported-media-type", body, utf16)
    if operation.keyed:
        for key in (None, "", CANARY, "1", f"{NOBODY}{NOBODY}"):
            head = {"Idempotency-Key": key}
            fault = "missing-idempotency-key"
            yield Bad(f"key {key}", 400, "invalid-request", body, head, fault=fault)
    if operation.versioned:
        yield Bad("no If-Match", 428, "missing-version", body, {"If-Match": None})
    for token in (None, CANARY, f"Bearer {CANARY}", "Bearer a.b.c"):
        yield Bad(f"token {token}", 401, "invalid-token", body, {"Authorization": token})


async def send(world: World, operation: Operation, bad: Bad) -> httpx.Response:
    """The bad request, good in everything else."""
    headers = operation.headers(token_of(world, operation, a_caller(operation)))
    if operation.keyed:
        headers["Idempotency-Key"] = str(uuid4())
    changed = {**headers, **bad.headers}
    address = operation.address()
    if bad.query:
        address += ("&" if "?" in address else "?") + bad.query
    request = world.http.build_request(
        operation.method,
        address,
        headers={name: value for name, value in changed.items() if value is not None},
        content=bad.body,
    )
    return await world.http.send(request)


def faults_in(where: str, answer: httpx.Response, bad: Bad, seen: str) -> list[str]:
    """What an answer does that it should not."""
    found = []
    if answer.status_code != bad.status:
        found.append(f"{answer.status_code} instead of {bad.status}")
    if answer.headers.get("content-type") != "application/problem+json":
        return [f"{where} {bad.name}: {answer.status_code} without a problem"]
    body = answer.json()
    if body["type"] != f"urn:problem:{bad.code}":
        found.append(body["type"])
    if bad.fault is not None and bad.fault not in {item["code"] for item in body.get("errors", [])}:
        found.append(f"no fault {bad.fault}: {body}")
    if CANARY in answer.text.lower() or CANARY in str(answer.headers).lower():
        found.append("echoes the input in the answer")
    if CANARY in seen.lower():
        found.append("writes the input to the log")
    return [f"{where} {bad.name}: {fault}" for fault in found]


def of(service: str, *, body: bool = False) -> list[Operation]:
    """The operations of one service, all or those with a body."""
    return [op for op in (WITH_BODY if body else OPERATIONS) if op.service == service]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_bad_body_gets_its_refusal(
    world: World, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "buurtteam")
    wrong = []
    every = [
        (operation, bad) for operation in of(service, body=True) for bad in bad_bodies(operation)
    ]
    for operation, bad in every:
        caplog.clear()
        answer = await send(world, operation, bad)
        wrong += faults_in(operation.id, answer, bad, caplog.text)
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_bad_head_gets_its_refusal(
    world: World, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "buurtteam")
    wrong = []
    every = [(operation, bad) for operation in of(service) for bad in bad_heads(operation)]
    for operation, bad in every:
        caplog.clear()
        answer = await send(world, operation, bad)
        wrong += faults_in(operation.id, answer, bad, caplog.text)
    assert wrong == []


def _takes_ids(operation: Operation) -> bool:
    """Whether every parameter of the path is a UUID."""
    told = document(operation.service)["paths"][operation.path][operation.method.lower()]
    formats = [p["schema"].get("format") for p in told.get("parameters", []) if p["in"] == "path"]
    return bool(formats) and set(formats) == {"uuid"}


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_not_an_id_is_400(world: World, service: str) -> None:
    wrong = []
    values = (CANARY, "1", "00000000", NOBODY + "0", "1_0", "%20", "%00", "%F0%28", "..", "*")
    for operation, value in product(filter(_takes_ids, of(service)), values):
        body = b"{}" if operation.body is not None else None
        headers = operation.headers(token_of(world, operation, a_caller(operation)))
        answer = await world.http.request(
            operation.method, operation.address(value), headers=headers, content=body
        )
        # `..` is taken out of the path by every client, and so another path.
        expected = {404, 405} if value == ".." else {400}
        if answer.status_code not in expected or CANARY in answer.text:
            wrong.append((operation.id, value, answer.status_code, answer.text[:200]))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_list_takes_only_its_own_page_sizes_and_cursors(
    world: World, service: ServiceName
) -> None:
    wrong = []
    for operation in of(service):
        token = token_of(world, operation, a_caller(operation))
        for query in (
            *("pageSize=0", "pageSize=101", "pageSize=-1", "pageSize=1_0", f"pageSize={CANARY}"),
            *("pageSize=1e2", "pageSize=" + "9" * 5000, f"cursor={CANARY}", "cursor=%00"),
            *("cursor=" + "A" * 501, "cursor=%C3%A9", "cursor=AAAA.AAAA", "pagesize=1"),
        ):
            if operation.method != "GET" or "cursor" not in str(_query_of(operation)):
                continue
            address = operation.address()
            address += ("&" if "?" in address else "?") + query
            answer = await world.http.get(address, headers=operation.headers(token))
            if answer.status_code not in {400, 404} or CANARY in answer.text:
                wrong.append((operation.id, query[:20], answer.status_code, answer.text[:90]))
    assert wrong == []


def _query_of(operation: Operation) -> list[str]:
    told = document(operation.service)["paths"][operation.path][operation.method.lower()]
    return [item["name"] for item in told.get("parameters", []) if item["in"] == "query"]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_stranger_and_somebody_late_are_401(world: World, service: str) -> None:
    late = mint_user_token(
        world.signer, User("somebody", ("team_lead",)), clock=lambda: utc_now() - timedelta(hours=1)
    )
    for operation, token in product(of(service), (forge().token(), late)):
        answer = await world.http.request(
            operation.method, operation.address(), headers=operation.headers(token), content=b"{}"
        )
        assert answer.status_code == 401, operation.id


class Sender:
    """A body that counts how much of it was asked for."""

    def __init__(self, chunks: int, size: int = 65_536) -> None:
        self.left, self.size, self.taken = chunks, size, 0

    async def __call__(self) -> Message:
        if self.left == 0:
            return {"type": "http.disconnect"}
        self.left -= 1
        self.taken += self.size
        return {"type": "http.request", "body": b" " * self.size, "more_body": self.left > 0}


async def stream(
    world: World, operation: Operation, sender: Sender, headers: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    """Send by ASGI itself, where a test sees how much is read."""
    messages: list[Message] = []

    async def send_(message: Message) -> None:
        messages.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
        "method": operation.method, "scheme": "http",
        "path": f"/{operation.service}/v1{operation.filled()}",
        "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("test", 80), "state": {},
    }  # fmt: skip
    await world.apps[ServiceName(operation.service)](scope, sender, send_)
    body = b"".join(message.get("body", b"") for message in messages)
    return messages[0]["status"], json.loads(body)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_body_over_the_limit_is_refused_before_it_is_read(
    world: World, service: str
) -> None:
    for operation in of(service, body=True):
        headers, sender = operation.headers(None), Sender(100)
        known = {**headers, "Content-Length": str(100 * sender.size)}

        told = await stream(world, operation, sender, known)
        assert (told[0], told[1]["type"], sender.taken) == (413, "urn:problem:body-too-large", 0)

        untold = await stream(world, operation, sender, headers)
        assert (untold[0], sender.taken) == (401, 0)  # nobody unknown gets a body read


@pytest.mark.parametrize("service", SERVICES)
async def test_a_body_that_grows_over_the_limit_is_cut_off(world: World, service: str) -> None:
    for operation in of(service, body=True):
        headers = operation.headers(token_of(world, operation, a_caller(operation)))
        sender = Sender(100)

        status, body = await stream(world, operation, sender, headers)

        assert (status, body["type"]) == (413, "urn:problem:body-too-large"), operation.id
        assert sender.taken <= LIMIT + sender.size


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "9" * 400, "0x10", ""])
async def test_a_length_that_is_no_length_is_refused(world: World, length: str) -> None:
    operation = WITH_BODY[0]
    sender = Sender(1)
    headers = {**operation.headers(None), "Content-Length": length}
    status, _ = await stream(world, operation, sender, headers)
    assert (status, sender.taken) == (413, 0)


@pytest.mark.parametrize("operation", WITH_BODY[:2], ids=lambda op: op.id)
async def test_a_body_that_does_not_come_is_408(
    world: World, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.middleware._BODY_SECONDS", 0.05)

    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    headers = operation.headers(token_of(world, operation, a_caller(operation)))
    waiting = never()

    class Slow(Sender):
        async def __call__(self) -> Message:
            return {"type": "http.request", "body": await anext(waiting), "more_body": True}

    status, body = await stream(world, operation, Slow(1), headers)
    assert (status, body["type"]) == (408, "urn:problem:request-timeout")


@pytest.mark.parametrize("deadline", ["-1", "x", "9" * 400, "9" * 5000, "1e3", "²", ""])
async def test_a_strange_deadline_is_no_surprise(world: World, deadline: str) -> None:
    operation = next(op for op in OPERATIONS if op.method == "GET")
    headers: list[tuple[str | bytes, str | bytes]] = [
        *operation.headers(token_of(world, operation, a_caller(operation))).items(),
        ("Request-Deadline-Ms", deadline.encode("latin-1")),
    ]
    pairs = [(_bytes(name), _bytes(value)) for name, value in headers]
    answer = await world.http.get(operation.address(), headers=pairs)
    assert answer.status_code in {200, 400, 404}


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def test_the_control_roles_cover_users_and_services() -> None:
    callers = {a_caller(operation) for operation in OPERATIONS}
    assert Role.SERVICE in callers
    assert len(callers) > 1
