"""The stage of the story: who calls, what is sent, and what must come out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, TypeAlias
from uuid import uuid4

import httpx

from deploy.local.sample import Worker
from shared.vocabulary import Role

_PATIENCE_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 0.1

Json: TypeAlias = Any
Tell: TypeAlias = Callable[[str], None]


class StoryError(Exception):
    """The product did something else than the story says."""


def must(good: object, what: str) -> None:
    """Check what came out; the story ends where it is not as told."""
    if not good:
        raise StoryError(what)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the API answered: the body, and the ETag for the next change."""

    body: Json
    etag: str
    status: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the story, with a token of their own."""

    name: str
    http: httpx.AsyncClient
    address: Callable[[str], str]
    token: str

    async def send(
        self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """One request, as a frontend would make it."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if method == "POST":
            sent.setdefault("Idempotency-Key", str(uuid4()))
        return await self.http.request(method, self.address(path), json=body, headers=sent)

    async def get(self, path: str) -> Reply:
        """Read something that must be there."""
        return self._good(path, await self.send("GET", path))

    async def post(self, path: str, body: Json = None, etag: str | None = None) -> Reply:
        """Make something, or move something on (then with the ETag read last)."""
        headers = {} if etag is None else {"If-Match": etag}
        return self._good(path, await self.send("POST", path, body or {}, headers))

    async def patch(self, path: str, body: Json, etag: str) -> Reply:
        """Change something."""
        return self._good(path, await self.send("PATCH", path, body, {"If-Match": etag}))

    async def put_new(self, path: str, body: Json) -> Reply:
        """Make something with a known id; if it is there already, that is fine."""
        answer = await self.send("PUT", path, body, {"If-None-Match": "*"})
        if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            return await self.get(path)
        return self._good(path, answer)

    async def move(self, read: str, act: str, body: Json = None) -> Reply:
        """Read a record for its ETag, then act on it."""
        return await self.post(act, body, (await self.get(read)).etag)

    async def status(self, method: str, path: str, body: Json = None) -> int:
        """Only the status: for what should be refused."""
        return (await self.send(method, path, body)).status_code

    def _good(self, path: str, answer: httpx.Response) -> Reply:
        if not answer.is_success:
            raise StoryError(
                f"{self.name} asked {path} and got {answer.status_code}: {answer.text}"
            )
        return Reply(answer.json(), answer.headers.get("ETag", ""), answer.status_code)


@dataclass
class Stage:
    """Where the story is played: over HTTP in the demonstration, in one process in the tests.

    `settle` lets events arrive; `move_clock` sets the clock of the services; `told` is what the
    chapters hand to each other.
    """

    http: httpx.AsyncClient
    address: Callable[[str], str]
    token: Callable[..., str]
    move_clock: Callable[[datetime], None]
    settle: Callable[[], Awaitable[None]]
    chapter: Tell
    tell: Tell
    told: dict[str, Json] = field(default_factory=dict)

    def as_role(self, role: Role, name: str, **claims: str | None) -> Actor:
        """Somebody with a role; the sample says the rest unless `claims` do."""
        return Actor(name, self.http, self.address, self.token(role.value, **claims))

    def as_worker(self, worker: Worker) -> Actor:
        """A worker of the sample."""
        return self.as_role(
            worker.role,
            worker.name,
            subject=worker.subject,
            team=str(worker.team.id),
            stadsdeel=worker.team.stadsdeel,
            organisation=str(worker.team.organisation.id),
        )

    async def eventually(self, what: str, look: Callable[[], Awaitable[Json]]) -> Json:
        """Look until something is there: what another service tells arrives a moment later."""
        until = monotonic() + _PATIENCE_SECONDS
        while monotonic() < until:
            await self.settle()
            try:
                found = await look()
            except StoryError:
                found = None
            if found:
                return found
            await asyncio.sleep(_PAUSE_SECONDS)
        raise StoryError(f"this did not happen in time: {what}")
