"""One household on its way through the story, and what befalls the processes around its steps."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import uuid4

from tests.faults.client import Client, Intent, Reply


class Strike(Protocol):
    """What happens to the processes around a step."""

    async def around(self, step: str, sending: Awaitable[Reply]) -> Reply:
        """Let a step be sent, with whatever befalls the processes meanwhile."""
        ...


class NoStrike:
    """Nothing happens."""

    async def around(self, step: str, sending: Awaitable[Reply]) -> Reply:
        """The step, undisturbed."""
        del step
        return await sending


@dataclass
class Household:
    """One household on its way, and what was told about it so far."""

    client: Client
    today: date
    strike: Strike = field(default_factory=NoStrike)
    told: dict[str, Any] = field(default_factory=dict)
    surname: str = field(default_factory=lambda: f"Verzonnen{uuid4().hex[:10]}")

    async def do(self, step: str, token: str, intent: Intent, again: str | None = None) -> Reply:
        """Make the one request of a step."""
        return await self.strike.around(step, self.client.settle(token, intent, again=again))

    async def move(self, step: str, read: str, act: str, body: dict[str, Any]) -> Reply:
        """Read a record for its version, then act on it."""
        token = self.client.worker()
        seen = await self.client.read(token, read)
        return await self.do(step, token, Intent("POST", act, body, seen.etag))

    def was_told(self, service: str, table: str, *keys: str) -> None:
        """These rows were acknowledged."""
        self.client.ledger.acknowledge(service, table, *keys)

    def was_told_of(self, service: str, table: str, parent: str, number: int = 1) -> None:
        """So many rows under this one were acknowledged."""
        self.client.ledger.acknowledge_children(service, table, parent, number)
