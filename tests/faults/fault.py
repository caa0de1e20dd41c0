"""What can go wrong between two services, and which request meets it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final


class Fault(StrEnum):
    """What can go wrong between two services. In the last five the receiver is never asked."""

    LATENCY = "latency"
    """Passed on later than the caller listens: the effect comes after the caller gave up."""
    ANSWER_LOST = "answer_lost"
    """Passed on, and the connection is reset before the answer leaves."""
    CUT = "cut"
    """Passed on; of the answer the first half comes."""
    DRIP = "drip"
    """Passed on; the answer comes a byte at a time."""
    GARBAGE = "garbage"
    """Passed on; what comes back is no HTTP."""
    BLACKHOLE = "blackhole"
    """Taken in, and then nothing."""
    RESET = "reset"
    """The connection is reset."""
    UNAVAILABLE = "unavailable"
    """503 and nothing else."""
    BUSY = "busy"
    """503 with Retry-After."""
    BROKEN = "broken"
    """500."""


AFTER_THE_EFFECT: Final = (
    Fault.LATENCY,
    Fault.ANSWER_LOST,
    Fault.CUT,
    Fault.DRIP,
    Fault.GARBAGE,
)
"""The receiver did what was asked, and the caller does not hear it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came by."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = field(repr=False)
    at: float
    fault: Fault | None = None

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]

    @property
    def deadline_ms(self) -> int:
        """How long the caller still listens, as it says itself."""
        return int(self.headers["request-deadline-ms"])

    @property
    def trace(self) -> str:
        """The trace this request belongs to."""
        return self.headers["traceparent"].split("-")[1]


Choose = Callable[[Seen], Fault | None]
"""Which fault a request meets; None passes it on."""


def nothing(_request: Seen) -> Fault | None:
    """Everything passes."""
    return None


def always(fault: Fault, path: str = "") -> Choose:
    """The same fault for every request to a path that ends so."""
    return lambda request: fault if request.path.endswith(path) else None


def times(count: int, fault: Fault, path: str = "") -> Choose:
    """The same fault so many times, then nothing."""
    left = [count]

    def choose(request: Seen) -> Fault | None:
        if not request.path.endswith(path) or left[0] == 0:
            return None
        left[0] -= 1
        return fault

    return choose


def seeded(seed: int, share: float, faults: Sequence[Fault] = tuple(Fault)) -> Choose:
    """A share of the requests is disturbed, by a fault drawn from those that fired least."""
    chance, drawn = Random(seed), Counter(dict.fromkeys(faults, 0))  # noqa: S311  a test's dice

    def choose(_request: Seen) -> Fault | None:
        if chance.random() >= share:
            return None
        least = min(drawn.values())
        fault = chance.choice([each for each, count in drawn.items() if count == least])
        drawn[fault] += 1
        return fault

    return choose
