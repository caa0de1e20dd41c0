"""The only place that reads the system clock, and that knows where we are."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

Clock: TypeAlias = Callable[[], datetime]

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


def utc_now() -> datetime:
    """The moment now, in UTC. Tokens are always judged by this clock."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The day a citizen would name: policy changes at midnight in Amsterdam, not in UTC."""
    return moment.astimezone(AMSTERDAM).date()


def elapsed_ms(since: float) -> int:
    """Milliseconds since a reading of `time.monotonic`."""
    return int((monotonic() - since) * 1000)


def clock_from(offset_file: Path | None) -> Clock:
    """The clock of a service: the system's, or for trying out one that a file moves.

    The file holds a number of seconds to add, and is read again whenever it changes, so that a
    running demonstration can go from the first talk to the evaluation three months later.
    `ServiceSettings` refuses such a file in production.
    """
    if offset_file is None:
        return utc_now
    file, seen = offset_file, _Offset()

    def moved() -> datetime:
        stamp = file.stat().st_mtime_ns
        if stamp != seen.stamp:
            seen.stamp, seen.offset = stamp, timedelta(seconds=float(file.read_text()))
        return utc_now() + seen.offset

    return moved


class _Offset:
    """What was last read of the offset file."""

    stamp: int = -1
    offset: timedelta = timedelta()
