"""Cells of a route: who does what at one door, each with its sources, and predicates over facts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

WALK_IN: Final = "vrij_toegankelijk"
NOBODY: Final = "geen"
NOT_SAID: Final = "niet_bepaald"
MODES: Final = (WALK_IN, NOBODY, NOT_SAID)
"""What may stand where a party is expected: walk in, no such step, and nobody says it."""

EVERY_DOOR: Final = "*"
"""In a pack: this row of doors holds for every entry that no other row names."""


class Basis(StrEnum):
    """How firmly a cell stands: in the documents, read out of them, or set by the municipality."""

    STATED = "stated"
    INFERRED = "inferred"
    CONFIGURED = "configured"


class Need(StrEnum):
    """Whether a formal grant belongs to this route (DIS-18)."""

    NEVER = "never"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Duty(StrEnum):
    """Whether a party may or must be asked or involved."""

    MAY = "may"
    MUST = "must"


class ContributionKind(StrEnum):
    """Whether the person pays an own contribution, and where its amount comes from."""

    NONE = "none"
    FIXED = "fixed"
    TARIFF_REFERENCE = "tariff_reference"


class Strictness(StrEnum):
    """Whether an unmet rule stops the next step (`block`) or is only shown (`warn`), OPN-10."""

    BLOCK = "block"
    WARN = "warn"


class Unmet(StrEnum):
    """What a condition that is known to be unmet does to the answer."""

    TO_DO = "to_do"
    NOT_INDICATED = "not_indicated"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A question about facts, answered yes, no or unknown. Exactly one form is filled.

    Forms: `fact` alone (is true), `fact` with `equals`, with `min` and/or `max` (inclusive) or with
    `known` (has a value), `all_of`, `any_of`, `not`.
    """

    fact: str | None = None
    equals: bool | int | str | None = None
    min: int | None = None
    max: int | None = None
    known: bool = False
    all_of: tuple["Predicate", ...] = ()
    any_of: tuple["Predicate", ...] = ()
    not_: "Predicate | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a cell says what it says: rule ids or law articles, the basis, and Dutch B1 text.

    `departable` is false for what nobody departs from, however good the reason (design section 5).
    """

    sources: tuple[str, ...]
    basis: Basis
    text: str
    departable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCell(Grounds):
    """Who acts (a party or a mode), and with whom. Holds when `when` is known to be true.

    Of a specialist who is called in and of a municipal service, the one who places is the party
    that takes the request up (AMS-PLN-12, AMS-ROL-35); there it is never a mode.
    """

    by: str
    with_: tuple[str, ...] = ()
    when: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCell(Grounds):
    """Whether a formal grant is needed and whose it is (DIS-03, OPN-06)."""

    need: Need
    by: str
    when: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCell(Grounds):
    """A party to consult or involve. With `when`, only when that is known to be true."""

    party: str
    duty: Duty
    when: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionUse(Grounds):
    """A condition at this door. `when` says whether it applies; `unmet` what a known no does.

    `strictness` is that of the door unless this condition has its own.
    """

    code: str
    when: Predicate | None = None
    unmet: Unmet = Unmet.TO_DO
    strictness: Strictness | None = None
    redirect_to: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Grounds):
    """One way to read a criterion on which the documents disagree, with when it is met (DIS-04)."""

    code: str
    met_when: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible(Grounds):
    """Facts that cannot be true together."""

    when: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectCell(Grounds):
    """Where a contact goes that came in at another door: carried over, never refused (OPN-10)."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Grounds):
    """Something to tell that changes no step, when its predicate is known to be true."""

    when: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion(Grounds):
    """What neither the documents nor a setting say: the id of the open question."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward(Grounds):
    """After how many days of help a human looks whether the step to other help is possible.

    `next_steps` are voorzieningen to think of. It is a flag, never an end of help.
    """

    after_days: int
    next_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative(Grounds):
    """A lighter or other voorziening to think of."""

    voorziening: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionCell(Grounds):
    """What the person pays for it, by kind; nothing is calculated (product decision 3).

    `reference` is where the amount stands; a kind without an amount has none. Holds when `when` is
    known to be true.
    """

    kind: ContributionKind
    reference: str | None = None
    when: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One or more entries with the same steps. Of `leads`, `judges`, `grant` and `places` the first
    cell that holds is taken; the last one always holds.

    `direct`: a provider registers its own client here. `notice_to_team`: the coordinator is told of
    that, where the client agreed; off until a municipality says otherwise (DIS-02, OPN-11).
    """

    entries: tuple[str, ...]
    strictness: Strictness
    leads: tuple[PartyCell, ...]
    judges: tuple[PartyCell, ...]
    grant: tuple[GrantCell, ...]
    places: tuple[PartyCell, ...]
    direct: bool = False
    notice_to_team: bool = False
    consult: tuple[DutyCell, ...] = ()
    involve: tuple[DutyCell, ...] = ()
    conditions: tuple[ConditionUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """The route in one period (both days inclusive): doors, or an open question, never both.

    With doors comes what the person pays: of `contributions` the first that holds is taken, the
    last one always holds. An open question says nothing of it.
    """

    valid_from: date
    valid_until: date | None = None
    doors: tuple[Door, ...] = ()
    otherwise: RedirectCell | None = None
    undetermined: OpenQuestion | None = None
    contributions: tuple[ContributionCell, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    notes: tuple[Note, ...] = ()
