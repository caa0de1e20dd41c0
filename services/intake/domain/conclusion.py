"""What each way of ending a contact asks; a refusal is not among them (AMS-INT-02, AMS-INT-10)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.errors import Fault, InvalidRequestError, RuleViolationError

INFORMATION_AND_ADVICE: Final = "information_and_advice"
PLAN: Final = "plan"


@dataclass(frozen=True, slots=True)
class Ending:
    """A contact as it would end."""

    outcome: str
    advice: str | None
    plan_id: UUID | None
    household_id: UUID | None
    talk_completed: bool


def check_request(outcome: str, advice: str | None, plan_id: UUID | None) -> None:
    """Raises `InvalidRequestError` when the outcome and what comes with it do not fit."""
    if outcome == INFORMATION_AND_ADVICE and advice is None:
        raise _lacking("/advice", "Schrijf op welke informatie of welk advies u gaf.")
    if outcome == PLAN and plan_id is None:
        raise _lacking("/planId", "Bij deze uitkomst hoort het plan. Noem het plan.")
    if outcome != PLAN and plan_id is not None:
        raise _lacking("/planId", "Een plan hoort alleen bij de uitkomst plan. Laat het weg.")


def check_rules(ending: Ending) -> None:
    """Raises `RuleViolationError` where a plan would not come out of a talk (AMS-PLN-02).

    Every other outcome is free: the light path needs no person, household or talk (AMS-INT-07).
    """
    if ending.outcome != PLAN:
        return
    if ending.household_id is None:
        raise RuleViolationError("Koppel de aanmelding eerst aan een huishouden.")
    if not ending.talk_completed:
        raise RuleViolationError(
            "Een plan komt uit een breed gesprek over het hele huishouden. Rond dat eerst af."
        )


def _lacking(pointer: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(detail, [Fault(pointer, "does-not-fit-outcome", detail)])
