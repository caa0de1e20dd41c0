"""Questions about light requests: whose they are as a WHERE, and what lies with a party."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.referrals.domain.service_requests import OPEN, Hand
from services.referrals.models import (
    ONE_OPEN_SERVICE,
    ServiceRequestRow,
    ServiceRequestStepRow,
    WithId,
)
from services.referrals.repository.reach import Viewer
from shared.db.circle import CirclePlanRow, in_circle
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.outbox.circle import may_show
from shared.vocabulary import Reach, ServiceRequestStatus

_ASKED_ALREADY: Final = (
    "Voor dit onderdeel van het plan loopt al een vraag. Wacht op het antwoord, of trek die in."
)
Place = tuple[int, date, UUID]
"""Where a page ended: what cannot wait first, then who waits longest."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A light request, and on which sides of it the caller stands."""

    row: ServiceRequestRow
    asks: bool
    handles: bool

    def hands(self, *, nobody_else: bool) -> frozenset[Hand]:
        """The hands of the caller. Where nobody speaks for the party, who asked writes down what
        it said by telephone."""
        found = {Hand.ASKER: self.asks, Hand.PARTY: self.handles or (self.asks and nobody_else)}
        return frozenset(hand for hand, is_so in found.items() if is_so)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which light requests are listed; without a plan and a state: what is open."""

    plan: UUID | None
    status: ServiceRequestStatus | None

    @property
    def statuses(self) -> Collection[ServiceRequestStatus]:
        """The states that are listed."""
        if self.status is not None:
            return (self.status,)
        return OPEN if self.plan is None else tuple(ServiceRequestStatus)


@dataclass(frozen=True, slots=True)
class ServiceReach:
    """Whose light requests a caller reaches with this operation."""

    viewer: Viewer

    def asks(self) -> ColumnElement[bool]:
        """About a plan the caller works around."""
        row, call = ServiceRequestRow, self.viewer.call
        plan: ColumnElement[UUID] = row.plan_id.expression
        found: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN_CIRCLE):
            found.append(in_circle(plan, call.principal.subject, call.now))
        team = call.principal.team
        if call.may(Reach.OWN_TEAM) and team is not None:
            state = CirclePlanRow
            of_team = and_(state.plan_id == row.plan_id, state.team_id == team)
            found.append(exists(select(state.plan_id).where(of_team)))
        return and_(or_(*found), may_show(plan, self.viewer.stale_before))

    def handles(self) -> ColumnElement[bool]:
        """Asked of a party the caller speaks for; of a specialist in the own stadsdeel only.

        Of whom no area is known every stadsdeel sees it: else nobody would ever take it up.
        """
        row, call = ServiceRequestRow, self.viewer.call
        parties = sorted(set(self.viewer.parties) - {self.viewer.front_party})
        ours = row.party.in_(parties)
        found: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN):
            found.append(ours)
        own = call.principal.stadsdeel
        if call.may(Reach.OWN_STADSDEEL) and own is not None:
            near = or_(row.stadsdeel.is_(None), row.stadsdeel == own)
            found.append(and_(ours, near))
        return or_(*found)


class ServiceRequestsRepository:
    """Light requests and their steps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: WithId) -> None:
        """Store rows, or what was changed in them; a second open one is answered in words."""
        self._session.add_all(rows)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_OPEN_SERVICE):
                raise ConflictError(_ASKED_ALREADY) from exc
            raise

    async def service_request(self, viewer: Viewer, record: UUID, *, lock: bool = False) -> Seen:
        """One light request within reach, else `NotFoundError`. A writer locks it first of all."""
        row, reach = ServiceRequestRow, ServiceReach(viewer)
        query: Select[Any, Any, Any] = select(row, reach.asks(), reach.handles()).where(
            row.id == record, or_(reach.asks(), reach.handles())
        )
        if lock:
            query = query.with_for_update(of=row)
        found = (
            await self._session.execute(query.execution_options(populate_existing=True))
        ).first()
        if found is None:
            await viewer.ensure_told_all(self._session)
            raise NotFoundError
        return Seen(*found)

    async def listed(
        self, viewer: Viewer, wanted: Wanted, after: Place | None, size: int
    ) -> Sequence[ServiceRequestRow]:
        """A page within reach and one row more: what cannot wait first, then who waits longest."""
        await viewer.ensure_told_all(self._session)
        row, reach = ServiceRequestRow, ServiceReach(viewer)
        query = select(row).where(
            or_(reach.asks(), reach.handles()), row.status.in_(wanted.statuses)
        )
        if wanted.plan is not None:
            # Who was asked sees no plan: a list by plan would tie its questions together.
            query = query.where(row.plan_id == wanted.plan, reach.asks())
        place = (row.priority, row.first_contact_on, row.id)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        return list(await self._session.scalars(query.order_by(*place).limit(size + 1)))

    async def steps(self, record: UUID) -> Sequence[ServiceRequestStepRow]:
        """The steps of one, in order."""
        row = ServiceRequestStepRow
        query = select(row).where(row.service_request_id == record).order_by(row.number)
        return list(await self._session.scalars(query))

    async def open_of_plan(self, plan: UUID) -> Sequence[ServiceRequestRow]:
        """What is open around a plan, locked, in one order."""
        row = ServiceRequestRow
        query = (
            select(row)
            .where(row.plan_id == plan, row.status.in_(OPEN))
            .order_by(row.id)
            .with_for_update()
        )
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))
