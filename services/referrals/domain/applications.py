"""The life of an application, an objection and a grant, and the legal terms around them.

Terms are data of the stelsel (`legal_clocks`, `clock_changes`). A term that ends on a Saturday,
Sunday or holiday ends on the next working day (Algemene termijnenwet 1). While something is missing
that only the person can give, the days stand still (Awb 4:15). A term that is over is a flag for a
person to act on; nothing is ever decided by it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from services.referrals.domain.judging import party_label
from shared.calendar import TermUnit, due
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import LegalClock, Stelsel
from shared.stelsel.routes import clock_of, days_of
from shared.vocabulary import ApplicationStatus, GrantStatus, ObjectionStatus

_A: Final = ApplicationStatus
_G: Final = GrantStatus
_O: Final = ObjectionStatus

GRANTOR: Final = "gemeente"
"""The party that every stelsel has and that decides where no route names another (Wmo 2.6.3)."""

OPEN_APPLICATIONS: Final = (_A.RECEIVED, _A.SUSPENDED)
DECIDED: Final = (_A.GRANTED, _A.REJECTED)

APPLICATION: Final[Mapping[ApplicationStatus, frozenset[ApplicationStatus]]] = MappingProxyType(
    {
        _A.RECEIVED: frozenset({_A.SUSPENDED, *DECIDED, _A.WITHDRAWN}),
        _A.SUSPENDED: frozenset({_A.RECEIVED, *DECIDED, _A.WITHDRAWN}),
        # An objection that is upheld: a decision in its place follows (Awb 7:11 lid 2).
        _A.GRANTED: frozenset({_A.RECEIVED}),
        _A.REJECTED: frozenset({_A.RECEIVED}),
        _A.WITHDRAWN: frozenset(),
    }
)

UPHELD: Final = (_O.UPHELD, _O.PARTLY_UPHELD)
OBJECTION: Final[Mapping[ObjectionStatus, frozenset[ObjectionStatus]]] = MappingProxyType(
    {
        _O.LODGED: frozenset({*UPHELD, _O.REJECTED, _O.WITHDRAWN}),
        _O.UPHELD: frozenset(),
        _O.PARTLY_UPHELD: frozenset(),
        _O.REJECTED: frozenset(),
        _O.WITHDRAWN: frozenset(),
    }
)

GRANT: Final[Mapping[GrantStatus, frozenset[GrantStatus]]] = MappingProxyType(
    {
        _G.RUNNING: frozenset({_G.RUNNING, _G.WITHDRAWN, _G.ENDED}),
        _G.WITHDRAWN: frozenset(),
        _G.ENDED: frozenset(),
    }
)
"""From running to running: changed, or looked at again."""

_YEAR: Final = timedelta(days=366)

HOW_TO_OBJECT: Final = (
    "Bent u het er niet mee eens? Dan kunt u tot en met {day} bezwaar maken bij {party}. Schrijf "
    "waarom u het er niet mee eens bent. Onafhankelijke cliëntondersteuning helpt u daarbij en kan "
    "het voor u doen, als u dat vraagt; dat kost niets."
)


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long a term stood still, and whether it does now: from when, until when at the most."""

    days: int = 0
    since: date | None = None
    until: date | None = None

    @property
    def longest(self) -> int:
        """The days that stand still when nothing comes in before the last day for it."""
        if self.since is None or self.until is None:
            return self.days
        return self.days + (self.until - self.since).days

    def over(self, today: date) -> bool:
        """Whether the time to hand in is over: the term runs on by itself (Awb 4:15 lid 1)."""
        return self.until is not None and self.until < today

    def ended(self, on: date) -> "Pauses":
        """The same once it came in: at the most until its last day; ending it twice is once."""
        if self.since is None or self.until is None:
            return self
        last = min(max(on, self.since), self.until)
        return Pauses(self.days + (last - self.since).days)


@dataclass(frozen=True, slots=True)
class DecisionTerm:
    """The term within which a decision must be taken: when it came in, and what moved it."""

    clock: LegalClock
    received_on: date
    pauses: Pauses = Pauses()
    extended_days: int = 0

    @property
    def due_on(self) -> date:
        """The last day, as it stands now; nothing in it depends on which day it is today."""
        days = days_of(self.clock) + self.pauses.longest + self.extended_days
        return due(self.received_on, days, TermUnit.DAYS)

    def extra_days(self, until: date) -> int:
        """By how many days it must be made longer to end on a day."""
        plain = self.received_on + timedelta(days=days_of(self.clock) + self.pauses.longest)
        return (until - plain).days


