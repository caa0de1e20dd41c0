"""How a service is served: uvicorn, with the head of a request limited in time and size."""

import asyncio
import json
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.web.logs import configure_logging
from shared.web.problems import MEDIA_TYPE, PLAIN, problem_body

_HEAD_SECONDS: Final = 5.0
_HEAD_BYTES: Final = 16 * 1024
_HEAD_FIELDS: Final = 100


def _refusal() -> bytes:
    code, title, detail = PLAIN[431]
    body = json.dumps(problem_body(431, code, title, detail)).encode()
    head = (
        "HTTP/1.1 431 Request Header Fields Too Large\r\n"
        f"content-type: {MEDIA_TYPE}\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class GuardProtocol(HttpToolsProtocol):
    """Closes connections whose head is late or too large; uvicorn itself waits for ever."""

    _timer: asyncio.TimerHandle | None = None
    _seen = 0
    _chunk = 0
    _fields = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first head."""
        super().connection_made(transport)
        self._arm()

    def _arm(self) -> None:
        self._disarm()
        self._timer = self.loop.call_later(_HEAD_SECONDS, self._expire)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _too_large(self) -> None:
        self._disarm()
        self.transport.write(_refusal())
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Refuse a head that grows without an end."""
        self._chunk = len(data)
        if self._in_head:
            self._seen += len(data)
            if self._seen > _HEAD_BYTES and b"\r\n\r\n" not in data:
                self._too_large()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins. On a connection that stays, its clock starts with its first byte."""
        super().on_message_begin()
        self._seen, self._fields, self._in_head = self._chunk, 0, True
        if self._timer is None:
            self._arm()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count what the parser takes out of the head."""
        self._fields += 1
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: judge it, stop the clock, go on."""
        self._in_head = False
        self._disarm()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > _HEAD_BYTES or self._fields > _HEAD_FIELDS:
            self._too_large()
            return
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        self._disarm()
        super().connection_lost(exc)


def serve_config(app: ASGIApp, host: str, port: int, log_level: str = "INFO") -> uvicorn.Config:
    """The one way a service is served; it sets up the one way of logging too."""
    configure_logging(log_level)
    return uvicorn.Config(
        cast(Any, app),
        host=host,
        port=port,
        loop="uvloop",
        http=GuardProtocol,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        log_config=None,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=8,
        backlog=256,
        lifespan="on",
    )
