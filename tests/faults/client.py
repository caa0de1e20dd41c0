"""A client that never gives up on what it was asked to do: one key per intent, sent until final."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, Final
from uuid import uuid4

import httpx

from deploy.local.fleet import Fleet
from deploy.local.sample import NOOR
from shared.vocabulary import Role
from tests.faults.ledger import Ledger

PATIENCE_SECONDS: Final = 60.0
_TRY_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = (0.05, 0.2)

# What may be otherwise in a moment: nobody there, too busy, a circle that is still under way.
_NOT_FINAL: Final = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class NeverFinalError(Exception):
    """An intent had no final answer within the time; says what came last."""


class RefusedError(Exception):
    """An intent was refused for good: the story cannot go on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A final answer."""

    body: Any
    etag: str
    tries: int


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to be done once, however often it is sent."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    etag: str | None = None
    key: str = field(default_factory=lambda: str(uuid4()))

    @property
    def service(self) -> str:
        """Whom it is sent to."""
        return self.path.split("/")[1]

    def headers(self, token: str) -> dict[str, str]:
        """The same ones at each try."""
        found = {"Authorization": f"Bearer {token}"}
        if self.method == "POST":
            found["Idempotency-Key"] = self.key
        if self.etag is not None:
            found["If-None-Match" if self.etag == "*" else "If-Match"] = self.etag
        return found


@dataclass
class Client:
    """The outside world of one fleet, with what it was told and what it heard."""

    http: httpx.AsyncClient
    fleet: Fleet
    ledger: Ledger = field(default_factory=Ledger)
    heard: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def desk(self, provider: str) -> str:
        """The token of whoever answers offers at a provider."""
        return self.fleet.token(
            Role.PROVIDER_INTAKE.value, subject=f"desk-{provider}", provider=provider
        )

    def worker(self) -> str:
        """The token of the worker of the stories."""
        return self.fleet.token(
            NOOR.role.value,
            subject=NOOR.subject,
            team=str(NOOR.team.id),
            stadsdeel=NOOR.team.stadsdeel,
            organisation=str(NOOR.team.organisation.id),
        )

    async def once(self, token: str, intent: Intent) -> httpx.Response | None:
        """One try; None when no answer came."""
        try:
            answer = await self.http.request(
                intent.method,
                f"{self.fleet.base_url(intent.service)}{intent.path}",
                json=intent.body if intent.method == "GET" else dict(intent.body or {}),
                headers=intent.headers(token),
                timeout=_TRY_SECONDS,
            )
        except httpx.TransportError:
            self.unanswered += 1
            return None
        self.heard[answer.status_code] += 1
        return answer

    async def settle(self, token: str, intent: Intent, *, again: str | None = None) -> Reply:
        """Send it until the answer is final.

        `again` is where a change without a key is looked up when it may have been made by a try
        that was not answered: it is then no longer the version that was seen.
        """
        until, tries, last = monotonic() + PATIENCE_SECONDS, 0, "no answer"
        unsure = False
        while monotonic() < until:
            tries += 1
            answer = await self.once(token, intent)
            if answer is not None and answer.is_success:
                return Reply(answer.json(), answer.headers.get("ETag", ""), tries)
            unsure = unsure or answer is None or answer.status_code >= 500
            if answer is not None:
                last = f"{answer.status_code} {answer.text}"
                if answer.status_code == HTTPStatus.PRECONDITION_FAILED and unsure and again:
                    return await self.settle(token, Intent("GET", again))
                if answer.status_code < 500 and answer.status_code not in _NOT_FINAL:
                    raise RefusedError(f"{intent.method} {intent.path}: {last}")
            await asyncio.sleep(self.chance.uniform(*_PAUSE_SECONDS))
        raise NeverFinalError(f"{intent.method} {intent.path} after {tries} tries: {last}")

    async def read(self, token: str, path: str) -> Reply:
        """Read until it is there."""
        return await self.settle(token, Intent("GET", path))
