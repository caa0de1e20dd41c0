"""Queries about the roster, what was taken in on duty, handed back, and who else is involved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.intake.models import (
    ContactRow,
    DutyContactRow,
    DutyShiftRow,
    HandbackRow,
    IntakeRow,
    InvolvementRow,
)
from services.intake.repository.reach import Seeker, to_review
from shared.db.database import Session, is_taken, points_nowhere
from shared.errors import ConflictError, NotFoundError, StaleVersionError

_NO_TEAM: Final = "Dit team bestaat niet. Kies een team uit de lijst van teams."


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A contact taken in on duty, with the contact and the shift it was taken in on."""

    duty: DutyContactRow
    contact: ContactRow
    shift: DutyShiftRow


class DutyRepository:
    """Questions about the hours when everything is closed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: IntakeRow) -> None:
        """Store new rows, and what was changed before them."""
        self._session.add_all(rows)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if is_taken(exc):
                raise StaleVersionError from exc
            if points_nowhere(exc):
                raise ConflictError(_NO_TEAM) from exc
            raise

    async def shift(self, record: UUID) -> DutyShiftRow | None:
        """A shift by its id."""
        return await self._session.get(DutyShiftRow, record)

    async def answering(self, at: datetime) -> list[DutyShiftRow]:
        """Every desk that answers at a moment, the longest to go first."""
        row = DutyShiftRow
        query = select(row).where(row.starts_at <= at, row.ends_at > at, _holds())
        ordered = query.order_by(row.party, row.ends_at.desc(), row.id)
        return list(await self._session.scalars(ordered))

    async def next_of(self, party: str, at: datetime) -> DutyShiftRow | None:
        """The first shift of a party that begins after a moment."""
        row = DutyShiftRow
        query = select(row).where(row.party == party, row.starts_at > at, _holds())
        return await self._session.scalar(query.order_by(row.starts_at, row.id).limit(1))

    async def roster(
        self, party: str, since: datetime, after: tuple[datetime, UUID] | None, size: int
    ) -> list[DutyShiftRow]:
        """The shifts of a party that are not over: the first first, one page and one row more."""
        row = DutyShiftRow
        query = select(row).where(row.party == party, row.ends_at > since, _holds())
        if after is not None:
            query = query.where(tuple_(row.starts_at, row.id) > after)
        ordered = query.order_by(row.starts_at, row.id).limit(size + 1)
        return list(await self._session.scalars(ordered))

    async def shift_of(self, subject: str, at: datetime) -> DutyShiftRow | None:
        """The shift that somebody is in at a moment; of two the one that lasts longest."""
        row = DutyShiftRow
        query = select(row).where(
            row.subject == subject, row.starts_at <= at, row.ends_at > at, _holds()
        )
        return await self._session.scalar(query.order_by(row.ends_at.desc(), row.id).limit(1))

    async def of_contact(self, contact: UUID) -> DutyContactRow | None:
        """What is kept of a contact that was taken in on duty."""
        return await self._session.get(DutyContactRow, contact)

    async def reviewable(self, seeker: Seeker, contact: UUID) -> OnDuty:
        """A contact taken in on duty that the caller may look at, else `NotFoundError`."""
        row = DutyContactRow
        query = (
            select(row, ContactRow, DutyShiftRow)
            .join(ContactRow, ContactRow.id == row.contact_id)
            .join(DutyShiftRow, DutyShiftRow.id == row.shift_id)
            .where(row.contact_id == contact, to_review(seeker))
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError
        return OnDuty(found[0], found[1], found[2])

    async def to_look_at(
        self, seeker: Seeker, after: tuple[datetime, UUID] | None, size: int
    ) -> list[OnDuty]:
        """What nobody looked at yet: one page and one row more, the oldest first."""
        row = DutyContactRow
        query = (
            select(row, ContactRow, DutyShiftRow)
            .join(ContactRow, ContactRow.id == row.contact_id)
            .join(DutyShiftRow, DutyShiftRow.id == row.shift_id)
            .where(row.reviewed_at.is_(None), to_review(seeker))
        )
        if after is not None:
            query = query.where(tuple_(row.taken_in_at, row.contact_id) > after)
        ordered = query.order_by(row.taken_in_at, row.contact_id).limit(size + 1)
        found = await self._session.execute(ordered)
        return [OnDuty(duty, contact, shift) for duty, contact, shift in found]

    async def handbacks(self, contacts: Collection[UUID]) -> dict[UUID, HandbackRow]:
        """The last time each of these contacts was handed back."""
        row = HandbackRow
        query = select(row).where(row.contact_id.in_(contacts)).order_by(row.at, row.id)
        return {each.contact_id: each for each in await self._session.scalars(query)}

    async def involvements(self, contact: UUID) -> list[InvolvementRow]:
        """Who else is around a contact, as they came."""
        row = InvolvementRow
        query = select(row).where(row.contact_id == contact).order_by(row.at, row.id)
        return list(await self._session.scalars(query))

    async def move(self, contact: UUID, carried_to: UUID) -> None:
        """Who is involved goes along with the contact: it is part of its story (OPN-10)."""
        row = InvolvementRow
        moving = update(row).where(row.contact_id == contact).values(contact_id=carried_to)
        await self._session.execute(moving)


def _holds() -> ColumnElement[bool]:
    """A shift that was not cancelled."""
    return DutyShiftRow.cancelled_at.is_(None)
