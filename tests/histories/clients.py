"""Clients that do not hear every answer, and the record of what they asked and heard."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

import httpx

from tests.histories.checker import Op
from tests.support.world import Actor

LOSSES: Final = ("unheard", "left", "cut")
"""Done, and the answer lost; goes on while the client stopped waiting; cut off half-way."""
TRIES: Final = 4
SECONDS: Final = 0.02

Reads: TypeAlias = Callable[[httpx.Response], Hashable]


def luck_of(seed: object) -> random.Random:
    """The luck that belongs to a seed; nobody's secrets depend on it."""
    return random.Random(str(seed))  # noqa: S311


@dataclass
class Record:
    """What was asked and heard, in the order of one clock."""

    ops: list[Op] = field(default_factory=list)
    clock: "itertools.count[int]" = field(default_factory=itertools.count)
    lost: Counter[str] = field(default_factory=Counter)
    late: list["asyncio.Task[httpx.Response]"] = field(default_factory=list)

    async def settle(self) -> None:
        """Wait for what went on without its client."""
        await asyncio.gather(*self.late, return_exceptions=True)


@dataclass
class Client:
    """One of the clients: its line loses a share of the answers."""

    number: int
    actor: Actor
    luck: random.Random
    record: Record
    share: float = 0.08
    losses: tuple[str, ...] = LOSSES

    def key(self) -> UUID:
        """A key of its own, the same for the same seed."""
        return UUID(int=self.luck.getrandbits(128), version=4)

    async def pause(self) -> None:
        """Think for a moment."""
        await asyncio.sleep(self.luck.random() * SECONDS / 4)

    async def ask(
        self, what: str, asked: tuple[Any, ...], request: "Request"
    ) -> httpx.Response | None:
        """Ask, again with the same key when the answer was lost; None: it will never be known."""
        call = next(self.record.clock)
        answer = await self._hear(request)
        heard = None if answer is None else request.reads(answer)
        back = None if answer is None else next(self.record.clock)
        self.record.ops.append(Op(self.number, call, back, what, asked, heard))
        return answer

    async def _hear(self, request: "Request") -> httpx.Response | None:
        for attempt in range(TRIES):
            if attempt and (not request.again or self.luck.random() < 0.25):
                return None
            answer = await self._once(request)
            if answer is not None and answer.status_code not in {503, 500}:
                return answer
        return None

    async def _once(self, request: "Request") -> httpx.Response | None:
        """One try, whose answer may be lost."""
        coming = asyncio.create_task(request.send(self.actor))
        if self.luck.random() >= self.share:
            return await coming
        loss = self.luck.choice(self.losses)
        self.record.lost[loss] += 1
        if loss == "unheard":
            await coming
            return None
        await asyncio.sleep(self.luck.random() * SECONDS)
        if loss == "cut":
            coming.cancel()
        self.record.late.append(coming)
        return None


@dataclass(frozen=True)
class Request:
    """What is sent, how its answer is read, and whether it may be sent again as it is."""

    method: str
    path: str
    reads: Reads
    body: Any = None
    key: UUID | None = None
    etag: str | None = None

    @property
    def again(self) -> bool:
        """A request with a key, or one that only reads, can be sent again."""
        return self.key is not None or self.method == "GET"

    async def send(self, actor: Actor) -> httpx.Response:
        """Send it."""
        headers = {} if self.etag is None else {"If-Match": self.etag}
        if self.key is not None:
            headers["Idempotency-Key"] = str(self.key)
        return await actor.send(self.method, self.path, self.body, headers)


def by_status(**names: str) -> Callable[[httpx.Response], str]:
    """Read an answer by its status alone: `by_status(s200="done", s412="stale")`."""

    def read(answer: httpx.Response) -> str:
        name = names.get(f"s{answer.status_code}")
        assert name is not None, f"{answer.request.url}: {answer.status_code} {answer.text[:300]}"
        return name

    return read
