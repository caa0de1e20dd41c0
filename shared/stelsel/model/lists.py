"""Code lists of a stelsel that are no route: words, norms, clocks, caps and areas."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.stelsel.model.actions import ActionCode
from shared.stelsel.model.grounds import Basis, Predicate
from shared.vocabulary import DeclinedBy


class ConditionKind(StrEnum):
    """Something to do first, a criterion to meet, or a consultation to hold."""

    TODO = "todo"
    CRITERION = "criterion"
    CONSULT = "consult"


class CapStatus(StrEnum):
    """A proposed cap warns, a decided one blocks (OPN-03)."""

    PROPOSED = "proposed"
    DECIDED = "decided"


class CapMeasure(StrEnum):
    """What a cap counts."""

    PROVIDERS = "providers"
    SUBCONTRACTED_PERCENT = "subcontracted_percent"


class Consequence(StrEnum):
    """What a coded no leads to; never the end of the support by the team."""

    NEXT_ON_SHORTLIST = "next_on_shortlist"
    BACK_TO_TEAM = "back_to_team"
    ASK_PERSON = "ask_person"
    END_REQUEST = "end_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A code with its Dutch label and where it comes from."""

    code: str
    label: str
    sources: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who can act in this stelsel."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """For which parties a role speaks, and the operations this stelsel takes away from it."""

    role: str
    speaks_for: tuple[str, ...] = ()
    without_operations: tuple[str, ...] = ()
    reach_over_persons: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition by its code; `due_days` is how long it may wait in urgency, in calendar days.

    Without `met_when` no fact can tell: it stays unknown until somebody records it. `action` is the
    step that meets it.
    """

    code: str
    kind: ConditionKind
    text: str
    met_when: Predicate | None = None
    deferrable: bool = True
    due_days: int | None = None
    action: ActionCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep(Term):
    """A step of the ladder of lightest fitting help; `order` 1 is the lightest (AMS-INT-33)."""

    order: int
    voorziening_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeDomain(Term):
    """A part of life; `bestaanszekerheid` marks the basic securities (AMS-INT-08, DIS-10)."""

    bestaanszekerheid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock(Term):
    """A legal term: `days` or `weeks` from the event `starts_at`; weekends are the caller's."""

    article: str
    starts_at: str
    days: int | None = None
    weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineCode(Term):
    """Why somebody said no to an attempt, and what happens then."""

    by: DeclinedBy
    consequence: Consequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Term):
    """A bound on the offer, over the voorzieningen it names together (AMS-PRV-08..16)."""

    voorzieningen: tuple[str, ...]
    measure: CapMeasure
    status: CapStatus
    minimum: int | None = None
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Synthetic defaults in days: overdue is a flag, never a block (OPN-25)."""

    interval_days: int
    long_running_days: int
    sources: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """When a question is urgent, and which conditions then follow afterwards (Wmo 2.3.3)."""

    when: Predicate
    follow_up: tuple[str, ...]
    sources: tuple[str, ...]
    basis: Basis
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stadsdeel:
    """An area at the level of a stadsdeel; `perceel` says whether it is one of the percelen."""

    code: str
    name: str
    perceel: bool
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gebied:
    """A gebied inside a stadsdeel, by its official identification."""

    code: str
    name: str
    stadsdeel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wijk:
    """A wijk; some lie in no gebied. It holds as long as its stadsdeel does."""

    code: str
    name: str
    stadsdeel: str
    gebied: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """The official division of the municipality, with where it was taken from."""

    origin: str
    stadsdelen: tuple[Stadsdeel, ...] = ()
    gebieden: tuple[Gebied, ...] = ()
    wijken: tuple[Wijk, ...] = ()
