"""Calls to a peer service: one deadline, one mapping of failures, no httpx type leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import (
    ConflictError,
    DomainError,
    Fault,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PeerUnavailableError,
    StaleVersionError,
)
from shared.http.client import TOTAL_SECONDS, HttpClient
from shared.identifiers import derived_key
from shared.schemas.base import RequestModel, ResponseModel

AnswerT = TypeVar("AnswerT", bound=ResponseModel)
ServiceToken = Callable[[], Awaitable[str]]

_OUTCOMES: Final[Mapping[int, type[DomainError]]] = {
    HTTPStatus.BAD_REQUEST: InvalidRequestError,
    HTTPStatus.FORBIDDEN: ForbiddenError,
    HTTPStatus.CONFLICT: ConflictError,
}


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For whom a peer is asked: the user's token as received, the trace, the time that is left."""

    user_token: str | None = None
    traceparent: str | None = None
    deadline: float | None = field(default=None)
    key: UUID | None = field(default=None)

    def seconds_left(self) -> float:
        """Seconds until the caller stops listening, at most the total for one call."""
        if self.deadline is None:
            return TOTAL_SECONDS
        return min(TOTAL_SECONDS, self.deadline - monotonic())

    def step(self, step: str) -> str | None:
        """The derived Idempotency-Key of one call inside a keyed request."""
        return None if self.key is None else str(derived_key(self.key, step))


class _Problem(BaseModel):
    model_config = ConfigDict(extra="ignore")

    detail: str = "De andere dienst zegt nee."
    errors: tuple[dict[str, Any], ...] = ()

    def faults(self) -> tuple[Fault, ...]:
        return tuple(
            Fault(
                str(item.get("pointer", "")), str(item.get("code", "")), str(item.get("detail", ""))
            )
            for item in self.errors
        )


class PeerClient:
    """One peer. A service's `clients.py` has one line per question it asks through this."""

    def __init__(self, peer: str, base_url: str, http: HttpClient, token: ServiceToken) -> None:
        self._peer = peer
        self._base = f"{base_url.rstrip('/')}/{peer}/v1"
        self._http = http
        self._token = token

    async def get(self, path: str, returns: type[AnswerT], behalf: OnBehalf) -> AnswerT:
        """Read one resource; `NotFoundError` when it is not there for this user."""
        return self._judge(await self._send("GET", path, behalf, {}), returns)

    async def post(
        self,
        path: str,
        body: RequestModel,
        returns: type[AnswerT],
        behalf: OnBehalf,
        step: str = "",
    ) -> AnswerT:
        """Send a body. With `step` the call is keyed, by a key derived from the request's own."""
        headers = {"Content-Type": "application/json"}
        key = behalf.step(step) if step else None
        if key is not None:
            headers["Idempotency-Key"] = key
        content = body.model_dump_json(by_alias=True, exclude_none=True)
        return self._judge(await self._send("POST", path, behalf, headers, content), returns)

    def _judge(self, response: httpx.Response, returns: type[AnswerT]) -> AnswerT:
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise NotFoundError
        if response.status_code in _OUTCOMES:
            raise _refusal(response)
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:
            raise StaleVersionError
        if not response.is_success:
            raise PeerUnavailableError(self._peer)
        try:
            return returns.model_validate_json(response.content)
        except ValidationError as exc:
            raise PeerUnavailableError(self._peer) from exc

    async def _send(
        self,
        method: str,
        path: str,
        behalf: OnBehalf,
        headers: dict[str, str],
        content: str | None = None,
    ) -> httpx.Response:
        seconds = behalf.seconds_left()
        if seconds <= 0:
            raise PeerUnavailableError(self._peer)
        try:
            # httpx limits each read, not the whole: a dripping peer would hold us for ever.
            async with asyncio.timeout(seconds):
                everything = {**headers, **await self._identity(behalf)}
                everything["Request-Deadline-Ms"] = str(max(1, int(seconds * 1000) - 50))
                return await self._http.request(
                    method, f"{self._base}{path}", headers=everything, content=content
                )
        except (httpx.HTTPError, TimeoutError) as exc:
            raise PeerUnavailableError(self._peer) from exc

    async def _identity(self, behalf: OnBehalf) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {await self._token()}"}
        if behalf.user_token is not None:
            headers["Buurtteam-User-Token"] = behalf.user_token
        if behalf.traceparent is not None:
            headers["traceparent"] = behalf.traceparent
        return headers


def _refusal(response: httpx.Response) -> DomainError:
    """A peer's no, in the peer's own words: they are written for the person who asked."""
    try:
        problem = _Problem.model_validate_json(response.content)
    except ValidationError:
        problem = _Problem()
    return _OUTCOMES[response.status_code](problem.detail, problem.faults())
