"""Queries about the broad talk; its reach is that of its contact."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from services.intake.models import ONE_OPEN_TALK, ClarificationRow, ContactRow
from services.intake.repository.reach import Seeker, ensure_told_all, to_read, to_work_on
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.vocabulary import ClarificationStatus

_OPEN: Final = "Er loopt al een gesprek bij deze aanmelding. Ga daarmee verder."


class TalkRepository:
    """Questions about clarifications."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, row: ClarificationRow) -> None:
        """Store a new talk, and what was changed before it; one contact has one open talk."""
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_OPEN_TALK):
                raise ConflictError(_OPEN) from exc
            raise

    async def to_read(self, seeker: Seeker, record: UUID) -> tuple[ClarificationRow, ContactRow]:
        """A talk that the caller may read, with its contact, else `NotFoundError`."""
        try:
            return await self._one(record, to_read(seeker))
        except NotFoundError:
            await ensure_told_all(self._session, seeker)
            raise

    async def to_work_on(self, seeker: Seeker, record: UUID) -> tuple[ClarificationRow, ContactRow]:
        """A talk that the caller may change, with its contact, else `NotFoundError`."""
        return await self._one(record, to_work_on(seeker))

    async def latest(self, contact: UUID) -> ClarificationRow | None:
        """The newest talk of a contact."""
        row = ClarificationRow
        query = select(row).where(row.contact_id == contact).order_by(row.started_at.desc())
        return await self._session.scalar(query.limit(1))

    async def is_completed(self, contact: UUID) -> bool:
        """Whether a talk of this contact is done."""
        row = ClarificationRow
        done = row.status == ClarificationStatus.COMPLETED
        query = select(row.id).where(row.contact_id == contact, done).limit(1)
        return await self._session.scalar(query) is not None

    async def move(self, contact: UUID, carried_to: UUID) -> None:
        """The talks go along with the contact: they are part of its story (OPN-10)."""
        row = ClarificationRow
        moving = update(row).where(row.contact_id == contact).values(contact_id=carried_to)
        await self._session.execute(moving)

    async def _one(
        self, record: UUID, within: ColumnElement[bool]
    ) -> tuple[ClarificationRow, ContactRow]:
        row = ClarificationRow
        query = (
            select(row, ContactRow)
            .join(ContactRow, ContactRow.id == row.contact_id)
            .where(row.id == record, within)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError
        return found[0], found[1]
