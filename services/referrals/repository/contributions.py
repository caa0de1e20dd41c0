"""Questions about when help ran for which a contribution is due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, false, select, tuple_

from services.referrals.domain.applications import GRANTOR
from services.referrals.models import ContributionPeriodRow
from services.referrals.repository.reach import Viewer
from shared.db.database import Session
from shared.vocabulary import Reach

Place = tuple[datetime, UUID]
"""Where a page ended: what changed longest ago comes first."""


class ContributionsRepository:
    """The periods of help that costs something."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, row: ContributionPeriodRow) -> None:
        """Store a period, or what was changed in it."""
        self._session.add(row)
        await self._session.flush()

    async def open_of(self, about: UUID) -> ContributionPeriodRow | None:
        """The period that runs for this record, locked."""
        row = ContributionPeriodRow
        query = select(row).where(row.about_id == about, row.stopped_on.is_(None))
        found: ContributionPeriodRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def page(
        self, viewer: Viewer, since: datetime | None, after: Place | None, size: int
    ) -> Sequence[ContributionPeriodRow]:
        """A page and one row more, for the party that grants; nobody else has any."""
        row = ContributionPeriodRow
        query = _reached(viewer)
        if since is not None:
            query = query.where(row.changed_at >= since)
        if after is not None:
            query = query.where(tuple_(row.changed_at, row.id) > after)
        return list(
            await self._session.scalars(query.order_by(row.changed_at, row.id).limit(size + 1))
        )


def _reached(viewer: Viewer) -> Select[ContributionPeriodRow]:
    query = select(ContributionPeriodRow)
    theirs = viewer.call.may(Reach.OWN) and GRANTOR in viewer.parties
    return query if theirs else query.where(false())
