"""One municipality's arrangement in one period, as frozen values that only a pack fills."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.stelsel.model.actions import ACTIONS, Action, ActionCode
from shared.stelsel.model.errors import (
    FactValueError,
    ImpossibleFactsError,
    OutsidePeriodError,
    StelselError,
    UnknownCodeError,
)
from shared.stelsel.model.facts import FACTS, Fact, FactType, FactValue, KnownValue
from shared.stelsel.model.grounds import (
    EVERY_DOOR,
    MODES,
    NOBODY,
    NOT_SAID,
    WALK_IN,
    Alternative,
    Basis,
    ConditionUse,
    ContributionCell,
    ContributionKind,
    Door,
    Duty,
    DutyCell,
    GrantCell,
    Grounds,
    Impossible,
    Need,
    Note,
    Onward,
    OpenQuestion,
    PartyCell,
    Predicate,
    Reading,
    RedirectCell,
    RouteRow,
    Strictness,
    Unmet,
)
from shared.stelsel.model.lists import (
    AFTER_OBJECTION_TERM,
    AT_APPLICATION,
    AT_DECISION,
    AT_FIRST_CONTACT,
    FROM_QUESTION_TO_ANSWER,
    Areas,
    Cap,
    CapMeasure,
    CapStatus,
    ClockChange,
    ClockEffect,
    Condition,
    ConditionKind,
    Consequence,
    ConsultationTarget,
    DeclineCode,
    Evaluation,
    Gebied,
    LadderStep,
    LegalClock,
    LifeDomain,
    Party,
    RoleRule,
    Stadsdeel,
    StepTerm,
    Term,
    Urgency,
    Wijk,
)

__all__ = [
    "ACTIONS",
    "AFTER_OBJECTION_TERM",
    "AT_APPLICATION",
    "AT_DECISION",
    "AT_FIRST_CONTACT",
    "EVERY_DOOR",
    "FACTS",
    "FROM_QUESTION_TO_ANSWER",
    "MODES",
    "NOBODY",
    "NOT_SAID",
    "WALK_IN",
    "Action",
    "ActionCode",
    "Alternative",
    "Areas",
    "Basis",
    "Cap",
    "CapMeasure",
    "CapStatus",
    "ClockChange",
    "ClockEffect",
    "Condition",
    "ConditionKind",
    "ConditionUse",
    "Consequence",
    "ConsultationTarget",
    "ContributionCell",
    "ContributionKind",
    "DeclineCode",
    "Door",
    "Duty",
    "DutyCell",
    "Evaluation",
    "Fact",
    "FactType",
    "FactValue",
    "FactValueError",
    "Gebied",
    "GrantCell",
    "Grounds",
    "Impossible",
    "ImpossibleFactsError",
    "Independence",
    "Kind",
    "KnownValue",
    "LadderStep",
    "LegalClock",
    "LifeDomain",
    "Municipality",
    "Need",
    "Note",
    "Onward",
    "OpenQuestion",
    "OutsidePeriodError",
    "Party",
    "PartyCell",
    "Predicate",
    "Reading",
    "RedirectCell",
    "RoleRule",
    "RouteRow",
    "Stadsdeel",
    "Stelsel",
    "StelselError",
    "StepTerm",
    "Strictness",
    "Term",
    "UnknownCodeError",
    "Unmet",
    "Urgency",
    "Voorziening",
    "Wijk",
]


class Kind(StrEnum):
    """How a voorziening is reached: only the first kind is a referral with attempts."""

    REFERRAL = "referral"
    TEAM_SERVICE = "team_service"
    CALL_IN = "call_in"
    MUNICIPAL_SERVICE = "municipal_service"
    FREE_ACCESS = "free_access"
    OTHER_LAW = "other_law"


class Independence(StrEnum):
    """On which side of the independence rule an offer stands (AMS-ACC-60, DIS-14)."""

    FRONT = "front"
    SUPPLEMENTARY = "supplementary"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """The municipality of a stelsel; `cbs_code` is four digits, such as 0363."""

    name: str
    cbs_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voorziening:
    """One entry of the stelsel: what it is and its dated routes, without gap or overlap.

    `temporary` is a stay after which the person goes on living at home (AMS-REF-19). `onward` says
    when to look whether a next step is possible (AMS-ACC-18).
    """

    code: str
    label: str
    text: str
    kind: Kind
    law: str
    independence: Independence
    routes: tuple[RouteRow, ...]
    life_domains: tuple[str, ...] = ()
    in_development: bool = False
    temporary: bool = False
    onward: Onward | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stelsel:
    """Everything a municipality arranges differently. Both days of its period are inclusive."""

    name: str
    version: str
    title: str
    municipality: Municipality
    valid_from: date
    valid_until: date | None = None
    front_party: str
    parties: tuple[Party, ...]
    roles: tuple[RoleRule, ...]
    urgency: Urgency
    conditions: tuple[Condition, ...]
    impossible: tuple[Impossible, ...]
    voorzieningen: tuple[Voorziening, ...]
    ladder: tuple[LadderStep, ...]
    life_domains: tuple[LifeDomain, ...]
    legal_clocks: tuple[LegalClock, ...]
    clock_changes: tuple[ClockChange, ...]
    step_terms: tuple[StepTerm, ...]
    norms: tuple[Term, ...]
    signals: tuple[Term, ...]
    complexity_markers: tuple[Term, ...]
    contact_channels: tuple[Term, ...]
    contact_outcomes: tuple[Term, ...]
    reporter_kinds: tuple[Term, ...]
    consultation_questions: tuple[Term, ...]
    consultation_targets: tuple[ConsultationTarget, ...]
    not_departable: tuple[Term, ...]
    service_results: tuple[Term, ...]
    decline_codes: tuple[DeclineCode, ...]
    caps: tuple[Cap, ...]
    evaluation: Evaluation
    areas: Areas
