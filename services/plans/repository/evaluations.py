"""Questions about agreements and evaluations."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services.plans.models import AgreementRow, EvaluationMomentRow
from services.plans.repository.base import Repository
from shared.errors import NotFoundError


class EvaluationsRepository(Repository):
    """Agreements and evaluations."""

    async def latest_answers(self, plan: UUID) -> Sequence[AgreementRow]:
        """The latest answer of each member: by the day it was given, then as it was recorded."""
        row = AgreementRow
        latest = (
            select(row)
            .where(row.plan_id == plan)
            .ext(distinct_on(row.person_id))
            .order_by(row.person_id, row.answered_on.desc(), row.recorded_at.desc(), row.id)
        )
        return list(await self._session.scalars(latest))

    async def moment(self, plan: UUID, record: UUID) -> EvaluationMomentRow:
        """An evaluation moment of this plan."""
        row = EvaluationMomentRow
        found: EvaluationMomentRow | None = await self._session.scalar(
            select(row).where(row.id == record, row.plan_id == plan)
        )
        if found is None:
            raise NotFoundError
        return found

    async def planned(self, plan: UUID) -> Sequence[EvaluationMomentRow]:
        """The moments that are still to come or overdue, earliest first."""
        row = EvaluationMomentRow
        query = (
            select(row)
            .where(row.plan_id == plan, row.held_at.is_(None))
            .order_by(row.planned_on, row.id)
        )
        return list(await self._session.scalars(query))

    async def planned_on(self, plan: UUID, day: date) -> EvaluationMomentRow | None:
        """The moment planned for a day, if there is one."""
        return next((row for row in await self.planned(plan) if row.planned_on == day), None)
