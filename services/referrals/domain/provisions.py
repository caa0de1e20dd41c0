"""Help that is arranged at once: what must follow it, until when, and how it ends (Wmo 2.3.3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from shared.calendar import TermUnit, due, next_working_day
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import ActionCode, Condition, ConditionKind, Stelsel
from shared.stelsel.routes import Answer
from shared.vocabulary import TemporaryProvisionStatus

_S: Final = TemporaryProvisionStatus

PROVISION: Final[Mapping[TemporaryProvisionStatus, frozenset[TemporaryProvisionStatus]]] = (
    MappingProxyType(
        {
            _S.RUNNING: frozenset({_S.FOLLOWED_UP, _S.ENDED}),
            _S.FOLLOWED_UP: frozenset({_S.ENDED}),
            _S.ENDED: frozenset(),
        }
    )
)
"""Running until all that was owed is done, and until it ends. What is owed after the end is owed
still: help that ended does not undo the duty to investigate and to decide."""

CHILDREN_TOLD: Final = "children_told"
CHILDREN_TEXT: Final = (
    "Er zijn kinderen bij. Het team voor ouders en kinderen of Veilig Thuis weet ervan."
)
CHILDREN_SOURCE: Final = "Wmo 3.3"
CONFIRM_MANDATE: Final = "confirm_mandate"
MANDATE_TEXT: Final = (
    "Bevestig dat wie dit regelde dat mocht. Het dienstrooster noemt op dat moment geen mandaat."
)
MANDATE_SOURCE: Final = "Wmo 2.3.3, 2.6.3"
HELP_ENDS: Final = "temporary_help_ends"
"""The last day of the help itself, told beside what is owed."""

TEMPORARY_END_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lasting_help_began": "De vaste hulp is begonnen",
        "no_longer_needed": "De hulp is niet meer nodig",
        "safe_elsewhere": "De cliënt is veilig op een andere plek",
        "person_left": "De cliënt is weggegaan",
        "not_granted": "Er is besloten dat de hulp niet doorgaat",
        "deceased": "De cliënt is overleden",
    }
)
"""How help that was arranged at once ends; the same in every stelsel."""

_HAS_PLAN: Final = "hasPlan"
_LONGEST: Final = timedelta(weeks=8)
_SHORTEST: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class OwedThing:
    """Something that must follow: what, by which rule, until when."""

    code: str
    label: str
    source: str
    due_on: date


def ensure_may_arrange(answer: Answer) -> None:
    """The access check with urgent facts offers it; else `RuleViolationError`."""
    if not any(s.action is ActionCode.CREATE_TEMPORARY_PROVISION for s in answer.next_actions):
        raise RuleViolationError(
            "Hiervoor kan niet meteen iets tijdelijks. Kijk bij de toegang wat wel kan."
        )


def owed_after(
    answer: Answer, stelsel: Stelsel, *, decides: bool, plan: bool, children: int
) -> tuple[OwedThing, ...]:
    """Everything that must follow, in the order of its days.

    What the check lets wait, and what the stelsel says follows every urgent step. The decision of
    who owns access cannot wait: it is owed the same day, unless that party arranges the help
    (`decides`). So is telling of children who are there. A plan follows where there is none.
    """
    by_code = {condition.code: condition for condition in stelsel.conditions}
    named = dict.fromkeys(
        [
            *(
                each.code
                for each in answer.conditions
                if each.met is not True and each.kind is not ConditionKind.CONSULT
            ),
            *(() if plan else _plan_codes(stelsel)),
            *stelsel.urgency.follow_up,
        ]
    )
    owed = [_owed(by_code[code], answer.on) for code in named if code in by_code]
    if decides:
        owed = [each for each in owed if by_code[each.code].deferrable]
    if children:
        owed.append(OwedThing(CHILDREN_TOLD, CHILDREN_TEXT, CHILDREN_SOURCE, answer.on))
    return tuple(sorted(owed, key=lambda each: (each.due_on, each.code)))


def mandate_owed(on: date) -> OwedThing:
    """What follows where the roster names no mandate: somebody confirms it on the next working day.
    Help is never refused for it (Wmo 2.3.3, 2.6.3)."""
    return OwedThing(
        CONFIRM_MANDATE, MANDATE_TEXT, MANDATE_SOURCE, next_working_day(on + timedelta(days=1))
    )


def ensure_not_mandate(code: str) -> None:
    """A mandate is confirmed by who may, not ticked off; else `ConflictError`."""
    if code == CONFIRM_MANDATE:
        raise ConflictError(
            "Dat u dit mocht regelen, bevestigt de teamleider of wie het besluit neemt. Vraag het."
        )


def ensure_may_confirm(decided_by: str, subject: str, *, owed: bool) -> None:
    """Somebody else than the officer confirms, where it is owed still; else `ConflictError`."""
    if not owed:
        raise ConflictError("Het mandaat is al bevestigd. U hoeft niets te doen.")
    if decided_by == subject:
        raise ConflictError("U regelde dit zelf. Vraag iemand anders om het te bevestigen.")


def _plan_codes(stelsel: Stelsel) -> tuple[str, ...]:
    """The conditions that a plan meets."""
    return tuple(
        condition.code
        for condition in stelsel.conditions
        if condition.met_when is not None and condition.met_when.fact == _HAS_PLAN
    )


def _owed(condition: Condition, on: date) -> OwedThing:
    """Until when it may wait: what cannot wait is owed the same day, weekend or not."""
    last = on
    if condition.deferrable and condition.due_working_days is not None:
        last = due(on, condition.due_working_days, TermUnit.WORKING_DAYS)
    elif condition.deferrable and condition.due_days is not None:
        last = due(on, condition.due_days, TermUnit.DAYS)
    return OwedThing(condition.code, condition.text, condition.sources[0], last)


def usual_until(owed: Iterable[OwedThing], on: date) -> date:
    """Until the first thing that may wait must be there (usually the plan); else two weeks."""
    later = [each.due_on for each in owed if each.due_on > on]
    return min(later, default=due(on, _SHORTEST.days, TermUnit.DAYS))


def ensure_temporary(until: date, starts_on: date) -> None:
    """It lasts at most until the decision must be there (Wmo 2.3.2, 2.3.5: eight weeks)."""
    if until < starts_on:
        detail = "De laatste dag ligt voor het begin. Kies een latere dag."
        raise InvalidRequestError(detail, [Fault("/until", "before-start", detail)])
    if until > due(starts_on, _LONGEST.days, TermUnit.DAYS):
        detail = "Tijdelijke hulp duurt ten hoogste acht weken. Daarna is er een besluit."
        raise InvalidRequestError(detail, [Fault("/until", "too-long", detail)])


def ensure_provision_moves(current: TemporaryProvisionStatus, to: TemporaryProvisionStatus) -> None:
    """Raises `ConflictError` when this help has ended already."""
    if to not in PROVISION[current]:
        raise ConflictError("Deze tijdelijke hulp is al geëindigd.")


def ensure_one_subject(named: Sequence[bool]) -> None:
    """For whom it is: the contact, the household or the plan; exactly one of the three."""
    if sum(named) != 1:
        detail = "Noem contactId, householdId of planId: een van de drie."
        raise InvalidRequestError(detail, [Fault("", "one-subject", detail)])


def ensure_whole_place(*, contract: bool, location: bool) -> None:
    """A place is a contract at a location: both, or neither."""
    if contract != location:
        detail = "Noem voor een plek contractId en locationId samen."
        pointer = "/locationId" if contract else "/contractId"
        raise InvalidRequestError(detail, [Fault(pointer, "whole-place", detail)])


def own_entries(parties: Collection[str]) -> tuple[str, ...]:
    """The doors of whoever speaks for these parties, in a fixed order."""
    return tuple(sorted(parties))
