"""Questions about consents: what may be shared with whom, and until when."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.plans.models import ConsentRow, DisclosureRow, PlanRow, SupportItemRow
from services.plans.repository.base import Repository
from services.plans.repository.leading import Leader
from services.plans.repository.reach import plan_reach
from shared.auth.call import Call
from shared.errors import NotFoundError
from shared.vocabulary import ConsentStatus, PlanStatus, SupportStatus


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

    async def expired(self, new: ConsentRow, today: date) -> ConsentRow | None:
        """The consent for the same as a new one whose last day is over, locked, if there is one.

        Locked: somebody may be giving the same in another plan of this person.
        """
        row = ConsentRow
        query = select(row).where(
            row.person_id == new.person_id,
            row.provider_id == new.provider_id,
            row.purpose == new.purpose,
            row.status == ConsentStatus.GIVEN,
            row.valid_until < today,
        )
        found: ConsentRow | None = await self._session.scalar(
            query.with_for_update().execution_options(populate_existing=True)
        )
        return found

    async def package(self, leader: Leader, record: UUID) -> Sequence[DisclosureRow]:
        """What was composed together with this disclosure, one for each person, while the help it
        is about may be shared; else `NotFoundError`."""
        row = DisclosureRow
        query = (
            select(row)
            .join(SupportItemRow, SupportItemRow.id == row.support_item_id)
            .join(PlanRow, PlanRow.id == SupportItemRow.plan_id)
            .where(
                row.id == record,
                leader.plans(SupportItemRow.id),
                PlanRow.status == PlanStatus.OPEN,
                SupportItemRow.status != SupportStatus.STOPPED,
            )
        )
        found: DisclosureRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        together = select(row).where(
            row.support_item_id == found.support_item_id,
            row.provider_id.is_not_distinct_from(found.provider_id),
            row.party.is_not_distinct_from(found.party),
            row.basis == found.basis,
            row.composed_at == found.composed_at,
            row.composed_by == found.composed_by,
        )
        return list(await self._session.scalars(together))
