"""Questions about applications, decisions, objections and grants, by the reach of who asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.referrals.domain.applications import OPEN_APPLICATIONS
from services.referrals.domain.lifecycle import CLOSED_BY_A_NO, CLOSED_REQUESTS
from services.referrals.models import (
    ONE_DECISION_PER_ROUND,
    ONE_OPEN_OBJECTION,
    ONE_OPEN_PER_QUESTION,
    ONE_OPEN_PER_REFERRAL,
    ONE_RUNNING_GRANT,
    ApplicationRow,
    DecisionRow,
    GrantEventRow,
    GrantRow,
    ObjectionRow,
    ReferralRow,
    ReferralsRow,
)
from services.referrals.repository.helping import helped, objected
from services.referrals.repository.reach import Viewer
from shared.db.circle import CirclePlanRow, in_circle
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.outbox.circle import may_show
from shared.vocabulary import GrantStatus, ObjectionStatus, Reach

RowT = TypeVar("RowT", bound=ReferralsRow)
Owned: TypeAlias = type[ApplicationRow] | type[GrantRow]

_TOLD: Final = {
    ONE_OPEN_PER_REFERRAL: "Voor deze aanvraag loopt al een aanvraag om een besluit.",
    ONE_OPEN_PER_QUESTION: "Hierover is al een besluit gevraagd. Dat loopt nog.",
    ONE_DECISION_PER_ROUND: "Op deze aanvraag is al een besluit genomen.",
    ONE_OPEN_OBJECTION: "Er loopt al een bezwaar tegen dit besluit.",
    ONE_RUNNING_GRANT: "Op deze aanvraag loopt al een toekenning.",
}


@dataclass(frozen=True, slots=True)
class Details:
    """What hangs on one application."""

    decisions: Sequence[DecisionRow]
    objections: Sequence[ObjectionRow]
    grant: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications, and where the page before ended."""

    plan: UUID | None
    after: tuple[date, UUID] | None
    size: int


def owned(viewer: Viewer, row: Owned) -> ColumnElement[bool]:
    """Applications and grants that this caller may touch with this operation, as a WHERE.

    Around the plan; for the party that decides and the party at which it was asked; and without a
    plan for who wrote it down. The teams reach by the plan, never by the party they speak for.
    """
    call = viewer.call
    plan: ColumnElement[UUID] = row.plan_id.expression  # type: ignore[assignment]  # NULL: no circle
    found: list[ColumnElement[bool]] = [false()]
    known = may_show(plan, viewer.stale_before)
    around = call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)
    if around:
        found.append(and_(in_circle(plan, call.principal.subject, call.now), known))
        mine = and_(row.plan_id.is_(None), row.created_by == call.principal.subject)
        # What somebody asked as client support is followed as client support.
        found.append(mine if row is GrantRow else and_(mine, ~ApplicationRow.by_helper))
    team = call.principal.team
    if call.may(Reach.OWN_TEAM) and team is not None:
        state = CirclePlanRow
        of_team = and_(state.plan_id == row.plan_id, state.team_id == team)
        found.append(and_(exists(select(state.plan_id).where(of_team)), known))
    if call.may(Reach.OWN):
        ours = sorted(set(viewer.parties) - {viewer.front_party})
        found.append(or_(row.grantor_party.in_(ours), row.applicant_party.in_(ours)))
    return or_(*found)


def _reached(viewer: Viewer) -> ColumnElement[bool]:
    """An application that the caller may follow, whole or as client support."""
    return or_(owned(viewer, ApplicationRow), helped(viewer))


