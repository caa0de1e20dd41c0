"""How much one caller may ask of one process, and how much may be under way at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from time import monotonic
from typing import Final

from shared.web.problems import WebError

_WINDOW_SECONDS: Final = 60.0
_MOST_CALLERS: Final = 10_000
_QUEUE_SECONDS: Final = 0.25
_RETRY_AFTER: Final = "1"


class RateLimit:
    """A fixed number of requests per caller and minute; beyond it 429 with Retry-After."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._counts: dict[str, int] = {}
        self._began = monotonic()

    def count(self, caller: str) -> None:
        """Count one request of a caller; `WebError` 429 when it is one too many."""
        elapsed = monotonic() - self._began
        if elapsed > _WINDOW_SECONDS or len(self._counts) > _MOST_CALLERS:
            self._counts, self._began, elapsed = {}, monotonic(), 0.0
        found = self._counts[caller] = self._counts.get(caller, 0) + 1
        if found > self._per_minute:
            wait = str(max(1, int(_WINDOW_SECONDS - elapsed)))
            raise WebError(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": wait})


class Gate:
    """So many requests under way in a process, so many waiting a moment; beyond it 503 at once.

    What cannot be served soon is refused while refusing is cheap: a caller that has given up is
    served by nobody, and a queue without a bound only makes all of them late.
    """

    def __init__(self, most: int, queue: int) -> None:
        self._free = most
        self._queue = queue
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Serve one request inside the block; `WebError` 503 when there is no room."""
        if self._free > 0:
            self._free -= 1
        else:
            await self._wait()
        try:
            yield
        finally:
            self._leave()

    async def _wait(self) -> None:
        if len(self._waiting) >= self._queue:
            raise _no_room()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(_QUEUE_SECONDS):
                await turn
        except BaseException as exc:
            if turn.done() and not turn.cancelled():
                # The place was given in the very moment of giving up: pass it on.
                self._leave()
            else:
                self._waiting.remove(turn)
            if isinstance(exc, TimeoutError):
                raise _no_room() from None
            raise

    def _leave(self) -> None:
        """Give the place to who waits longest, or back."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _no_room() -> WebError:
    return WebError(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": _RETRY_AFTER})
