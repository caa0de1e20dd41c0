"""The edge of every service, in pure ASGI: limits, headers, trace, metrics and one log line."""

import asyncio
import logging
import re
from collections.abc import MutableMapping
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth.call import Trace
from shared.clock import elapsed_ms
from shared.web.limits import Gate
from shared.web.logs import exception_facts
from shared.web.problems import WebError, plain_problem

VERSION: Final = "1.0.0"
_BODY_SECONDS: Final = 10.0
_ALWAYS_ANSWERED: Final = ("livez", "readyz", "metrics")
_LENGTH_DIGITS: Final = 15
_TRACEPARENT: Final = re.compile(r"\A00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}\Z")
_NO_TRACE: Final = "0" * 32

SECURITY_HEADERS: Final = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_log = logging.getLogger("buurtteam.access")
_errors = logging.getLogger("buurtteam.errors")


class _TooLargeError(Exception):
    """The body is over the limit."""


class _TooSlowError(Exception):
    """The body did not arrive in time."""


class Meter:
    """Counts and times per operation; labels are operation ids, never paths or ids of people."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "requests",
            "Requests answered.",
            ["service", "operation", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "request_seconds", "Time to answer.", ["service", "operation"], registry=self.registry
        )
        self._service = service

    def count(self, operation: str, status: int, seconds: float) -> None:
        """One request answered."""
        self._requests.labels(self._service, operation, str(status)).inc()
        self._seconds.labels(self._service, operation).observe(seconds)


class Edge:
    """Wraps the application of one service."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        body_limit: int,
        meter: Meter,
        gate: Gate | None = None,
    ) -> None:
        self._app = app
        self._service = service
        self._body_limit = body_limit
        self._meter = meter
        self._gate = gate
        self._ungated = frozenset(f"/{service}/{name}" for name in _ALWAYS_ANSWERED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: nothing of it is logged but what stands in `_line`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, trace = monotonic(), _trace(scope)
        scope["trace"] = trace
        status, started = [500], [False]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0], started[0] = message["status"], True
                _add_headers(message, trace)
            await send(message)

        try:
            await self._limited(scope, receive, answer)
        except Exception as exc:
            # Answered here, or it would leave without the headers every answer has. The text of
            # the exception may hold what was sent, so only its kind and its place are logged.
            _errors.error(
                {"service": self._service, "trace": trace.trace_id, **exception_facts(exc)}
            )
            if not started[0]:
                await plain_problem(500)(scope, receive, answer)
        finally:
            self._line(scope, status[0], began, trace)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "0")
        known = length.isascii() and length.isdigit() and len(length) <= _LENGTH_DIGITS
        if not known or int(length) > self._body_limit:
            await plain_problem(413, {"Connection": "close"})(scope, receive, send)
            return
        guarded, started = self._receiver(receive), [False]

        async def note(message: Message) -> None:
            started[0] = True
            await send(message)

        try:
            await self._admitted(scope, guarded, note)
        except (_TooLargeError, _TooSlowError) as exc:
            if started[0]:
                raise
            status = 413 if isinstance(exc, _TooLargeError) else 408
            await plain_problem(status, {"Connection": "close"})(scope, receive, send)

    async def _admitted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it if there is room, else 503 at once: nothing of the body was read."""
        if self._gate is None or scope["path"] in self._ungated:
            await self._app(scope, receive, send)
            return
        try:
            async with self._gate.passing():
                await self._app(scope, receive, send)
        except WebError as exc:
            # Only the gate's: what the application raises, it has answered itself.
            headers = {**exc.headers, "Connection": "close"} if _has_body(scope) else exc.headers
            await plain_problem(exc.status, headers)(scope, receive, send)

    def _receiver(self, receive: Receive) -> Receive:
        seen = [0]
        until = monotonic() + _BODY_SECONDS
        done = [False]

        async def guarded() -> Message:
            if done[0]:
                return await receive()
            try:
                async with asyncio.timeout(max(0.01, until - monotonic())):
                    message = await receive()
            except TimeoutError as exc:
                raise _TooSlowError from exc
            seen[0] += len(message.get("body", b""))
            done[0] = not message.get("more_body", False)
            if seen[0] > self._body_limit:
                raise _TooLargeError
            return message

        return guarded

    def _line(self, scope: Scope, status: int, began: float, trace: Trace) -> None:
        route = scope.get("route")
        operation = getattr(route, "name", None) or "none"
        self._meter.count(operation, status, monotonic() - began)
        call = scope.get("state", {}).get("call")
        line: MutableMapping[str, Any] = {
            "service": self._service,
            "operation": operation,
            "method": scope["method"],
            "status": status,
            "ms": elapsed_ms(began),
            "trace": trace.trace_id,
            "span": trace.span_id,
        }
        if call is not None:
            line["subject"] = call.principal.subject
            line["client"] = call.principal.client
        _log.info(line)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _trace(scope: Scope) -> Trace:
    found = _TRACEPARENT.match(Headers(scope=scope).get("traceparent", ""))
    if found is None or found[1] == _NO_TRACE:
        return Trace(token_hex(16), token_hex(8))
    return Trace(found[1], token_hex(8), found[2])


def _add_headers(message: Message, trace: Trace) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers["traceresponse"] = trace.traceparent()
