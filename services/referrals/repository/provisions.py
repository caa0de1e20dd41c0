"""Questions about help that was arranged at once, by the reach of who asks."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, tuple_

from services.referrals.domain.provisions import CONFIRM_MANDATE
from services.referrals.models import OwedStepRow, ReferralsRow, TemporaryProvisionRow
from services.referrals.repository.reach import Viewer
from shared.db.circle import in_circle
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.outbox.circle import may_show
from shared.vocabulary import MandateStanding, Reach, TemporaryProvisionStatus


def arranged(viewer: Viewer) -> ColumnElement[bool]:
    """The provisions this caller may touch: its own, those of its team or its party, and those of
    a plan around which it works."""
    row, call = TemporaryProvisionRow, viewer.call
    found: list[ColumnElement[bool]] = [false()]
    if call.may(Reach.OWN) or call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
        found.append(row.decided_by == call.principal.subject)
    if call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
        plan: ColumnElement[UUID] = row.plan_id.expression  # type: ignore[assignment]  # NULL: no circle
        around = in_circle(plan, call.principal.subject, call.now)
        found.append(and_(around, may_show(plan, viewer.stale_before)))
    if call.may(Reach.OWN_TEAM) and call.principal.team is not None:
        found.append(row.team_id == call.principal.team)
    if call.may(Reach.OWN):
        found.append(row.decided_party.in_(sorted(set(viewer.parties) - {viewer.front_party})))
    return or_(*found)


def to_confirm(viewer: Viewer) -> ColumnElement[bool]:
    """The provisions of which the caller's party, which grants, is to look at the mandate."""
    row = TemporaryProvisionRow
    if not viewer.call.may(Reach.OWN):
        return false()
    ours = row.grantor_party.in_(sorted(set(viewer.parties) - {viewer.front_party}))
    return and_(ours, row.mandate == MandateStanding.NOT_ON_ROSTER)


def _mandate_owed() -> ColumnElement[bool]:
    row = OwedStepRow
    step = and_(
        row.provision_id == TemporaryProvisionRow.id,
        row.code == CONFIRM_MANDATE,
        row.done_at.is_(None),
    )
    return exists(select(row.id).where(step))


class ProvisionsRepository:
    """Help arranged at once, and what is owed after it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: ReferralsRow) -> None:
        """Store rows, or what was changed in them."""
        self._session.add_all(rows)
        await self._session.flush()

    async def provision(
        self, viewer: Viewer, record: UUID, *, lock: bool = False, mandate: bool = False
    ) -> TemporaryProvisionRow:
        """One provision within reach, else `NotFoundError`. A writer locks it first of all.

        `mandate`: also for who looks at the mandate only.
        """
        row = TemporaryProvisionRow
        within = or_(arranged(viewer), to_confirm(viewer)) if mandate else arranged(viewer)
        query = select(row).where(row.id == record, within)
        query = query.execution_options(populate_existing=True)
        found: TemporaryProvisionRow | None = await self._session.scalar(
            query.with_for_update() if lock else query
        )
        if found is None:
            await viewer.ensure_told_all(self._session)
            raise NotFoundError
        return found

    async def running(
        self, viewer: Viewer, after: tuple[date, UUID] | None, size: int
    ) -> list[TemporaryProvisionRow]:
        """What has not ended, and what the caller's party must confirm the mandate of; the nearest
        last day first, one page and one row more."""
        await viewer.ensure_told_all(self._session)
        row = TemporaryProvisionRow
        runs = and_(row.status != TemporaryProvisionStatus.ENDED, arranged(viewer))
        query = select(row).where(or_(runs, and_(to_confirm(viewer), _mandate_owed())))
        if after is not None:
            query = query.where(tuple_(row.until, row.id) > after)
        query = query.order_by(row.until, row.id).limit(size + 1)
        return list(await self._session.scalars(query))

    async def arranged(self, viewer: Viewer, records: Collection[UUID]) -> set[UUID]:
        """Which of these the caller sees whole, and not for their mandate only."""
        row = TemporaryProvisionRow
        query = select(row.id).where(row.id.in_(records), arranged(viewer))
        return set(await self._session.scalars(query))

    async def without_plan(self, household: UUID) -> Sequence[TemporaryProvisionRow]:
        """What was arranged for a household without a plan and has not ended, locked."""
        row = TemporaryProvisionRow
        query = select(row).where(
            row.household_id == household,
            row.plan_id.is_(None),
            row.status != TemporaryProvisionStatus.ENDED,
        )
        return list(await self._session.scalars(query.order_by(row.id).with_for_update()))

    async def of_contacts(self, contacts: Collection[UUID]) -> Sequence[TemporaryProvisionRow]:
        """What was arranged for these contacts while nobody knew for whom, locked."""
        row = TemporaryProvisionRow
        query = select(row).where(row.contact_id.in_(contacts), row.household_id.is_(None))
        return list(await self._session.scalars(query.order_by(row.id).with_for_update()))

    async def owed(self, provisions: Collection[UUID]) -> Sequence[OwedStepRow]:
        """What is owed after these, the nearest day first."""
        row = OwedStepRow
        query = select(row).where(row.provision_id.in_(provisions))
        return list(await self._session.scalars(query.order_by(row.due_on, row.code)))
