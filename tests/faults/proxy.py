"""A peer's unreliable network: a TCP proxy in front of one real service, with faults on request.

It reads whole HTTP requests, so that a fault belongs to one request also on a connection that is
kept. What is not disturbed is passed on byte for byte, on a connection of its own.
"""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import Final

from tests.faults.fault import Choose, Fault, Seen, nothing

DRIP_SECONDS: Final = 0.1
_GARBAGE: Final = b"\x16\x03\x01 this is not HTTP \xff\xfe\r\n\r\n\x00" * 8
_LARGEST_HEAD: Final = 65_536
_HELD_SECONDS: Final = 60.0

_CANNED: Final = {
    Fault.UNAVAILABLE: b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
    Fault.BUSY: (
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n"
        b"content-type: application/problem+json\r\ncontent-length: 2\r\n\r\n{}"
    ),
    Fault.BROKEN: b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops",
}


class Proxy:
    """One direction between two services. Without a target nobody is at home: it resets."""

    def __init__(self) -> None:
        self.target: tuple[str, int] | None = None
        self.choose: Choose = nothing
        self.late_seconds = 3.0
        self.seen: list[Seen] = []
        self.fired: Counter[Fault] = Counter()
        self.connections = 0
        self.port = 0
        self.busy = 0
        """Requests that came and are not dealt with yet."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """What the caller is told its peer's address is."""
        return f"http://127.0.0.1:{self.port}"

    def lead_to(self, base_url: str) -> None:
        """Pass on to the service at this address."""
        host, port = base_url.removeprefix("http://").split(":")
        self.target = (host, int(port))

    def mend(self) -> None:
        """No more faults."""
        self.choose = nothing

    def asked(self, path: str = "") -> list[Seen]:
        """The requests to a path that ends so."""
        return [each for each in self.seen if each.path.endswith(path)]

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A caller connected."""
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let go of every connection."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_request(reader)) is not None:
                fault = self.choose(request)
                seen = replace(request, fault=fault)
                self.seen.append(seen)
                if fault is not None:
                    self.fired[fault] += 1
                self.busy += 1
                try:
                    if not await self._answer(seen, reader, writer):
                        return
                finally:
                    self.busy -= 1
        except (OSError, asyncio.IncompleteReadError):
            _reset(writer)  # the caller or the service went away in the middle
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(
        self, request: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Play the fault; whether the connection may be used again."""
        fault = request.fault
        if fault is Fault.RESET or self.target is None:
            _reset(writer)
            return False
        if fault is Fault.BLACKHOLE:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), _HELD_SECONDS)
            return False
        if fault in _CANNED:
            writer.write(_CANNED[fault])
            await writer.drain()
            return True
        if fault is Fault.LATENCY:
            await asyncio.sleep(self.late_seconds)
        answer = await _passed_on(request, self.target)
        return await _give(answer, fault, writer)


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy on a free port of this machine. `lead_to` says later where it leads."""
    found = Proxy()
    server = await asyncio.start_server(found.take, "127.0.0.1", 0, limit=_LARGEST_HEAD)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.close()


async def _read_request(reader: asyncio.StreamReader) -> Seen | None:
    """The next request on a connection; None when the caller is done with it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as exc:
        if exc.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    assert "transfer-encoding" not in headers, "a peer sends a body of known length"
    method, target, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body, monotonic())


async def _passed_on(request: Seen, target: tuple[str, int]) -> bytes:
    """The whole answer of the service, as it came."""
    reader, writer = await asyncio.open_connection(*target)
    try:
        lines = [f"{request.method} {request.target} HTTP/1.1"]
        lines += [f"{k}: {v}" for k, v in request.headers.items() if k != "connection"]
        head = "\r\n".join([*lines, "connection: close", "", ""])
        writer.write(head.encode("latin-1") + request.body)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _give(answer: bytes, fault: Fault | None, writer: asyncio.StreamWriter) -> bool:
    """Give the caller what the fault leaves of an answer; whether the connection may be kept."""
    if fault is Fault.ANSWER_LOST or not answer:
        _reset(writer)
        return False
    if fault is Fault.GARBAGE:
        answer = _GARBAGE
    elif fault is Fault.CUT:
        answer = answer[: len(answer) // 2]
    elif fault is None:
        # Only we asked the service to close; the caller may keep its connection.
        answer = answer.replace(b"connection: close\r\n", b"", 1)
    if fault is not Fault.DRIP:
        writer.write(answer)
        await writer.drain()
        return fault in {None, Fault.LATENCY}
    for byte in answer:
        if writer.transport.is_closing():
            break
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)
    return False


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a crash does: RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
