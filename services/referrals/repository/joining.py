"""Applications and grants that a plan or a request takes over, locked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select

from services.referrals.domain.applications import OPEN_APPLICATIONS
from services.referrals.models import ApplicationRow, GrantRow, ReferralRow
from shared.db.database import Session


class JoiningApplications:
    """What was asked and granted without a plan, locked: a plan takes it over."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def applications(self, household: UUID) -> Sequence[ApplicationRow]:
        """Every application of a household without a plan, also one that was decided."""
        row = ApplicationRow
        query = select(row).where(row.household_id == household, row.plan_id.is_(None))
        return list(await self._session.scalars(query.order_by(row.id).with_for_update()))

    async def grants(self, household: UUID) -> Sequence[GrantRow]:
        """Every grant of a household without a plan."""
        row = GrantRow
        query = select(row).where(row.household_id == household, row.plan_id.is_(None))
        return list(await self._session.scalars(query.order_by(row.id).with_for_update()))

    async def open_of(self, referral: UUID) -> ApplicationRow | None:
        """The open application about a request, locked."""
        row = ApplicationRow
        query = select(row).where(row.referral_id == referral, row.status.in_(OPEN_APPLICATIONS))
        found: ApplicationRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def untied(self, referral: ReferralRow, persons: Sequence[UUID]) -> ApplicationRow | None:
        """The open application about the same for one of these persons that no request was named
        for, locked."""
        row = ApplicationRow
        query = (
            select(row)
            .where(
                row.household_id == referral.household_id,
                row.voorziening == referral.voorziening,
                row.person_id.in_(persons),
                row.referral_id.is_(None),
                row.status.in_(OPEN_APPLICATIONS),
                or_(row.support_item_id.is_(None), row.support_item_id == referral.support_item_id),
            )
            .order_by(row.received_on, row.id)
            .limit(1)
        )
        found: ApplicationRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def same_open(self, row: ApplicationRow) -> ApplicationRow | None:
        """The open application for the same request or the same question, if any. Not locked: who
        asks holds the request, and who decides on it waits for that."""
        kind = ApplicationRow
        question = and_(
            kind.household_id == row.household_id,
            kind.person_id == row.person_id,
            kind.voorziening == row.voorziening,
            # Asked before there was an item, it is the same question.
            or_(kind.support_item_id.is_(None), kind.support_item_id == row.support_item_id),
        )
        same = or_(kind.referral_id == row.referral_id, question)
        query = select(kind).where(kind.status.in_(OPEN_APPLICATIONS), same)
        found = await self._session.scalars(query.order_by(kind.id))
        return found.first()