def clock_end(stelsel: Stelsel, starts_at: str, on: date) -> date:
    """The last day of the clock that begins at something, begun on a day."""
    return due(on, days_of(clock_of(stelsel, starts_at)), TermUnit.DAYS)


def ensure_application_moves(current: ApplicationStatus, to: ApplicationStatus) -> None:
    """Raises `ConflictError` when an application cannot go there from here."""
    if to not in APPLICATION[current]:
        after = ", ".join(sorted(APPLICATION[current])) or "niets meer"
        raise ConflictError(f"Deze aanvraag heeft nu de stand {current}; daarna kan: {after}.")


def ensure_objection_moves(current: ObjectionStatus, to: ObjectionStatus) -> None:
    """Raises `ConflictError` when this objection was answered already."""
    if to not in OBJECTION[current]:
        raise ConflictError("Op dit bezwaar is al beslist, of het is ingetrokken.")


def ensure_grant_moves(current: GrantStatus, to: GrantStatus) -> None:
    """Raises `ConflictError` when this grant runs no more."""
    if to not in GRANT[current]:
        raise ConflictError("Deze toekenning loopt niet meer. Vraag een nieuw besluit.")


def ensure_grants(grantor: str, parties: Collection[str], stelsel: Stelsel) -> None:
    """Only the party that grants decides, moves the term or changes a grant (AMS-ROL-09)."""
    if grantor not in parties:
        owner = party_label(stelsel, grantor)
        raise RuleViolationError(f"Hierover besluit {owner}. U kunt dat niet zelf doen.")


def ensure_within_a_year(day: date, after: date, pointer: str) -> None:
    """A day that somebody names lies after another and not a year away; else a mistake in it."""
    if day <= after:
        detail = f"Kies een dag na {after.isoformat()}."
        raise InvalidRequestError(detail, [Fault(pointer, "too-early", detail)])
    if day > after + _YEAR:
        detail = "Deze dag ligt meer dan een jaar verder. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-far", detail)])


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when something is granted, and when it is looked at again."""

    valid_from: date
    valid_until: date | None
    reexamination_on: date | None


def ensure_period(period: Period) -> None:
    """The days of a grant follow one another (Wmo 2.3.9); else `InvalidRequestError`."""
    until, again = period.valid_until, period.reexamination_on
    faults = []
    if until is not None and until < period.valid_from:
        detail = "De laatste dag ligt voor de eerste dag. Kies een latere dag."
        faults.append(Fault("/validUntil", "before-start", detail))
    outside = again is not None and (
        again < period.valid_from or (until is not None and again > until)
    )
    if outside:
        detail = "Het heronderzoek valt binnen de tijd van de toekenning. Kies een andere dag."
        faults.append(Fault("/reexaminationOn", "outside-period", detail))
    if faults:
        raise InvalidRequestError(faults[0].detail, faults)


def ensure_asks_blind(named: Collection[str]) -> None:
    """Client support knows for whom it asks and what, no plan and no request; else
    `InvalidRequestError` that says what would be right (AMS-ROL-36)."""
    if named:
        detail = (
            "Dit kent u niet als cliëntondersteuner. Laat het weg en noem householdId, personId en "
            "voorziening. Wij zoeken zelf de aanvraag die erbij hoort."
        )
        raise InvalidRequestError(
            detail, [Fault(f"/{name}", "not-for-client-support", detail) for name in named]
        )


def ensure_grant_fields(*, granted: bool, given: Collection[str]) -> None:
    """A no has no form and no days; else `InvalidRequestError` that points at them."""
    if not granted and given:
        detail = "Bij een afwijzing horen geen vorm en geen dagen. Laat die weg."
        faults = [Fault(f"/{name}", "only-when-granted", detail) for name in given]
        raise InvalidRequestError(detail, faults)


def ensure_not_before(day: date, first: date, pointer: str) -> None:
    """What follows something is not dated before it; else `InvalidRequestError`."""
    if day < first:
        detail = f"Dit kan niet voor {first.isoformat()} zijn geweest. Kijk de dag na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-early", detail)])
