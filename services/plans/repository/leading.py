"""Whom a party outside the teams may lead: reach as a WHERE, from what was told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from services.plans.domain.support import FOLLOWS
from services.plans.models import (
    DisclosureRow,
    HouseholdEntryRow,
    HouseholdHelperRow,
    HouseholdRequestRow,
    HouseholdRow,
    PlanRow,
)
from services.plans.repository.base import Repository
from services.plans.repository.reach import household_reach, plan_reach
from shared.auth.call import Call
from shared.db.newer import keep_newer
from shared.errors import NotFoundError
from shared.vocabulary import PlanStatus, Reach, ReferralStatus, SupportStatus

_ENTRY_LASTS: Final = timedelta(days=14)
_ENDED: Final = tuple(
    status for status, follows in FOLLOWS.items() if follows is SupportStatus.STOPPED
)


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads somebody, and for which parties the caller's roles speak, the teams left out.

    `after_a_no`: how long the party that said no may help the person to ask a formal decision.
    `helping`: how long client support whom the person authorised may.
    """

    call: Call
    parties: Collection[str]
    after_a_no: timedelta
    helping: timedelta

    def households(self) -> ColumnElement[bool]:
        """The households that this caller may ask about in order to lead somebody."""
        return or_(household_reach(self.call), self._made(), self._entered(), self._asked_for())

    def plans(self, item: UUID | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """The plans that this caller may ask about; another party only for the item it leads to."""
        row = HouseholdRequestRow
        about = and_(row.plan_id == PlanRow.id, row.support_item_id == item, self._is_ours())
        return or_(plan_reach(self.call), exists(select(row.referral_id).where(about)))

    def _made(self) -> ColumnElement[bool]:
        """Written down by the caller, until there is a plan."""
        if not self.call.may(Reach.OWN):
            return false()
        plan = PlanRow
        of_it = and_(plan.household_id == HouseholdRow.id, plan.status == PlanStatus.OPEN)
        own = HouseholdRow.created_by == self.call.principal.subject
        return and_(own, ~exists(select(plan.id).where(of_it)))

    def _entered(self) -> ColumnElement[bool]:
        """A contact of the caller, or of the caller's party, was linked to it not long ago."""
        row = HouseholdEntryRow
        whose: ColumnElement[bool] = row.linked_by == self.call.principal.subject
        if self.call.may(Reach.OWN):
            whose = or_(whose, row.party.in_(self.parties))
        fresh = row.linked_at > self.call.now - _ENTRY_LASTS
        of_it = row.household_id == HouseholdRow.id
        return exists(select(row.contact_id).where(of_it, fresh, whose))

    def _asked_for(self) -> ColumnElement[bool]:
        """The caller's party judges or places an open request for it."""
        row = HouseholdRequestRow
        of_it = row.household_id == HouseholdRow.id
        return exists(select(row.referral_id).where(of_it, self._is_ours()))

    def _is_ours(self) -> ColumnElement[bool]:
        if not self.call.may(Reach.OWN):
            return false()
        row = HouseholdRequestRow
        ours = or_(row.judge_party.in_(self.parties), row.placing_party.in_(self.parties))
        return and_(row.status.not_in(_ENDED), ours)


class LeadingRepository(Repository):
    """Households and plans as whoever leads somebody may ask about them."""

    async def household(self, leader: Leader, record: UUID) -> HouseholdRow:
        """A household that this caller may lead, else `NotFoundError`."""
        row = HouseholdRow
        query = select(row).where(row.id == record, leader.households())
        found: HouseholdRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def plan(self, leader: Leader, record: UUID, item: UUID) -> PlanRow:
        """A plan that this caller may lead by this item, else `NotFoundError`."""
        query = select(PlanRow).where(PlanRow.id == record, leader.plans(item))
        found: PlanRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def disclosed(self, leader: Leader, record: UUID) -> DisclosureRow:
        """What was composed of a person without an item of a plan, while it may be asked again."""
        row = DisclosureRow
        query = (
            select(row)
            .join(HouseholdRow, HouseholdRow.id == row.household_id)
            .where(row.id == record, leader.households())
        )
        found: DisclosureRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def status_of(self, referral: UUID) -> ReferralStatus | None:
        """Where a request stands, as referrals told it last."""
        row = HouseholdRequestRow
        found: ReferralStatus | None = await self._session.scalar(
            select(row.status).where(row.referral_id == referral)
        )
        return found

    async def request_moves(self, row: HouseholdRequestRow) -> bool:
        """Take over a newer state of a request; an older or equal one answers False."""
        return await keep_newer(self._session, row)

    async def helped(self, row: HouseholdHelperRow, carried: Collection[UUID]) -> None:
        """Who helps the person of a contact, as it is linked now; what it was carried over from
        says nothing any more."""
        kind = HouseholdHelperRow
        await self._session.execute(delete(kind).where(kind.contact_id.in_(carried)))
        await keep_newer(self._session, row)

    async def entered(self, row: HouseholdEntryRow) -> None:
        """A contact was linked to a household, or to another one: the newest holds."""
        await keep_newer(self._session, row)
