"""Questions about consents: what may be shared with whom, and until when."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from services.plans.models import ConsentRow, PlanRow
from services.plans.repository.base import Repository
from services.plans.repository.reach import plan_reach
from shared.auth.call import Call
from shared.errors import NotFoundError


class ConsentsRepository(Repository):
    """Consents."""

    async def seen(self, call: Call, record: UUID) -> ConsentRow:
        """A consent on a plan that this call may touch, else `NotFoundError`."""
        row = ConsentRow
        query = (
            select(row)
            .join(PlanRow, PlanRow.id == row.plan_id)
            .where(row.id == record, plan_reach(call))
        )
        found: ConsentRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def of_plan(self, plan: UUID) -> Sequence[ConsentRow]:
        """Every consent of a plan, also what was revoked, the newest first."""
        row = ConsentRow
        query = select(row).where(row.plan_id == plan)
        return list(await self._session.scalars(query.order_by(row.given_at.desc(), row.id)))

    async def towards(self, provider: UUID, persons: Collection[UUID]) -> Sequence[ConsentRow]:
        """What was recorded about a provider and these persons, the newest first.

        Held as it is until this transaction ends: who revokes waits for what is being composed.
        """
        row = ConsentRow
        query = (
            select(row)
            .where(row.provider_id == provider, row.person_id.in_(persons))
            .order_by(row.given_at.desc(), row.id)
            .with_for_update(read=True)
        )
        return list(await self._session.scalars(query))
