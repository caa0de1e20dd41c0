"""Pure evaluation of a stelsel: the access check, its answer, and looking things up."""

from shared.stelsel.routes.answer import (
    OUTCOMES,
    Answer,
    ConditionAnswer,
    NextAction,
    Outcome,
    PartyDuty,
    Reason,
    action,
)
from shared.stelsel.routes.check import check
from shared.stelsel.routes.comparing import Difference, compare
from shared.stelsel.routes.listing import CodeEntry, codes
from shared.stelsel.routes.lookup import (
    alternatives,
    clock_of,
    consultation_target,
    contribution_on,
    days_of,
    days_until_answered,
    find_voorziening,
    is_current,
    ladder_below,
    resolve_day,
    role_speaks_for,
    row_on,
)
from shared.stelsel.routes.overview import OverviewItem, overview, step_of
from shared.stelsel.routes.predicates import facts_of, holds

__all__ = [
    "OUTCOMES",
    "Answer",
    "CodeEntry",
    "ConditionAnswer",
    "Difference",
    "NextAction",
    "Outcome",
    "OverviewItem",
    "PartyDuty",
    "Reason",
    "action",
    "alternatives",
    "check",
    "clock_of",
    "codes",
    "compare",
    "consultation_target",
    "contribution_on",
    "days_of",
    "days_until_answered",
    "facts_of",
    "find_voorziening",
    "holds",
    "is_current",
    "ladder_below",
    "overview",
    "resolve_day",
    "role_speaks_for",
    "row_on",
    "step_of",
]
