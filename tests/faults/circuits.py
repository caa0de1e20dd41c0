"""What a circuit must do, told as a check that any caller of a peer can be put to."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from tests.faults.fault import Fault, always
from tests.faults.proxy import Proxy

FAILURES: Final = 5
_OPEN_AT_LEAST: Final = 4.0
_OPEN_AT_MOST: Final = 6.0
_MORE: Final = 20
_AT_ONCE: Final = 4
_PROBE_SECONDS: Final = 0.4

Ask = Callable[[], Awaitable[int]]
"""Ask the caller something for which it needs the peer; the status of its answer."""


async def check_opens(ask: Ask, way: Proxy, path: str) -> None:
    """After five failures in a row the peer is asked nothing more."""
    before, way.choose = len(way.asked(path)), always(Fault.RESET, path)
    for _ in range(FAILURES):
        assert await ask() == 503
    calls, connections = len(way.asked(path)), way.connections
    assert calls - before >= FAILURES, "it opened before there was reason to"
    for _ in range(_MORE):
        assert await ask() == 503
    more = len(way.asked(path)) - before
    assert more == FAILURES, f"an open circuit asks nobody ({more})"
    assert way.connections == connections, "an open circuit does not even connect"


async def check_closes(ask: Ask, way: Proxy, path: str, good: int) -> None:
    """The peer is back, and slow: one probe finds out, and only then all others go through."""
    way.choose, way.late_seconds = always(Fault.LATENCY, path), _PROBE_SECONDS
    before, opened = len(way.asked(path)), monotonic()
    while len(way.asked(path)) == before:
        assert monotonic() - opened < _OPEN_AT_MOST + 2, "nobody probes"
        answers = await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
        await asyncio.sleep(0.1)
    assert len(way.asked(path)) - before == 1, "one probe, not a crowd"
    assert sorted(answers) == sorted([good, *[503] * (_AT_ONCE - 1)])
    way.mend()
    assert await asyncio.gather(*(ask() for _ in range(_AT_ONCE))) == [good] * _AT_ONCE
