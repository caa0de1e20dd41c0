"""Pure evaluation of a stelsel: the access check, its answer, and looking things up."""

from shared.stelsel.routes.answer import (
    Answer,
    ConditionAnswer,
    NextAction,
    Outcome,
    PartyDuty,
    Reason,
)
from shared.stelsel.routes.check import check
from shared.stelsel.routes.lookup import (
    CodeEntry,
    alternatives,
    codes,
    find_voorziening,
    is_current,
    ladder_below,
    resolve_day,
    role_speaks_for,
    row_on,
)
from shared.stelsel.routes.predicates import holds

__all__ = [
    "Answer",
    "CodeEntry",
    "ConditionAnswer",
    "NextAction",
    "Outcome",
    "PartyDuty",
    "Reason",
    "alternatives",
    "check",
    "codes",
    "find_voorziening",
    "holds",
    "is_current",
    "ladder_below",
    "resolve_day",
    "role_speaks_for",
    "row_on",
]
