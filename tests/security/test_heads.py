"""Slow and oversized heads against a real server: what uvicorn alone would keep open for ever."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from shared.web import server as serving
from shared.web.middleware import Edge, Meter
from shared.web.server import serve_config

HEAD_SECONDS: Final = 0.4
GOOD: Final = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and says how long it was."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = str(size).encode()
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server on a free port of the loopback, with short patience."""
    monkeypatch.setattr(serving, "_HEAD_SECONDS", HEAD_SECONDS)
    monkeypatch.setattr("shared.web.middleware._BODY_SECONDS", HEAD_SECONDS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    edge = Edge(app, service="test", body_limit=100_000, meter=Meter("test"))
    running = uvicorn.Server(serve_config(edge, "127.0.0.1", found))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not running.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield found
    running.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive()


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as found:
        yield found


def read_all(found: socket.socket) -> bytes:
    """Everything until the other side closes; `TimeoutError` when it does not."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := found.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def read_one(found: socket.socket) -> bytes:
    """One short answer."""
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.split(b"\r\n\r\n", 1)[1]:
        part = found.recv(65_536)
        assert part, "closed"
        answer += part
    return answer


def test_a_good_request_is_answered_and_the_connection_stays(port: int) -> None:
    with connected(port) as connection:
        for _ in range(3):
            connection.sendall(GOOD)
            assert read_one(connection).startswith(b"HTTP/1.1 200")


def test_twenty_slow_heads_are_closed(port: int) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(port)) for _ in range(20)]
        began = time.monotonic()
        for number, connection in enumerate(slow):
            connection.sendall(b"GET / HTTP/1.1\r\nHo"[: number + 1])
        for connection in slow:
            assert read_all(connection) == b""
        assert HEAD_SECONDS * 0.5 < time.monotonic() - began < HEAD_SECONDS + 2


def test_a_head_that_drips_is_closed(port: int) -> None:
    with connected(port) as connection:
        began = time.monotonic()
        with contextlib.suppress(OSError):
            for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip: " + b"x" * 200:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
                if time.monotonic() - began > HEAD_SECONDS + 1:
                    pytest.fail("still open")
        assert read_all(connection) == b""


def test_a_slow_head_on_a_connection_that_stayed_is_closed(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(GOOD)
        read_one(connection)
        began = time.monotonic()
        connection.sendall(b"GET / HT")
        assert read_all(connection) == b""
        assert time.monotonic() - began < HEAD_SECONDS + 1


@pytest.mark.parametrize("piece", [1_000_000, 4_000, 700])
def test_twenty_kilobytes_of_head_are_431(port: int, piece: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Big: " + b"x" * 20_000 + b"\r\n\r\n"
    answer = b""
    with connected(port) as connection:
        with contextlib.suppress(OSError):
            for start in range(0, len(head), piece):
                connection.sendall(head[start : start + piece])
                time.sleep(0.005)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"content-type: application/problem+json" in answer
    body = json.loads(answer.split(b"\r\n\r\n", 1)[1].split(b"}", 1)[0] + b"}")
    assert body["type"] == "urn:problem:headers-too-large"


def test_a_hundred_and_one_fields_are_431(port: int) -> None:
    fields = b"".join(b"X-%d: x\r\n" % number for number in range(101))
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


def test_a_long_address_is_431(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("piece", [100_000, 3_000])
def test_a_body_larger_than_a_head_may_be_is_no_head(port: int, piece: int) -> None:
    body = b"x" * 60_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
    everything = (head + body) * 2
    with connected(port) as connection:
        for start in range(0, len(everything), piece):
            connection.sendall(everything[start : start + piece])
        answers = read_one(connection)
        while answers.count(b"60000") < 2:
            part = connection.recv(65_536)
            assert part, "closed"
            answers += part
    assert answers.count(b"HTTP/1.1 200") == 2


def test_a_body_that_does_not_come_is_408(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert read_one(connection).startswith(b"HTTP/1.1 408 ")


def test_two_lengths_and_a_length_with_chunks_are_refused(port: int) -> None:
    for fields in (
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
    ):
        with connected(port) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n0\r\n\r\n")
            assert read_all(connection).startswith(b"HTTP/1.1 400 ")
