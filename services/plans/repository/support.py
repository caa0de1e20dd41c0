"""Questions about goals and the help for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select

from services.plans.models import (
    EvaluationDecisionRow,
    GoalMemberRow,
    GoalRow,
    PlanRow,
    SupportGoalRow,
    SupportItemRow,
    WorkItemRow,
)
from services.plans.repository.base import Repository
from services.plans.repository.reach import plan_reach
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import NotFoundError
from shared.vocabulary import PlanStatus, SupportStatus, WorkItemKind


class SupportRepository(Repository):
    """Goals and support items."""

    async def plan_of_goal(self, goal: UUID) -> UUID:
        """On which plan a goal stands."""
        found = await self._session.scalar(select(GoalRow.plan_id).where(GoalRow.id == goal))
        if found is None:
            raise NotFoundError
        return UUID(str(found))

    async def goal_seen(self, call: Call, goal: UUID) -> GoalRow:
        """A goal on a plan that this call may touch."""
        query = (
            select(GoalRow)
            .join(PlanRow, PlanRow.id == GoalRow.plan_id)
            .where(GoalRow.id == goal, plan_reach(call))
        )
        found: GoalRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def goals(self, plan: UUID) -> Sequence[GoalRow]:
        """The goals of a plan, as they came."""
        row = GoalRow
        query = select(row).where(row.plan_id == plan).order_by(row.created_at, row.id)
        return list(await self._session.scalars(query))

    async def members_of_goals(self, goals: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
        """For whom each of these goals is."""
        row = GoalMemberRow
        query = select(row).where(row.goal_id.in_(goals)).order_by(row.position)
        found: dict[UUID, list[UUID]] = {goal: [] for goal in goals}
        for member in await self._session.scalars(query):
            found[member.goal_id].append(member.person_id)
        return found

    async def item(self, plan: UUID, item: UUID) -> SupportItemRow:
        """A support item of this plan."""
        row = SupportItemRow
        query = select(row).where(row.id == item, row.plan_id == plan)
        found: SupportItemRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def item_seen(self, call: Call, item: UUID) -> SupportItemRow:
        """A support item on a plan that this call may touch."""
        row = SupportItemRow
        query = (
            select(row)
            .join(PlanRow, PlanRow.id == row.plan_id)
            .where(row.id == item, plan_reach(call))
        )
        found: SupportItemRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def items(self, plan: UUID) -> Sequence[SupportItemRow]:
        """The support items of a plan, as they came."""
        row = SupportItemRow
        query = select(row).where(row.plan_id == plan).order_by(row.created_at, row.id)
        return list(await self._session.scalars(query))

    async def goals_of_item(self, item: UUID) -> Sequence[UUID]:
        """For which goals a support item is."""
        row = SupportGoalRow
        query = select(row.goal_id).where(row.support_item_id == item).order_by(row.position)
        return list(await self._session.scalars(query))

    async def running_longer(
        self, voorziening: str, days: int, now: datetime
    ) -> Sequence[tuple[SupportItemRow, PlanRow]]:
        """Help on open plans that runs so many days or longer, of which nobody was asked so long
        to look for a next step."""
        row, work = SupportItemRow, WorkItemRow
        long_ago = now - timedelta(days=days)
        asked = exists(
            select(work.id).where(
                work.about_id == row.id,
                work.kind == WorkItemKind.ONWARD_STEP,
                or_(work.done_at.is_(None), work.done_at > long_ago),
            )
        )
        query = (
            select(row, PlanRow)
            .join(PlanRow, PlanRow.id == row.plan_id)
            .where(
                PlanRow.status == PlanStatus.OPEN,
                row.voorziening == voorziening,
                row.running_since <= local_date(long_ago),
                ~asked,
            )
            .order_by(row.id)
        )
        return [(item, plan) for item, plan in await self._session.execute(query)]

    async def unchanged_since(self, moment: datetime) -> Sequence[tuple[SupportItemRow, PlanRow]]:
        """Help on open plans that runs and was neither changed nor looked at since a moment."""
        row, decision = SupportItemRow, EvaluationDecisionRow
        looked_at = exists(
            select(decision.evaluation_id).where(
                decision.support_item_id == row.id, decision.decided_at > moment
            )
        )
        query = (
            select(row, PlanRow)
            .join(PlanRow, PlanRow.id == row.plan_id)
            .where(
                PlanRow.status == PlanStatus.OPEN,
                row.status == SupportStatus.RUNNING,
                row.changed_on <= local_date(moment),
                ~looked_at,
            )
            .order_by(row.id)
        )
        return [(item, plan) for item, plan in await self._session.execute(query)]
