"""Questions about the plan, its circle and its timeline."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from services.plans.models import CircleMemberRow, HouseholdRow, PlanRow, TimelineRow
from services.plans.repository.base import Repository
from services.plans.repository.reach import plan_reach
from shared.auth.call import Call
from shared.errors import NotFoundError
from shared.vocabulary import CirclePart


class PlansRepository(Repository):
    """Plans."""

    async def plan(self, call: Call, record: UUID) -> PlanRow:
        """A plan that this call may touch, else `NotFoundError`."""
        query = select(PlanRow).where(PlanRow.id == record, plan_reach(call))
        found: PlanRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def locked(self, record: UUID) -> PlanRow | None:
        """A plan, locked: whoever changes a plan waits here for its turn."""
        query = select(PlanRow).where(PlanRow.id == record).with_for_update()
        found: PlanRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        return found

    async def plan_for_change(self, call: Call, record: UUID) -> PlanRow:
        """A plan that this call may touch, locked. Reach is judged after the lock, in a statement
        of its own: who left the circle while this request waited, may not go on."""
        await self.locked(record)
        return await self.plan(call, record)

    async def household_exists(self, record: UUID) -> HouseholdRow:
        """A household that somebody opens a plan for. Who may search may open (AMS-INT-02)."""
        return await self.get(HouseholdRow, record)

    async def touch(self, plan: PlanRow, now: datetime) -> None:
        """Everything that changes something on the plan is a new version of the plan."""
        plan.changed_at = now
        flag_modified(plan, "changed_at")
        await self.flush()

    async def circle(self, plan: UUID) -> Sequence[CircleMemberRow]:
        """Who is around the plan now; the coordinator first, then as they came."""
        row = CircleMemberRow
        query = (
            select(row)
            .where(row.plan_id == plan, row.valid_until.is_(None))
            .order_by(row.part != CirclePart.COORDINATOR, row.valid_from, row.subject, row.part)
        )
        return list(await self._session.scalars(query))

    async def coordinator(self, plan: UUID) -> str:
        """The coordinator now; of a closed plan, the last one."""
        row = CircleMemberRow
        query = (
            select(row.subject)
            .where(row.plan_id == plan, row.part == CirclePart.COORDINATOR)
            .order_by(row.valid_until.desc().nulls_first(), row.valid_from.desc())
            .limit(1)
        )
        found = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return str(found)

    async def note(self, *entries: TimelineRow) -> None:
        """Write down what happened."""
        await self.add(*entries)

    async def after(self, last: UUID | None, size: int) -> Sequence[PlanRow]:
        """Plans by id, one page and one row more: for whoever rebuilds its knowledge of circles."""
        query = select(PlanRow).order_by(PlanRow.id).limit(size + 1)
        if last is not None:
            query = query.where(PlanRow.id > last)
        return list(await self._session.scalars(query))

    async def circles(self, plans: Sequence[UUID]) -> Sequence[CircleMemberRow]:
        """Who is around each of these plans now."""
        row = CircleMemberRow
        query = (
            select(row)
            .where(row.plan_id.in_(plans), row.valid_until.is_(None))
            .order_by(row.part != CirclePart.COORDINATOR, row.valid_from, row.subject, row.part)
        )
        return list(await self._session.scalars(query))
