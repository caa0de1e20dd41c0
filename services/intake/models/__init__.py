"""Tables of the intake database. What people told is sealed; a row never leaves the service."""

from services.intake.models.base import IntakeRow, metadata
from services.intake.models.contacts import (
    ONE_ENTRY_PER_WORKER,
    ONE_OPEN_TALK,
    ONE_ORIGIN,
    ONE_REDIRECT,
    ONE_TEAM_PER_DAY,
    CandidateSearchRow,
    ClarificationRow,
    ClockRow,
    ContactRow,
    RedirectRow,
    ServedAreaRow,
    TeamAreaRow,
    TeamRow,
    WorkerRow,
)
from services.intake.models.duty import (
    DutyContactRow,
    DutyShiftRow,
    HandbackRow,
    InvolvementRow,
)
from services.intake.models.requests import ContactRequestRow

__all__ = [
    "ONE_ENTRY_PER_WORKER",
    "ONE_OPEN_TALK",
    "ONE_ORIGIN",
    "ONE_REDIRECT",
    "ONE_TEAM_PER_DAY",
    "CandidateSearchRow",
    "ClarificationRow",
    "ClockRow",
    "ContactRequestRow",
    "ContactRow",
    "DutyContactRow",
    "DutyShiftRow",
    "HandbackRow",
    "IntakeRow",
    "InvolvementRow",
    "RedirectRow",
    "ServedAreaRow",
    "TeamAreaRow",
    "TeamRow",
    "WorkerRow",
    "metadata",
]
