"""What independent client support reaches: its own applications, for who asked it to act."""

from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from services.referrals.domain.applications import OPEN_APPLICATIONS
from services.referrals.models import ApplicationRow, HelperRow, ObjectionRow
from services.referrals.repository.reach import Viewer
from shared.db.database import Session
from shared.db.newer import keep_newer
from shared.errors import NotFoundError
from shared.vocabulary import ObjectionStatus, Reach

IdOrColumn: TypeAlias = UUID | InstrumentedAttribute[UUID]


def helped(viewer: Viewer) -> ColumnElement[bool]:
    """Applications that the caller made as client support, for a person who asked it to act still.

    As long as a decision is awaited or an objection is open, and after that as long as objecting
    and the answer to it can take (AMS-ROL-36).
    """
    call, row = viewer.call, ApplicationRow
    if not call.may(Reach.AUTHORISED):
        return false()
    lasts = or_(
        row.status.in_(OPEN_APPLICATIONS), objected(), row.changed_at > call.now - viewer.helping
    )
    own = and_(row.by_helper, row.created_by == call.principal.subject)
    helper = HelperRow
    whose = _helps(call.principal.subject, row.household_id, row.person_id)
    still = exists(select(helper.contact_id).where(whose))
    return and_(own, lasts, still)


def _helps(subject: str, household: IdOrColumn, person: IdOrColumn) -> ColumnElement[bool]:
    row = HelperRow
    return and_(
        row.subject == subject,
        row.household_id == household,
        row.person_id == person,
    )


def objected() -> ColumnElement[bool]:
    """An objection to the decision on an application is open."""
    row = ObjectionRow
    lodged = and_(row.application_id == ApplicationRow.id, row.status == ObjectionStatus.LODGED)
    return exists(select(row.id).where(lodged))


class HelpersRepository:
    """Who was asked by whom to act, as intake told it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def linked(self, row: HelperRow, carried: Collection[UUID]) -> None:
        """A contact was linked, or linked anew: the newest holds, and what it was carried over from
        says nothing any more."""
        kind = HelperRow
        await self._session.execute(delete(kind).where(kind.contact_id.in_(carried)))
        await keep_newer(self._session, row)

    async def ensure_helps(self, subject: str, household: UUID, person: UUID) -> None:
        """Raises `NotFoundError` for a person who did not ask this subject to act."""
        found = select(HelperRow.contact_id).where(_helps(subject, household, person)).limit(1)
        if await self._session.scalar(found) is None:
            raise NotFoundError
