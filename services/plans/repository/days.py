"""Questions about the days around requests and grants, as referrals told them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.plans.models import ToldDayRow
from services.plans.repository.base import Repository
from shared.vocabulary import DayKind


class DaysRepository(Repository):
    """When help ends, and when somebody has to be spoken to."""

    async def known(self, subject: UUID) -> Mapping[DayKind, date | None]:
        """The days that are known of a request or a grant."""
        row = ToldDayRow
        query = select(row.kind, row.day).where(row.subject == subject)
        found = await self._session.execute(query)
        return {told.kind: told.day for told in found}

    async def in_touch(self, plan: UUID) -> bool:
        """Whether somebody keeps in touch after help, for a request of this plan."""
        row = ToldDayRow
        kept = select(row.subject).where(row.plan_id == plan, row.kind == DayKind.AFTERCARE_CONTACT)
        return await self._session.scalar(kept.limit(1)) is not None

    async def keep(self, row: ToldDayRow) -> None:
        """A day as it is now."""
        values: dict[str, Any] = {
            "plan_id": row.plan_id,
            "support_item_id": row.support_item_id,
            "referral_id": row.referral_id,
            "day": row.day,
            "changed_at": row.changed_at,
        }
        statement = insert(ToldDayRow).values(subject=row.subject, kind=row.kind, **values)
        key = [ToldDayRow.subject, ToldDayRow.kind]
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=key, set_=values)
        )

    async def forget(self, subject: UUID, kind: DayKind) -> None:
        """There is no such day any more."""
        row = ToldDayRow
        await self._session.execute(delete(row).where(row.subject == subject, row.kind == kind))

    async def forget_grants(self, referral: UUID, before: date) -> None:
        """A request is judged anew: a grant that is over says nothing of what comes of it."""
        row = ToldDayRow
        over = (row.referral_id == referral, row.kind == DayKind.GRANT, row.day < before)
        await self._session.execute(delete(row).where(*over))
