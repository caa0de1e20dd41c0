"""Code lists of a stelsel that are no route: words, norms, clocks, caps and areas."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared.stelsel.model.actions import ActionCode
from shared.stelsel.model.grounds import Basis, Predicate, Reading
from shared.vocabulary import ConsultationLevel, DeclinedBy


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


class ClockEffect(StrEnum):
    """What a change does to a legal clock."""

    SUSPEND = "suspend"
    EXTEND = "extend"


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
    """A condition by its code, with how long it may wait in urgency: calendar or working days.

    Without a predicate no fact can tell: it stays unknown until somebody records it. Where the
    documents disagree there are `readings`, of which the stelsel selects one (DIS-04). `action` is
    the step that meets it. A day that is none to work on moves to the next one.
    """

    code: str
    kind: ConditionKind
    text: str
    sources: tuple[str, ...]
    basis: Basis
    met_when: Predicate | None = None
    readings: tuple[Reading, ...] = ()
    selected: str | None = None
    deferrable: bool = True
    due_days: int | None = None
    due_working_days: int | None = None
    action: ActionCode | None = None

    @property
    def reading(self) -> Reading | None:
        """The reading that the stelsel selected, if there are several."""
        return next((each for each in self.readings if each.code == self.selected), None)

    @property
    def predicate(self) -> Predicate | None:
        """What decides whether it is met."""
        return self.met_when if self.reading is None else self.reading.met_when


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep(Term):
    """A step of the ladder of lightest fitting help; `order` 1 is the lightest (AMS-INT-33)."""

    order: int
    voorziening_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeDomain(Term):
    """A part of life; `bestaanszekerheid` marks the basic securities (AMS-INT-08, DIS-10)."""

    bestaanszekerheid: bool = False


AT_DECISION: Final = "decision_announced"
"""Where the term to object begins (Awb 6:8)."""

AT_FIRST_CONTACT: Final = "first_contact"
AT_APPLICATION: Final = "application"
AFTER_OBJECTION_TERM: Final = "objection_term_ended"
"""At what the other legal clocks of a stelsel begin (`starts_at`)."""

FROM_QUESTION_TO_ANSWER: Final = (
    AT_FIRST_CONTACT,
    AT_APPLICATION,
    AT_DECISION,
    AFTER_OBJECTION_TERM,
)
"""The clocks that follow one another: investigation, decision, objecting, decision on that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock(Term):
    """A legal term: `days` or `weeks` from the event `starts_at`; weekends are the caller's."""

    article: str
    starts_at: str
    days: int | None = None
    weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange(Term):
    """What moves the last day of a legal clock: it stands still (`suspend`) or is made longer.

    `weeks` is the most it may be made longer; absent where the law names no number. While a clock
    stands still the days do not count.
    """

    clock: str
    effect: ClockEffect
    article: str
    weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTerm(Term):
    """How many days a step should take; reported only, and empty until a municipality sets it.

    None of the documents names a number (OPN-36).
    """

    target_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationTarget(Term):
    """A party that may be asked for advice; `code` is its party code, `questions` what about.

    `walking_along`: its experts may come along for a while (AMS-ACC-61). Where no role speaks for
    the party, whoever asked records the advice (by telephone). Nobody has to ask: deciding
    without consultation is allowed (OPN-14).
    """

    questions: tuple[str, ...]
    levels: tuple[ConsultationLevel, ...]
    walking_along: bool = False


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
