"""Questions about the light requests of a plan, and whom they called in."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from services.plans.domain.support import SERVICE_ASKED
from services.plans.models import CircleMemberRow, ServiceProgressRow
from services.plans.repository.base import Repository
from shared.vocabulary import CirclePart


class ServicesRepository(Repository):
    """Light requests, as referrals told them; the lock of their plan orders who writes."""

    async def progress(self, record: UUID) -> ServiceProgressRow | None:
        """How far a light request is known."""
        query = select(ServiceProgressRow).where(ServiceProgressRow.service_request_id == record)
        found: ServiceProgressRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        return found

    async def asked_for(self, plan: UUID) -> Collection[UUID]:
        """The support items of a plan for which somebody is still to answer."""
        row = ServiceProgressRow
        query = select(row.support_item_id).where(
            row.plan_id == plan, row.status.in_(SERVICE_ASKED)
        )
        return set(await self._session.scalars(query))

    async def specialist(self, plan: UUID, subject: str) -> CircleMemberRow | None:
        """The part of a specialist around a plan now."""
        row = CircleMemberRow
        query = select(row).where(
            row.plan_id == plan,
            row.subject == subject,
            row.part == CirclePart.SPECIALIST,
            row.valid_until.is_(None),
        )
        found: CircleMemberRow | None = await self._session.scalar(query)
        return found

    async def called_in_by(self, member: UUID) -> Collection[UUID]:
        """The light requests by which somebody is in the circle; none: engaged by hand."""
        row = ServiceProgressRow
        query = select(row.service_request_id).where(row.circle_member_id == member)
        return set(await self._session.scalars(query))
