"""Calls to a peer: one deadline, few safe retries, one map of failures; no httpx type leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
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
from shared.http.resilience import FAIR_SECONDS, LEAST_SECONDS, Guard
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
    """For whom a peer is asked: the user's token as received, the trace, the time that is left.

    All calls of one request share its deadline. Work without a request (a job) has none: there
    each call has a time of its own.
    """

    user_token: str | None = None
    traceparent: str | None = None
    deadline: float | None = field(default=None)
    key: UUID | None = field(default=None)

    def seconds_left(self) -> float:
        """Seconds until the caller stops listening, at most what one call may take."""
        if self.deadline is None:
            return TOTAL_SECONDS
        return min(TOTAL_SECONDS, self.deadline - monotonic())

    def begun(self) -> "OnBehalf":
        """The same with a deadline: that of the caller, else what one request has, from now."""
        if self.deadline is not None:
            return self
        return replace(self, deadline=monotonic() + TOTAL_SECONDS)

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


@dataclass(frozen=True, slots=True)
class _Request:
    """One question, however often it is tried."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: str | None = None
    repeatable: bool = True


class _NoAnswerError(Exception):
    """One try got no answer, or a 503: who may repeat it may try again."""


class PeerClient:
    """One peer. A service's `clients.py` has one line per question it asks through this."""

    def __init__(
        self,
        peer: str,
        base_url: str,
        http: HttpClient,
        token: ServiceToken,
        guard: Guard | None = None,
    ) -> None:
        self._peer = peer
        self._base = f"{base_url.rstrip('/')}/{peer}/v1"
        self._http = http
        self._token = token
        self._guard = guard or Guard(peer)

    async def get(self, path: str, returns: type[AnswerT], behalf: OnBehalf) -> AnswerT:
        """Read one resource; `NotFoundError` when it is not there for this user."""
        return self._judge(await self._send(_Request("GET", path), behalf), returns)

    async def post(
        self,
        path: str,
        body: RequestModel,
        returns: type[AnswerT],
        behalf: OnBehalf,
        step: str = "",
    ) -> AnswerT:
        """Send a body. With `step` the call is keyed, by a key derived from the request's own.

        Without `step` it is a question that writes nothing. Both may be repeated; a step for which
        there is no key may not.
        """
        headers = {"Content-Type": "application/json"}
        key = behalf.step(step) if step else None
        if key is not None:
            headers["Idempotency-Key"] = key
        content = body.model_dump_json(by_alias=True, exclude_none=True)
        repeatable = not step or key is not None
        request = _Request("POST", path, headers, content, repeatable)
        return self._judge(await self._send(request, behalf), returns)

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

    async def _send(self, request: _Request, behalf: OnBehalf) -> httpx.Response:
        """The answer to one question; its tries share one deadline."""
        guard, tried = self._guard, 1
        until = guard.around.now() + behalf.seconds_left()
        headers = {**request.headers, **await self._identity(behalf)}
        guard.budget.earn()
        while True:
            left = until - guard.around.now()
            if left <= LEAST_SECONDS:
                raise PeerUnavailableError(self._peer)
            seconds = guard.time_for(tried, left, repeatable=request.repeatable)
            try:
                return await self._try(request, headers, seconds)
            except _NoAnswerError as exc:
                if not request.repeatable or not await guard.may_retry(tried, until):
                    raise PeerUnavailableError(self._peer) from exc
            tried += 1

    async def _try(
        self, request: _Request, headers: Mapping[str, str], seconds: float
    ) -> httpx.Response:
        """One try, and what it says about the peer."""
        with self._guard.circuit.attempt() as attempt:
            try:
                response = await self._within(request, headers, seconds)
            except TimeoutError as exc:
                # Who asks with hardly any time left does not make the peer a bad one.
                attempt.healthy = False if seconds >= FAIR_SECONDS else None
                raise _NoAnswerError from exc
            except httpx.HTTPError as exc:
                attempt.healthy = False
                raise _NoAnswerError from exc
            attempt.healthy = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            raise _NoAnswerError
        return response

    async def _within(
        self, request: _Request, headers: Mapping[str, str], seconds: float
    ) -> httpx.Response:
        """One try in so many seconds; the next hop is given less."""
        told = {"Request-Deadline-Ms": str(max(1, int((seconds - LEAST_SECONDS) * 1000)))}
        # httpx limits each read, not the whole: a dripping peer would hold us for ever.
        async with asyncio.timeout(seconds):
            return await self._http.request(
                request.method,
                f"{self._base}{request.path}",
                headers={**headers, **told},
                content=request.content,
            )

    async def _identity(self, behalf: OnBehalf) -> dict[str, str]:
        try:
            async with asyncio.timeout(max(0.0, behalf.seconds_left())):
                headers = {"Authorization": f"Bearer {await self._token()}"}
        except TimeoutError as exc:
            raise PeerUnavailableError("issuer") from exc
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
