"""For whom a formal decision may be asked: also after a no, by who was told of it."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select

from services.plans.models import (
    HouseholdHelperRow,
    HouseholdRequestRow,
    HouseholdRow,
    PlanRow,
    ToldProgressRow,
)
from services.plans.repository.base import Repository
from services.plans.repository.leading import Leader
from services.plans.repository.reach import plan_reach
from shared.db.newer import keep_newer
from shared.errors import NotFoundError
from shared.vocabulary import Reach, ReferralStatus


class GrantsRepository(Repository):
    """Households and plans as whoever asks a formal decision may ask about them."""

    async def household(self, leader: Leader, record: UUID, person: UUID | None) -> HouseholdRow:
        """A household that this caller leads, or said no to not long ago, or in which it helps this
        person (None: anybody); else `NotFoundError`."""
        row, told = HouseholdRow, HouseholdRequestRow
        no = exists(select(told.referral_id).where(told.household_id == row.id, _said_no(leader)))
        within = or_(leader.households(), no, _helps(leader, person))
        query = select(row).where(row.id == record, within)
        found: HouseholdRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def plan(self, leader: Leader, record: UUID, item: UUID | None) -> PlanRow:
        """A plan around which the caller works, or an item of which the caller leads or said no
        to; else `NotFoundError`."""
        told = HouseholdRequestRow
        found: ColumnElement[bool] = plan_reach(leader.call)
        if item is not None:
            no = exists(
                select(told.referral_id).where(
                    told.plan_id == PlanRow.id, told.support_item_id == item, _said_no(leader)
                )
            )
            found = or_(leader.plans(item), no)
        query = select(PlanRow).where(PlanRow.id == record, found)
        plan: PlanRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if plan is None:
            raise NotFoundError
        return plan

    async def told(self, row: ToldProgressRow) -> bool:
        """Take over a newer state of what referrals decides; an older one answers False."""
        return await keep_newer(self._session, row)


def _helps(leader: Leader, person: UUID | None) -> ColumnElement[bool]:
    """A person of this household asked the caller, client support, to act for them."""
    if not leader.call.may(Reach.AUTHORISED):
        return false()
    row = HouseholdHelperRow
    found = (
        (row.household_id == HouseholdRow.id)
        & (row.subject == leader.call.principal.subject)
        & (row.linked_at > leader.call.now - leader.helping)
    )
    whom = row.person_id.is_not(None) if person is None else row.person_id == person
    return exists(select(row.contact_id).where(found, whom))


def _said_no(leader: Leader) -> ColumnElement[bool]:
    if not leader.call.may(Reach.OWN):
        return false()
    row = HouseholdRequestRow
    return (
        row.judge_party.in_(leader.parties)
        & row.status.in_((ReferralStatus.NOT_ADMITTED, ReferralStatus.NOT_GRANTED))
        & (row.changed_at > leader.call.now - leader.after_a_no)
    )
