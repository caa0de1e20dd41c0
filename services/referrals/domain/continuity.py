"""Around and after help: when it ends, when somebody is spoken to again, and how it is recalled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.referrals.domain.lifecycle import Mover, ensure_request_moves
from shared.errors import ConflictError, Fault, InvalidRequestError
from shared.vocabulary import EndCause, ReferralStatus

_S: Final = ReferralStatus

RETURN_IN: Final = (_S.PLACING, _S.DELIVERING)
"""The states in which it is agreed when the person can go back to the team (AMS-REF-11)."""

_ORDER: Final = tuple(EndCause)


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of help that is known, and by what it ends."""

    on: date
    cause: EndCause


def earliest(endings: Iterable[Ending]) -> Ending | None:
    """By what help ends first; two causes on one day are named in a fixed order."""
    return min(endings, key=lambda each: (each.on, _ORDER.index(each.cause)), default=None)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often somebody keeps in touch, and until when that was planned."""

    every_days: int
    until: date | None


def next_contact(rhythm: Rhythm, on: date, today: date) -> date:
    """The day of the next contact after one on a day: on the last planned day at the latest.

    After that day it goes on in the same rhythm, until the team ends the aftercare: nobody is let
    go by a date that passes.
    """
    planned = on + timedelta(days=rhythm.every_days)
    if rhythm.until is not None and on < rhythm.until:
        planned = min(planned, rhythm.until)
    return max(planned, today)


def ensure_until(until: date | None, next_contact_on: date) -> None:
    """There is a contact before the last planned day; else `InvalidRequestError`."""
    if until is not None and until < next_contact_on:
        detail = "De laatste dag ligt voor het eerste contact. Kies een latere dag."
        raise InvalidRequestError(detail, [Fault("/until", "before-contact", detail)])


def ensure_recallable(current: ReferralStatus) -> None:
    """Only from aftercare is help recalled; else `ConflictError` that says what can be done."""
    if current is _S.ENDED:
        raise ConflictError(
            "Deze hulp is beëindigd, zonder nazorg. Vraag haar aan met een nieuwe aanvraag."
        )
    ensure_request_moves(current, _S.PLACING, Mover.TEAM)


def recalled_to(*, decision_over: bool) -> ReferralStatus:
    """Where a recalled request goes on: to a provider, or first to who decides on it anew."""
    return _S.JUDGING if decision_over else _S.PLACING
