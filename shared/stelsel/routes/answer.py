"""The answer to an access check, as frozen values that mirror the contract of design section 5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.stelsel.model import (
    ACTIONS,
    ActionCode,
    Basis,
    ConditionKind,
    ContributionCell,
    ContributionKind,
    Duty,
    Grounds,
    Kind,
    Need,
    Strictness,
)


class Outcome(StrEnum):
    """What the access check comes to; none of these is a refusal (AMS-INT-02)."""

    OPEN = "open"
    OPEN_WITH_CONDITIONS = "open_with_conditions"
    REDIRECT = "redirect"
    NO_REFERRAL_NEEDED = "no_referral_needed"
    NOT_INDICATED = "not_indicated"
    NOT_DETERMINED = "not_determined"


OUTCOMES: Final = MappingProxyType(
    {
        Outcome.OPEN: "Het kan",
        Outcome.NO_REFERRAL_NEEDED: "Er is geen verwijzing nodig",
        Outcome.OPEN_WITH_CONDITIONS: "Het kan, er moet nog iets gebeuren",
        Outcome.REDIRECT: "Dit loopt via een andere ingang",
        Outcome.NOT_DETERMINED: "De stukken zeggen niet of het kan",
        Outcome.NOT_INDICATED: "Andere hulp past beter",
    }
)
"""Every outcome with its Dutch label, what is most open first."""

OPENNESS: Final = MappingProxyType(
    {
        Outcome.OPEN: 0,
        Outcome.NO_REFERRAL_NEEDED: 0,
        Outcome.OPEN_WITH_CONDITIONS: 1,
        Outcome.REDIRECT: 2,
        Outcome.NOT_DETERMINED: 3,
        Outcome.NOT_INDICATED: 4,
    }
)
"""How far an outcome is from going on at once; 0 is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDuty:
    """A party that may or must be consulted or involved."""

    party: str
    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionAnswer:
    """A condition with whether it is met; null is not known. `due_by` only in urgency (a day).

    `blocks` says whether it stops the next step as long as it is unmet; what may wait does not.
    """

    code: str
    kind: ConditionKind
    met: bool | None
    blocks: bool
    deferrable: bool
    due_by: date | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule or law article behind the answer, with Dutch B1 text.

    `departable` is false for what nobody departs from, however good the reason.
    """

    rule: str
    basis: Basis
    text: str
    departable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What the person pays, to be told before anything is agreed (product decision 3).

    `reference` says where the amount stands; nothing is calculated.
    """

    kind: ContributionKind
    reference: str | None
    text: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """A step the caller can take next; braces in `href` are for the caller to fill.

    `party` is with whom, where the step is not the caller's own.
    """

    action: ActionCode
    method: str
    href: str
    party: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who leads, judges, grants and places, what must be done first, and why.

    `led_by`, `judged_by`, `granted_by` and `placed_by` are a party or a mode; `grant` is null when
    nobody says whether one is needed. `strictness` is that of the door. `direct`: a provider may
    register its own client here; `notice_to_team`: the coordinator is told, if the client agrees.
    Of a specialist who is called in and of a municipal service `placed_by` is the party that takes
    the request up. `contribution` is null while nobody knows whether there is one.
    """

    stelsel: str
    version: str
    voorziening: str
    entry: str
    on: date
    kind: Kind
    outcome: Outcome
    strictness: Strictness
    direct: bool = False
    notice_to_team: bool = False
    led_by: str
    judged_by: str
    judged_with: tuple[str, ...] = ()
    grant: Need | None = None
    granted_by: str
    placed_by: str
    consult: tuple[PartyDuty, ...] = ()
    involve: tuple[PartyDuty, ...] = ()
    contribution: Contribution | None = None
    conditions: tuple[ConditionAnswer, ...] = ()
    redirect_to: str | None = None
    alternatives: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    next_actions: tuple[NextAction, ...] = ()


def reasons_of(cells: Iterable[Grounds]) -> tuple[Reason, ...]:
    """One reason per cell and source, in order, each once."""
    found = {
        (source, cell.text): Reason(
            rule=source, basis=cell.basis, text=cell.text, departable=cell.departable
        )
        for cell in cells
        for source in cell.sources
    }
    return tuple(found.values())


def contribution_of(cell: ContributionCell) -> Contribution:
    """What the person pays, with its own reasons: it says nothing about access."""
    return Contribution(
        kind=cell.kind, reference=cell.reference, text=cell.text, reasons=reasons_of([cell])
    )


def action(code: ActionCode, **filled: str) -> NextAction:
    """The next action of this code, with what is already known filled into its path."""
    known = ACTIONS[code]
    party = filled.get("party")
    href = known.href
    for name, value in filled.items():
        href = href.replace("{" + name + "}", value)
    return NextAction(action=code, method=known.method, href=href, party=party)
