"""Questions about requests without an item of a plan, and how long a decision holds."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from services.referrals.domain.lifecycle import CLOSED_REQUESTS
from services.referrals.models import JudgementRow, ReferralRow
from shared.db.circle import CirclePlanRow
from shared.db.database import Session


async def lock_household(session: Session, household: UUID, *, shared: bool) -> None:
    """Until this transaction ends: who makes a request (shared) and who takes a plan over wait for
    one another, so that no request stays without the plan that was opened beside it."""
    hold = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    await session.execute(select(hold(func.hashtextextended(str(household), 0))))


class LeadingRepository:
    """Requests without an item of a plan, and the decision on them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def to_join(self, household: UUID, plan: UUID) -> Sequence[ReferralRow]:
        """Open requests of a household without an item of a plan that do not know this plan yet."""
        row = ReferralRow
        query = (
            select(row)
            .where(
                row.household_id == household,
                row.support_item_id.is_(None),
                row.status.not_in(CLOSED_REQUESTS),
                row.plan_id.is_distinct_from(plan),
            )
            .order_by(row.id)
            .with_for_update()
        )
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))

    async def left_alone(self) -> Sequence[tuple[UUID, UUID]]:
        """Households, and their open plan, with such a request: what an event did not bring."""
        row, plan = ReferralRow, CirclePlanRow
        query = (
            select(plan.household_id, plan.plan_id)
            .join(row, row.household_id == plan.household_id)
            .where(
                plan.open,
                row.support_item_id.is_(None),
                row.status.not_in(CLOSED_REQUESTS),
                row.plan_id.is_distinct_from(plan.plan_id),
            )
            .distinct()
        )
        return [(household, found) for household, found in await self._session.execute(query)]

    async def open_plan(self, household: UUID) -> UUID | None:
        """The open plan of a household, as far as the projection knows."""
        row = CirclePlanRow
        found: UUID | None = await self._session.scalar(
            select(row.plan_id).where(row.household_id == household, row.open)
        )
        return found

    async def decided_until(self, referral: UUID) -> date | None:
        """The last day of the last decision on a request, if it has one."""
        row = JudgementRow
        query = select(row.valid_until).where(row.referral_id == referral)
        found: date | None = await self._session.scalar(query.order_by(row.round.desc()).limit(1))
        return found
