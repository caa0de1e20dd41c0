"""The life of an entry in a transfer as a table: one person's help that moves (AMS-PLN-40)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import HANDED_OVER
from services.referrals.domain.lifecycle import CLOSED_REQUESTS
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.vocabulary import ReferralStatus, TransferStatus

_T: Final = TransferStatus


class TransferHand(StrEnum):
    """By whose hand an entry goes on: the provider that helps, the team of the plan, or neither."""

    PROVIDER = "provider"
    TEAM = "team"
    SYSTEM = "system"


_PROVIDER: Final = frozenset({TransferHand.PROVIDER})
_TEAM: Final = frozenset({TransferHand.TEAM})
_BOTH: Final = _PROVIDER | _TEAM
_OR_BY_ITSELF: Final = frozenset({TransferHand.PROVIDER, TransferHand.SYSTEM})

ENTRY: Final[Mapping[tuple[TransferStatus, TransferStatus], frozenset[TransferHand]]] = (
    MappingProxyType(
        {
            (_T.LISTED, _T.PROPOSED): _PROVIDER,
            (_T.LISTED, _T.STAYS): _BOTH,
            (_T.LISTED, _T.WITHDRAWN): _OR_BY_ITSELF,
            (_T.PROPOSED, _T.ACCEPTED): _TEAM,
            (_T.PROPOSED, _T.STAYS): _BOTH,
            (_T.PROPOSED, _T.WITHDRAWN): _OR_BY_ITSELF,
            (_T.ACCEPTED, _T.ACCEPTED): _TEAM,
            (_T.ACCEPTED, _T.DOUBLE): _TEAM,
            (_T.ACCEPTED, _T.HANDED_OVER): _TEAM,
            (_T.ACCEPTED, _T.STAYS): _BOTH,
            (_T.ACCEPTED, _T.WITHDRAWN): _TEAM,
            (_T.DOUBLE, _T.DOUBLE): _TEAM,
            (_T.DOUBLE, _T.HANDED_OVER): _TEAM,
            (_T.DOUBLE, _T.STAYS): _BOTH,
            (_T.DOUBLE, _T.WITHDRAWN): _TEAM,
        }
    )
)
"""A team that took over can link another referral, or agree other days, before it is handed over.
What a team took over ends by the team only: the provider cannot take it back behind its back."""

UNFINISHED: Final = (_T.LISTED, _T.PROPOSED, _T.ACCEPTED, _T.DOUBLE)
"""The states in which somebody is still to do something, and one per attempt or registration."""

NOT_TAKEN_OVER: Final = (_T.LISTED, _T.PROPOSED)
"""The states in which nothing was agreed with the team yet: they end with what they rest on."""

_A_YEAR: Final = timedelta(days=366)


class TransferNote(StrEnum):
    """Why an entry lies on the desk of the coordinator."""

    PROPOSED = "proposed"
    PHASE_ENDS = "phase_ends"
    PHASE_OVER = "phase_over"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class NewHelp:
    """The new referral by which another provider helps, and since when it does."""

    referral: UUID
    household: UUID
    status: ReferralStatus
    started_on: date | None


def ensure_entry_moves(
    current: TransferStatus, to: TransferStatus, hands: Collection[TransferHand]
) -> None:
    """Raises `ConflictError` when an entry cannot go there from here, or not by these hands."""
    if ENTRY.get((current, to), frozenset()) & set(hands):
        return
    after = sorted({end.value for start, end in ENTRY if start is current})
    possible = ", ".join(after) or "niets meer"
    raise ConflictError(
        f"Dit onderdeel van de overdracht heeft nu de stand {current.value}; "
        f"daarna kan alleen: {possible}."
    )


def ensure_one_help(attempt: UUID | None, registration: UUID | None) -> None:
    """An entry is about one attempt or about one registration; else `InvalidRequestError`."""
    if (attempt is None) == (registration is None):
        detail = "Noem een aanbod (attemptId) of een aanmelding (directRegistrationId): een ervan."
        raise InvalidRequestError(detail, [Fault("/attemptId", "one-of-two", detail)])


def ensure_nothing_to_wish(*, finishes: bool, wishes: str | None) -> None:
    """Of help that is finished here nothing moves, so nothing is kept of what the person wishes."""
    if finishes and wishes is not None:
        detail = "Deze hulp wordt hier afgemaakt: er gaat niets over. Laat de wensen weg."
        raise InvalidRequestError(detail, [Fault("/wishes", "not-needed", detail)])


def ensure_runs(*, started: bool, pointer: str) -> None:
    """Only help that runs is handed over; else `RuleViolationError`."""
    if not started:
        detail = "Deze hulp loopt niet. Alleen hulp die is begonnen wordt overgedragen."
        raise RuleViolationError(detail, [Fault(pointer, "not-started", detail)])


def ensure_near_day(day: date | None, today: date, pointer: str) -> None:
    """A day of a transfer is within a year of today; further away is a mistake in the year."""
    if day is not None and abs(day - today) > _A_YEAR:
        detail = "Deze dag ligt meer dan een jaar van vandaag. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-far", detail)])


def ensure_heard(*, plan: bool, contact: bool, registered: bool) -> None:
    """Somebody at the team hears of it: by the plan, or by the contact that the provider made.

    Raises `RuleViolationError` where nobody does; the entry stays on the list.
    """
    if registered and not contact:
        detail = (
            "Een eigen aanmelding heeft geen coördinator. Breng de vraag met de cliënt als contact "
            "naar het team en noem dat contact (contactId). Tot dan blijft dit op de lijst."
        )
        raise RuleViolationError(detail, [Fault("/contactId", "contact-first", detail)])
    if not registered and contact:
        detail = "Van deze hulp weet het team al. Laat het contact weg."
        raise InvalidRequestError(detail, [Fault("/contactId", "not-needed", detail)])
    if not registered and not plan:
        detail = (
            "Voor deze hulp is er nog geen plan, en dus geen coördinator die dit leest. Vraag het "
            "wie de hulp aanvroeg. Tot dan blijft dit op de lijst."
        )
        raise RuleViolationError(detail, [Fault("/agreedByPerson", "no-plan-yet", detail)])


def ensure_new_help(new: NewHelp, old: UUID | None, household: UUID | None) -> None:
    """The help of another provider is a new referral of the same household that goes on."""
    if new.status in CLOSED_REQUESTS or new.referral == old or new.household != household:
        raise new_help_missing()


def new_help_missing() -> RuleViolationError:
    """There is no such new referral, or the caller may not see it: one answer for both."""
    detail = "Dit is geen nieuwe lopende verwijzing van dit huishouden. Maak die eerst."
    return RuleViolationError(detail, [Fault("/referralId", "not-the-new-help", detail)])


def ensure_double(period: tuple[date, date], days: int, started_on: date | None) -> None:
    """Both help no longer than was agreed, and not before the help that moves began.

    `days` counts both the first day and the last.
    """
    begin, end = period
    if end < begin:
        detail = "De laatste dag ligt op of na de eerste dag."
        raise InvalidRequestError(detail, [Fault("/endsOn", "ends-before-begin", detail)])
    _ensure_after(started_on, begin, "/startsOn")
    if (end - begin).days + 1 > days:
        detail = f"Samen helpen mag volgens de afspraken hoogstens {days} dagen. Maak het korter."
        raise RuleViolationError(detail, [Fault("/endsOn", "longer-than-agreed", detail)])


def ensure_handover(on: date, begins: Collection[date | None], new: NewHelp | None) -> None:
    """Help moves on a day on which it ran, and on which the new help was there: no gap.

    `begins`: the days before which it cannot be, the help that moves and the help by both.
    """
    for begin in begins:
        _ensure_after(begin, on, "/on")
    if new is not None and (new.started_on is None or new.started_on > on):
        detail = (
            "De nieuwe hulp was op deze dag nog niet begonnen. Draag pas over als die er is; tot "
            "dan helpt de aanbieder verder."
        )
        raise RuleViolationError(detail, [Fault("/on", "new-help-not-started", detail)])


def _ensure_after(begin: date | None, day: date, pointer: str) -> None:
    if begin is not None and day < begin:
        detail = "Deze dag ligt voor het begin van de hulp. Kies de dag van het begin of later."
        raise InvalidRequestError(detail, [Fault(pointer, "before-start", detail)])


def ensure_was_handed_over(code: str, *, handed_over: bool) -> None:
    """Help stops as handed over only when the team recorded that it was; else `RuleViolationError`.

    So nobody is without help because each thought that the other was there.
    """
    if code == HANDED_OVER and not handed_over:
        detail = "Het team heeft de overdracht nog niet vastgelegd. Help verder tot die er staat."
        raise RuleViolationError(detail, [Fault("/code", "not-handed-over", detail)])


def is_overdue(status: TransferStatus, ends_on: date, today: date) -> bool:
    """The last day of the phase is over and the help has not moved."""
    return status in UNFINISHED and ends_on < today


def notes_due(
    told: Mapping[TransferNote, date | None], ends_on: date, today: date, ahead: timedelta
) -> TransferNote | None:
    """What the coordinator has not heard yet about the last day of a phase, if anything."""
    if ends_on < today:
        return TransferNote.PHASE_OVER if told[TransferNote.PHASE_OVER] is None else None
    near = ends_on <= today + ahead
    return TransferNote.PHASE_ENDS if near and told[TransferNote.PHASE_ENDS] is None else None
