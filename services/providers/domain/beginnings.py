"""On which day help can have begun at a place that was held for it."""

from datetime import date, timedelta
from typing import Final

from shared.errors import ConflictError, Fault, InvalidRequestError

# Who tells us may have a clock that is past midnight while ours is not.
_SLACK: Final = timedelta(days=1)
_BEFORE: Final = "Op deze dag werd de plaats nog niet vastgehouden. Kies die dag of later."
_TO_COME: Final = "Deze dag ligt in de toekomst. Kies vandaag of eerder."
_ANOTHER: Final = "Voor deze plaats is al een andere begindag gemeld. Die dag blijft staan."


def ensure_can_begin(on: date, held_on: date, today: date) -> None:
    """Help begins on the day the place was first held or later, and is told when it has begun.

    Raises `InvalidRequestError` for a day before, and for one that is yet to come.
    """
    if on < held_on:
        raise InvalidRequestError(_BEFORE, [Fault("/on", "before-held", _BEFORE)])
    if on > today + _SLACK:
        raise InvalidRequestError(_TO_COME, [Fault("/on", "in-future", _TO_COME)])


def ensure_same_beginning(on: date, known: date | None) -> None:
    """Said twice is once; another day is no repetition. Raises `ConflictError`."""
    if known is not None and on != known:
        raise ConflictError(_ANOTHER)
