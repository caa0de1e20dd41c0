"""Who had the mandate to arrange help at once, as intake told of the duty roster."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from services.referrals.models import DutyMandateRow, TemporaryProvisionRow
from shared.db.database import Session
from shared.db.newer import keep_newer
from shared.vocabulary import MandateStanding


class MandatesRepository:
    """The shifts of the roster, and what was arranged by who stood on none."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def hold(self, subject: str, *, shared: bool) -> None:
        """Until this transaction ends: who arranges (shared) and who hears of a shift of the same
        officer wait for one another, so that neither misses the other."""
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        await self._session.execute(select(lock(func.hashtextextended(f"mandate/{subject}", 0))))

    async def take_over(self, row: DutyMandateRow) -> bool:
        """A newer state of a shift; an older or equal one changes nothing (answers False)."""
        return await keep_newer(self._session, row)

    async def has(self, subject: str, at: datetime) -> bool:
        """Whether somebody stood on the roster with the mandate at a moment."""
        row = DutyMandateRow
        query = select(row.shift_id).where(
            row.subject == subject,
            row.mandated,
            row.starts_at <= at,
            row.ends_at > at,
            or_(row.cancelled_at.is_(None), row.cancelled_at > at),
        )
        return bool(await self._session.scalar(select(exists(query))))

    async def unconfirmed(self, shift: DutyMandateRow) -> Sequence[TemporaryProvisionRow]:
        """What this officer arranged during this shift while the roster did not say so, locked."""
        row = TemporaryProvisionRow
        until = shift.ends_at if shift.cancelled_at is None else shift.cancelled_at
        query = select(row).where(
            row.decided_by == shift.subject,
            row.mandate == MandateStanding.NOT_ON_ROSTER,
            row.decided_at >= shift.starts_at,
            row.decided_at < min(until, shift.ends_at),
        )
        query = query.order_by(row.id).with_for_update()
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))
