"""A shift of the duty roster: bounded, and never put in what has been (Wmo 2015 art. 2.3.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.errors import ConflictError, Fault, InvalidRequestError

LONGEST: Final = timedelta(days=7)
ON_TIME: Final = timedelta(minutes=15)
"""A shift that is written down a quarter of an hour late was not put in the past."""

_OVER: Final = "Deze dienst is voorbij. Wat geweest is, verandert niet meer."
_BEGUN: Final = "Deze dienst is al begonnen. Het begin en wie het doet staan vast."


@dataclass(frozen=True, slots=True)
class Shift:
    """Who answers from-until, both moments as a clock on the wall in the municipality."""

    subject: str
    starts_at: datetime
    ends_at: datetime


def check_new(shift: Shift, now: datetime) -> None:
    """Raises `InvalidRequestError` for a shift that ends too soon, lasts too long or has been."""
    faults = _period(shift)
    if shift.starts_at < now - ON_TIME:
        detail = "Een dienst begint nu of later. In het verleden plannen kan niet."
        faults.append(Fault("/startsAt", "in-the-past", detail))
    _refuse(faults)


def check_change(known: Shift, wanted: Shift, now: datetime) -> None:
    """A running shift keeps its begin and its person, and may end now or later; one that is over
    stays as it was. Raises `InvalidRequestError` and `ConflictError`."""
    ensure_not_over(known, now)
    if known.starts_at > now:
        check_new(wanted, now)
        return
    if (known.subject, known.starts_at) != (wanted.subject, wanted.starts_at):
        raise ConflictError(_BEGUN)
    faults = _period(wanted)
    if wanted.ends_at < now - ON_TIME:
        detail = "Een dienst die loopt, eindigt nu of later."
        faults.append(Fault("/endsAt", "in-the-past", detail))
    _refuse(faults)


def ensure_not_over(shift: Shift, now: datetime) -> None:
    """Raises `ConflictError` for a shift that has been."""
    if shift.ends_at <= now:
        raise ConflictError(_OVER)


def _period(shift: Shift) -> list[Fault]:
    """Before and after are moments; seven days are counted on the wall, whatever the clock does."""
    if shift.ends_at.timestamp() <= shift.starts_at.timestamp():
        detail = "De dienst eindigt voordat hij begint."
        return [Fault("/endsAt", "ends-before-it-begins", detail)]
    if shift.ends_at - shift.starts_at > LONGEST:
        detail = "Een dienst duurt ten hoogste zeven dagen. Maak er meer dan één van."
        return [Fault("/endsAt", "too-long", detail)]
    return []


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidRequestError("Deze dienst klopt niet.", faults)