class ApplicationsRepository:
    """Applications and what came of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: ReferralsRow) -> None:
        """Store rows, or what was changed in them; a broken invariant is a `ConflictError`."""
        self._session.add_all(rows)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            for constraint, told in _TOLD.items():
                if violates(exc, constraint):
                    raise ConflictError(told) from exc
            raise

    async def application(
        self, viewer: Viewer, record: UUID, *, lock: bool = False
    ) -> ApplicationRow:
        """One application within reach, else `NotFoundError`. A writer locks it first of all."""
        row = ApplicationRow
        return await self._one(viewer, select(row).where(row.id == record, _reached(viewer)), lock)

    async def owned(self, viewer: Viewer, records: Collection[UUID]) -> set[UUID]:
        """Which of these the caller sees whole, and not as client support only."""
        row = ApplicationRow
        query = select(row.id).where(row.id.in_(records), owned(viewer, row))
        return set(await self._session.scalars(query))

    async def applications(self, viewer: Viewer, wanted: Wanted) -> list[ApplicationRow]:
        """Applications within reach, nearest term first, one page and one row more.

        Of one plan all of them; without a plan those that wait for a decision or on which an
        objection is open. Client support has its own, and knows no plan.
        """
        await viewer.ensure_told_all(self._session)
        row = ApplicationRow
        waits = or_(row.status.in_(OPEN_APPLICATIONS), objected())
        query = select(row).where(or_(and_(owned(viewer, row), waits), helped(viewer)))
        if wanted.plan is not None:
            query = select(row).where(owned(viewer, row), row.plan_id == wanted.plan)
        if wanted.after is not None:
            query = query.where(tuple_(row.due_on, row.id) > wanted.after)
        query = query.order_by(row.due_on, row.id).limit(wanted.size + 1)
        return list(await self._session.scalars(query))

    async def objection(
        self, viewer: Viewer, record: UUID, *, lock: bool = False
    ) -> tuple[ApplicationRow, ObjectionRow]:
        """An objection within reach and its application, which a writer locks first."""
        row = ObjectionRow
        of_it = select(row.application_id).where(row.id == record).scalar_subquery()
        application = ApplicationRow
        query = select(application).where(application.id == of_it, _reached(viewer))
        found = await self._one(viewer, query, lock)
        return found, await self._one(viewer, select(row).where(row.id == record), lock)

    async def grant(self, viewer: Viewer, record: UUID, *, lock: bool = False) -> GrantRow:
        """One grant within reach, else `NotFoundError`."""
        row = GrantRow
        return await self._one(
            viewer, select(row).where(row.id == record, owned(viewer, row)), lock
        )

    async def grants_of_plan(self, viewer: Viewer, plan: UUID) -> list[GrantRow]:
        """Every grant of a plan within reach, the newest first."""
        await viewer.ensure_told_all(self._session)
        row = GrantRow
        query = select(row).where(row.plan_id == plan, owned(viewer, row))
        return list(await self._session.scalars(query.order_by(row.valid_from.desc(), row.id)))

    async def running_grant(self, application: UUID) -> GrantRow | None:
        """The grant that runs by an application, locked."""
        row = GrantRow
        query = select(row).where(
            row.application_id == application, row.status == GrantStatus.RUNNING
        )
        found: GrantRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def grant_events(self, grants: Collection[UUID]) -> Sequence[GrantEventRow]:
        """What happened to these grants, in order."""
        row = GrantEventRow
        query = select(row).where(row.grant_id.in_(grants)).order_by(row.changed_at, row.id)
        return list(await self._session.scalars(query))

    async def details(self, application: UUID) -> Details:
        """The decisions, the objections and the running grant of an application."""
        decision, objection, grant = DecisionRow, ObjectionRow, GrantRow
        decisions = select(decision).where(decision.application_id == application)
        objections = select(objection).where(objection.application_id == application)
        last = (
            select(grant.id)
            .where(grant.application_id == application)
            .order_by(grant.created_at.desc(), grant.id)
            .limit(1)
        )
        return Details(
            list(await self._session.scalars(decisions.order_by(decision.number))),
            list(await self._session.scalars(objections.order_by(objection.created_at))),
            await self._session.scalar(last),
        )

    async def with_open_objection(self, applications: Collection[UUID]) -> set[UUID]:
        """Which of these have an objection that nobody has answered yet."""
        row = ObjectionRow
        query = select(row.application_id).where(
            row.application_id.in_(applications), row.status == ObjectionStatus.LODGED
        )
        return set(await self._session.scalars(query))

    async def other_open(self, referral: ReferralRow) -> bool:
        """Whether another request is under way for what a closed one was about."""
        row = ReferralRow
        same = (
            and_(
                row.support_item_id.is_(None),
                row.household_id == referral.household_id,
                row.person_id == referral.person_id,
                row.voorziening == referral.voorziening,
            )
            if referral.support_item_id is None
            else row.support_item_id == referral.support_item_id
        )
        other = and_(same, row.id != referral.id, row.status.not_in(CLOSED_REQUESTS))
        return bool(await self._session.scalar(select(exists(select(row.id).where(other)))))

    async def same_request(
        self, asked: ApplicationRow, items: Collection[UUID]
    ) -> ReferralRow | None:
        """The request that an application is about, where nobody named one: for the same person
        and voorziening, by an item of the plan or without; under way, else closed by a no."""
        row = ReferralRow
        whose = or_(
            row.support_item_id.in_(items),
            and_(row.support_item_id.is_(None), row.person_id == asked.person_id),
        )
        told_no = row.status.in_(CLOSED_BY_A_NO)
        query = (
            select(row)
            .where(
                row.household_id == asked.household_id,
                row.voorziening == asked.voorziening,
                whose,
                or_(row.status.not_in(CLOSED_REQUESTS), told_no),
            )
            .order_by(told_no, row.created_at.desc(), row.id)
        )
        found = await self._session.scalars(query.limit(1))
        return found.first()

    async def overdue(self, today: date) -> Sequence[UUID]:
        """Applications whose term is over, of which nobody was told yet; and those whose time to
        hand something in is over."""
        row = ApplicationRow
        late = and_(row.due_on < today, row.overdue_told_on.is_(None))
        query = select(row.id).where(
            row.status.in_(OPEN_APPLICATIONS), or_(late, row.suspended_until < today)
        )
        return list(await self._session.scalars(query.order_by(row.id)))

    async def open_now(self, record: UUID) -> ApplicationRow | None:
        """An application that still waits for a decision, locked; for work done by the clock."""
        row = ApplicationRow
        query = select(row).where(row.id == record, row.status.in_(OPEN_APPLICATIONS))
        query = query.with_for_update().execution_options(populate_existing=True)
        found: ApplicationRow | None = await self._session.scalar(query)
        return found

    async def over(self, today: date) -> Sequence[UUID]:
        """Running grants whose last day is over."""
        row = GrantRow
        query = select(row.id).where(row.status == GrantStatus.RUNNING, row.valid_until < today)
        return list(await self._session.scalars(query.order_by(row.id)))

    async def running(self, record: UUID) -> GrantRow | None:
        """A grant that runs, locked; for work done by the clock."""
        row = GrantRow
        query = select(row).where(row.id == record, row.status == GrantStatus.RUNNING)
        found: GrantRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def _one(self, viewer: Viewer, query: Select[RowT], lock: bool) -> RowT:  # noqa: FBT001
        query = query.execution_options(populate_existing=True)
        row = await self._session.scalar(query.with_for_update() if lock else query)
        if row is None:
            await viewer.ensure_told_all(self._session)
            raise NotFoundError
        return row
