"""Sends one request again and again over connections that stay open, and checks every answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from yarl import URL

_ANSWER_SECONDS: Final = 10
_SHOWN: Final = 300


class WrongAnswerError(Exception):
    """Something else came back than was asked for: a fast refusal must not pass for speed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. A keyed one gets a new Idempotency-Key each time, or it would be done once."""

    name: str
    method: str
    url: str
    token: str = field(repr=False)
    wanted: int = 200
    body: Mapping[str, Any] | None = None
    keyed: bool = False

    def headers(self) -> dict[str, str]:
        """What goes with it, but for the key."""
        found = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if self.body is not None:
            found["Content-Type"] = "application/json"
        return found


@dataclass(frozen=True, slots=True)
class Load:
    """What the callers saw: how long each answer took, and all of it, in seconds."""

    took: list[float]
    seconds: float


class Callers:
    """So many connections, each with one request under way at a time."""

    def __init__(self, http: ClientSession, asked: Asked, connections: int) -> None:
        self._http = http
        self._asked = asked
        self._connections = connections
        self._url = URL(asked.url)
        self._headers = asked.headers()
        self._body = None if asked.body is None else json.dumps(asked.body).encode()

    async def each_once(self) -> None:
        """Open every connection with one request that does not count."""
        await self._together(0.0)

    async def during(self, seconds: float) -> Load:
        """Ask for so long; what is under way then is waited for and counts too."""
        began = perf_counter()
        took = await self._together(seconds)
        return Load(took, perf_counter() - began)

    async def _together(self, seconds: float) -> list[float]:
        took: list[float] = []
        until = perf_counter() + seconds
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._connections):
                    group.create_task(self._ask(until, took))
        except ExceptionGroup as wrong:
            # The others are about the same: they were cancelled, or saw it too.
            raise wrong.exceptions[0] from None
        return took

    async def _ask(self, until: float, took: list[float]) -> None:
        while True:
            began = perf_counter()
            await self._once()
            now = perf_counter()
            took.append(now - began)
            if now >= until:
                return

    async def _once(self) -> None:
        headers = self._headers
        if self._asked.keyed:
            headers = {**headers, "Idempotency-Key": str(uuid4())}
        try:
            async with self._http.request(
                self._asked.method, self._url, headers=headers, data=self._body
            ) as answer:
                body = await answer.read()
        except (ClientError, TimeoutError) as failed:
            raise WrongAnswerError(
                f"{self._asked.name}: no answer ({type(failed).__name__})."
            ) from None
        if answer.status != self._asked.wanted:
            shown = body[:_SHOWN].decode(errors="replace")
            raise WrongAnswerError(
                f"{self._asked.name}: {answer.status} instead of {self._asked.wanted}: {shown}"
            )


@asynccontextmanager
async def callers(asked: Asked, connections: int) -> AsyncIterator[Callers]:
    """Callers whose connections are open and whose request was answered as it should."""
    async with ClientSession(
        connector=TCPConnector(limit=connections),
        timeout=ClientTimeout(total=_ANSWER_SECONDS),
        auto_decompress=False,
    ) as http:
        found = Callers(http, asked, connections)
        await found.each_once()
        yield found


async def answer_to(asked: Asked) -> bytes:
    """What is answered, to compare it with something else."""
    async with (
        ClientSession(timeout=ClientTimeout(total=_ANSWER_SECONDS)) as http,
        http.request(asked.method, asked.url, headers=asked.headers(), json=asked.body) as answer,
    ):
        body = await answer.read()
    if answer.status != asked.wanted:
        raise WrongAnswerError(f"{asked.name}: {answer.status} instead of {asked.wanted}.")
    return body
