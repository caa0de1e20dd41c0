"""How a peer in trouble is treated: few tries more, within a budget, and a circuit that opens.

Our own lines and no library: decision 0011 says why. Time, chance and waiting come from outside,
so that a test needs no sleeping.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from shared.errors import PeerUnavailableError

EXTRA_TRIES: Final = 2
LEAST_SECONDS: Final = 0.05
"""With less than this left a call is not sent: its answer would come to nobody."""

FAIR_SECONDS: Final = 1.0
"""A time-out of a call that was given less says nothing about the peer."""

_FIRST_TRY_SHARE: Final = 0.75
_FIRST_WAIT_SECONDS: Final = 0.1
_SHARE: Final = 0.2
_RESERVE: Final = 2.0
_MOST: Final = 10.0
_FAILURES: Final = 5
_OPEN_SECONDS: Final = 5.0
_JITTER: Final = 0.2


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time, chance and waiting, as the resilience of one peer knows them."""

    now: Callable[[], float] = monotonic
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class RetryBudget:
    """A token bucket: each call earns a fifth of a try, so tries add at most 20 % to the calls.

    A quiet process has a reserve for one call, and a busy one saves ten at most.
    """

    def __init__(self) -> None:
        self._tokens = _RESERVE

    def earn(self) -> None:
        """A call was made for the first time."""
        self._tokens = min(_MOST, self._tokens + _SHARE)

    def suffices(self) -> bool:
        """Whether one more try can be paid."""
        # A fifth is no binary fraction: five of them are a hair less than one.
        return self._tokens >= 1 - 1e-9

    def spend(self) -> bool:
        """Pay for one more try, if that can be paid."""
        if not self.suffices():
            return False
        self._tokens = max(0.0, self._tokens - 1)
        return True


@dataclass(slots=True)
class Attempt:
    """One call through a circuit. `healthy` stays None when it said nothing about the peer."""

    healthy: bool | None = None


class Circuit:
    """Opens after five failures in a row: calls fail at once, until a probe finds the peer back."""

    def __init__(self, peer: str, around: Surroundings) -> None:
        self._peer = peer
        self._around = around
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Let one call through, or raise `PeerUnavailableError` at once.

        The block sets `healthy`: True for any answer, False for none or for one that says the peer
        is in trouble. Left unset (cancelled, no token of our own), the next call may probe.
        """
        probe = self._admit()
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if probe:
                self._probing = False
            if attempt.healthy is not None:
                self._note(healthy=attempt.healthy)

    def _admit(self) -> bool:
        """Whether this call is the probe; raises while the circuit is open."""
        if self._open_until is None:
            return False
        if self._probing or self._around.now() < self._open_until:
            raise PeerUnavailableError(self._peer)
        self._probing = True
        return True

    def _note(self, *, healthy: bool) -> None:
        if healthy:
            self._failures, self._open_until = 0, None
            return
        self._failures += 1
        if self._failures >= _FAILURES:
            # Jittered, so that not all who wait for this peer try it at the same moment.
            stretch = 1 + _JITTER * (2 * self._around.chance() - 1)
            self._open_until = self._around.now() + _OPEN_SECONDS * stretch


@dataclass(slots=True)
class Guard:
    """The resilience of one peer in one process."""

    peer: str
    around: Surroundings = field(default_factory=Surroundings)
    budget: RetryBudget = field(default_factory=RetryBudget)
    circuit: Circuit = field(init=False)

    def __post_init__(self) -> None:
        self.circuit = Circuit(self.peer, self.around)

    def time_for(self, tried: int, left: float, *, repeatable: bool) -> float:
        """Seconds for one try: what is left, less something for a next one if there may be one."""
        again = repeatable and tried <= EXTRA_TRIES and self.budget.suffices()
        return left * _FIRST_TRY_SHARE if again else left

    async def may_retry(self, tried: int, until: float) -> bool:
        """Whether a safe call may be tried once more; waits a random part of a doubling time.

        No when it was tried enough, when the waiting would leave no time, when the budget is spent.
        """
        if tried > EXTRA_TRIES:
            return False
        wait = self.around.chance() * _FIRST_WAIT_SECONDS * 2**tried
        if until - self.around.now() - wait <= LEAST_SECONDS or not self.budget.spend():
            return False
        await self.around.sleep(wait)
        return True
