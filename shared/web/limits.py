"""How much one caller may ask of one process, and how much may be under way at once."""

from http import HTTPStatus
from time import monotonic
from typing import Final

from shared.web.problems import WebError

_WINDOW_SECONDS: Final = 60.0
_MOST_CALLERS: Final = 10_000


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
