"""From windows to figures: cost per request, percentiles, ratios, spread. Nothing here measures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Final

_MICRO: Final = 1_000_000
_MILLI: Final = 1_000


@dataclass(frozen=True, slots=True)
class Times:
    """How long an answer took, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @property
    def tail(self) -> float | None:
        """How much longer the slowest of a hundred take than the one in the middle."""
        return ratio(self.p99, self.p50)


@dataclass(frozen=True, slots=True)
class Window:
    """What was seen while one request was sent again and again. CPU is in seconds.

    `server` is the process that was asked, `peers` are the other services, `later` is what all of
    them and PostgreSQL did afterwards for what was asked. `others` is the share of the machine
    that was taken by what is not ours.
    """

    connections: int
    requests: int
    seconds: float
    server: float
    peers: float
    postgres: float
    later: float
    others: float
    times: Times

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def server_us(self) -> float:
        """Server CPU per request, in microseconds; so are the three below."""
        return self._each(self.server)

    @property
    def peers_us(self) -> float:
        return self._each(self.peers)

    @property
    def postgres_us(self) -> float:
        return self._each(self.postgres)

    @property
    def later_us(self) -> float:
        return self._each(self.later)

    def _each(self, seconds: float) -> float:
        return seconds / self.requests * _MICRO


@dataclass(frozen=True, slots=True)
class Sample:
    """A window of the product with the windows of its floors, taken right before it."""

    product: Window
    constant: Window
    statement: Window | None = None

    @property
    def cpu_to_constant(self) -> float | None:
        """Server CPU per request against an answer for which nothing is done."""
        return ratio(self.product.server_us, self.constant.server_us)

    @property
    def cpu_to_statement(self) -> float | None:
        """Server CPU per request against the same SQL statement and nothing else."""
        if self.statement is None:
            return None
        return ratio(self.product.server_us, self.statement.server_us)

    @property
    def both_to_statement(self) -> float | None:
        """The same for the CPU of server and PostgreSQL together."""
        if self.statement is None:
            return None
        product = self.product.server_us + self.product.postgres_us
        return ratio(product, self.statement.server_us + self.statement.postgres_us)

    @property
    def rate_to_statement(self) -> float | None:
        """Requests per second against that floor; below 1 it is slower."""
        return None if self.statement is None else ratio(self.product.rate, self.statement.rate)

    @property
    def tail_to_statement(self) -> float | None:
        """How much worse the tail is than that of the floor."""
        if self.statement is None:
            return None
        product, floor = self.product.times.tail, self.statement.times.tail
        return None if product is None or floor is None else ratio(product, floor)


RATIOS: Final = (
    "cpu_to_constant",
    "cpu_to_statement",
    "both_to_statement",
    "rate_to_statement",
    "tail_to_statement",
)
"""The names of the ratios of a sample."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of the repeats, and how far they lie apart."""

    middle: float
    low: float
    high: float


def ratio(above: float, below: float) -> float | None:
    """How many times as much; None where there is nothing to compare with."""
    return above / below if below else None


def spread(values: Iterable[float | None]) -> Spread | None:
    """Of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return Spread(median(known), min(known), max(known)) if known else None


def ratio_of(samples: Iterable[Sample], name: str) -> Spread | None:
    """One ratio over the repeats. Each repeat is divided by its own floor, never by a mean."""
    return spread(getattr(sample, name) for sample in samples)


def middle(windows: Sequence[Window], name: str) -> float:
    """The median of one figure over windows."""
    return float(median(getattr(window, name) for window in windows))


def times_of(windows: Sequence[Window]) -> Times:
    """Percentiles over the repeats: the median of each."""
    found = (median(getattr(w.times, name) for w in windows) for name in ("p50", "p95", "p99"))
    return Times(*found)


def times(seconds: Sequence[float]) -> Times:
    """The percentiles of how long answers took."""
    ordered = sorted(seconds)
    return Times(*(percentile(ordered, part) * _MILLI for part in (0.5, 0.95, 0.99)))


def percentile(ordered: Sequence[float], part: float) -> float:
    """The smallest value that is not exceeded by this part of them (nearest rank)."""
    return ordered[max(0, ceil(part * len(ordered)) - 1)]
