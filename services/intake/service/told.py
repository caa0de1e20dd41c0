"""What people told: one sealed text per record, opened only to be shown to who may read it."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from shared.db.sealing import KeyRing, Place
from shared.schemas.base import ResponseModel
from shared.schemas.intake import DomainNoteRead, ReporterRead, ToldPersonRead

ToldT = TypeVar("ToldT", bound=ResponseModel)


class ContactTold(ResponseModel):
    """Everything that was told at a contact. `child`: whether one is in the household."""

    question: str
    person: ToldPersonRead | None = None
    reporter: ReporterRead | None = None
    household_sketch: str | None = None
    triage_note: str | None = None
    advice: str | None = None
    child: bool | None = None


class TalkTold(ResponseModel):
    """Everything that was said in the broad talk. `child`: whether one is in the household."""

    adults_heard: str | None = None
    children_heard: str | None = None
    domains: tuple[DomainNoteRead, ...] = ()
    summary: str | None = None
    child: bool | None = None


class RedirectTold(ResponseModel):
    """Why a contact was carried over."""

    reason: str


class HandbackTold(ResponseModel):
    """What was done out of hours, for the team that goes on with it."""

    note: str


class InvolvementTold(ResponseModel):
    """Why another party was told."""

    reason: str


class ReviewTold(ResponseModel):
    """What somebody thought who looked at what was done on duty."""

    remark: str


@dataclass(frozen=True, slots=True)
class Seals:
    """Seals and opens what was told, for one row of one table."""

    ring: KeyRing

    def seal(self, told: ResponseModel, table: str, row: UUID) -> bytes:
        """The sealed text for this row; it opens nowhere else."""
        return self.ring.seal(told.model_dump_json(exclude_none=True), _place(table, row))

    def open(self, kind: type[ToldT], sealed: bytes, table: str, row: UUID) -> ToldT:
        """What was told, as it was."""
        return kind.model_validate_json(self.ring.open(sealed, _place(table, row)))


def _place(table: str, row: UUID) -> Place:
    return Place(table, row, "told")
