"""How much room there is on a day, by what was said about the days to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """So many places in all from a day on, and when that was said."""

    from_day: date
    places: int
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """The places in all on one day, and when that was last said."""

    places: int
    stated_at: datetime

    def free(self, taken: int) -> int:
        """Places that nobody has. Fewer places than are taken is a room that empties first."""
        return max(0, self.places - taken)


def in_force(changes: Iterable[Stated], day: date) -> Stated | None:
    """The last change that holds on a day, if any does."""
    begun = [change for change in changes if change.from_day <= day]
    return max(begun, key=lambda change: change.from_day, default=None)


def room_on(now: Room, changes: Sequence[Stated], day: date) -> Room:
    """The room on a day: what is so now, unless something was said about a day up to then."""
    change = in_force(changes, day)
    return now if change is None else Room(change.places, change.stated_at)


def still_free(free: int, ceiling_left: int | None) -> int:
    """Places that may be given: free, and within a decided ceiling where there is one."""
    return free if ceiling_left is None else min(free, max(0, ceiling_left))
