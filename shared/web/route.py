"""The guard in front of every route: token, limit, permission, headers, then the use case.

It sits in the route class, not in a dependency, because the framework reads and parses a body
before it asks a dependency: here nobody unknown gets a body read.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from secrets import token_hex
from time import monotonic
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.audit.records import record_replay
from shared.auth.call import Call, Trace
from shared.auth.permissions import Permissions
from shared.auth.precheck import InvalidTokenError
from shared.auth.principal import Principal
from shared.auth.tokens import USER_AUDIENCE
from shared.db.idempotency import Answer, Once, ReplayError
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    MissingVersionError,
    NotFoundError,
    RuleViolationError,
    StaleVersionError,
)
from shared.http.peer import OnBehalf
from shared.web.body import StrictRequest
from shared.web.kernel import CanReach, Kernel
from shared.web.problems import WebError

READS: Final = {"x-reads-only": True}
"""`openapi_extra` of a POST that writes nothing: a search, a check. It takes no Idempotency-Key."""

DELIVERY: Final = {"x-keyed-by-event": True}
"""`openapi_extra` of the POST that takes events: source and id are its key."""

CHANGE: Final = {"x-changes-version": True}
"""`openapi_extra` of a POST that changes the addressed record: If-Match is required."""

_DEADLINE_DIGITS: Final = 9
_BY_STATE: Final = (ConflictError, NotFoundError, RuleViolationError, StaleVersionError)
"""Refusals that follow from what is stored, and so from what an earlier request did."""

Handler = Callable[[Request], Awaitable[Response]]


def is_keyed(method: str, extra: dict[str, Any]) -> bool:
    """Whether an operation takes an Idempotency-Key: every POST that writes."""
    return method == "POST" and not {"x-reads-only", "x-keyed-by-event"} & set(extra)


def needs_version(method: str, extra: dict[str, Any]) -> bool:
    """Whether an operation needs If-Match: every change of a record that exists."""
    return method in {"PUT", "PATCH", "DELETE"} or "x-changes-version" in extra


class GuardedRoute(APIRoute):
    """A route that nobody passes unknown."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Put the guard in front of the framework's own handler."""
        handler: Handler = super().get_route_handler()
        queries = (
            frozenset(_query_names(self.dependant))
            if hasattr(self, "dependant")
            else frozenset[str]()
        )

        async def guarded(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            call = await self._admit(strict, queries)
            strict.state.call = call
            has_body = self.body_field is not None
            if has_body:
                await strict.body()
            # From here: a body that comes in slowly takes nothing of the time for peers.
            call.behalf = call.behalf.begun()
            return await _run(strict, call, handler, has_body=has_body)

        return guarded

    async def _admit(self, request: StrictRequest, queries: frozenset[str]) -> Call:
        kernel: Kernel = request.app.state.kernel
        permissions: Permissions = request.app.state.permissions
        principal, token = await _authenticate(request, kernel)
        kernel.limit.count(f"{principal.via or ''}|{principal.subject}")
        reaches = permissions.reaches(self.name, principal)
        _check_media(request, has_body=self.body_field is not None)
        _check_query(request, queries)
        trace: Trace = request.scope.get("trace") or Trace(token_hex(16), token_hex(8))
        key = self._key(request)
        call = Call(
            principal=principal,
            operation=self.name,
            reaches=reaches,
            now=kernel.clock(),
            trace=trace,
            behalf=OnBehalf(token, trace.traceparent(), _deadline(request), key),
            keyed_hash=kernel.ring.keyed_hash,
            status=self.status_code or HTTPStatus.OK,
        )
        self._read_version(request, call)
        if key is not None:
            call.once = await _once(request, call, key)
        return call

    def _key(self, request: Request) -> UUID | None:
        if not is_keyed(request.method, self.openapi_extra or {}):
            return None
        try:
            return UUID(request.headers["idempotency-key"])
        except (KeyError, ValueError):
            detail = "Stuur een Idempotency-Key mee: een UUID, bij elke nieuwe aanvraag een nieuwe."
            fault = Fault("header/Idempotency-Key", "missing-idempotency-key", detail)
            raise InvalidRequestError(detail, [fault]) from None

    def _read_version(self, request: Request, call: Call) -> None:
        if not needs_version(request.method, self.openapi_extra or {}):
            return
        call.if_match = request.headers.get("if-match")
        call.only_if_new = request.method == "PUT" and request.headers.get("if-none-match") == "*"
        if call.if_match is None and not call.only_if_new:
            raise MissingVersionError


async def _authenticate(request: Request, kernel: Kernel) -> tuple[Principal, str | None]:
    """The caller, and the user's token to pass on to peers."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidTokenError
    principal = await kernel.verifier.verify(token, USER_AUDIENCE, kernel.name)
    if not principal.is_service:
        return principal, token
    user_token = request.headers.get("buurtteam-user-token")
    if user_token is None:
        return principal, None
    user = await kernel.verifier.verify(user_token, USER_AUDIENCE)
    return replace(user, via=principal.subject), user_token


def _check_media(request: Request, *, has_body: bool) -> None:
    accept = request.headers.get("accept", "*/*")
    if not any(kind in accept for kind in ("application/json", "application/*", "*/*")):
        raise WebError(HTTPStatus.NOT_ACCEPTABLE)
    if not has_body:
        return
    media, _, rest = request.headers.get("content-type", "").partition(";")
    if media.strip().lower() not in {"application/json", "application/cloudevents+json"}:
        raise WebError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if "charset" in rest.lower() and "utf-8" not in rest.lower():
        raise WebError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _query_names(dependant: Dependant) -> Iterator[str]:
    """The query parameters of a route, those of its dependencies too."""
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from _query_names(each)


def _check_query(request: Request, known: frozenset[str]) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    faults = []
    if set(names) - known:
        allowed = ", ".join(sorted(known)) or "geen"
        faults.append(Fault("query", "unknown-parameter", f"Bekend zijn hier: {allowed}."))
    if len(set(names)) != len(names):
        faults.append(Fault("query", "repeated-parameter", "Noem een parameter één keer."))
    if faults:
        raise InvalidRequestError("De parameters in het adres kloppen niet.", faults)


def _deadline(request: Request) -> float | None:
    text = request.headers.get("request-deadline-ms", "")
    if not (text.isascii() and text.isdigit()) or len(text) > _DEADLINE_DIGITS:
        return None
    return monotonic() + int(text) / 1000


async def _once(request: StrictRequest, call: Call, key: UUID) -> Once:
    digest = hashlib.sha256(await request.body()).digest()
    asked = f"{request.method}\x1f{request.url.path}\x1f{request.url.query}\x1f".encode()
    principal = call.principal
    return Once(
        caller=f"{principal.client}|{principal.via or ''}|{principal.subject}",
        operation=call.operation,
        key=str(key),
        fingerprint=call.keyed_hash(asked + digest),
        at=call.now,
    )


async def _run(request: StrictRequest, call: Call, handler: Handler, *, has_body: bool) -> Response:
    kernel: Kernel = request.app.state.kernel
    if call.once is not None:
        known = await kernel.db.answered(call.once)
        if known is not None:
            return await _replay(request, call, known)
    if has_body and await request.body():
        # Read here: the framework turns every error of its own reading into one bare 400.
        await request.json()
    try:
        response = await handler(request)
    except ReplayError as replayed:
        return await _replay(request, call, replayed.answer)
    except _BY_STATE:
        # The same request, sent twice at once: the other one may have made the state that refuses.
        known = await kernel.db.answered(call.once) if call.once is not None else None
        if known is None:
            raise
        return await _replay(request, call, known)
    response.headers.update(call.headers)
    return response


async def _replay(request: Request, call: Call, answer: Answer) -> Response:
    """The answer given before, if the caller may still see what it was about; else 404."""
    can_reach: CanReach = request.app.state.can_reach
    if not await can_reach(call, answer.kind, answer.id):
        raise NotFoundError
    kernel: Kernel = request.app.state.kernel
    async with kernel.db.transaction() as session:
        await record_replay(session, call, answer.shown)
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _call(request: Request) -> Call:
    call: Call = request.state.call
    return call


async def _call_dependency(request: Request) -> Call:
    return _call(request)


Caller = Annotated[Call, Depends(_call_dependency)]
"""What a route hands to its use case."""
