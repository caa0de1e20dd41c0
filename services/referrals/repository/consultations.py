"""Questions about consultations: whose they are as a WHERE, and earlier advice without persons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from services.referrals.domain.codes import PROVIDER
from services.referrals.domain.consultations import ADVISED, FLOOR, HIDDEN_FROM_PROVIDER, Side
from services.referrals.models import ConsultationRow, ConsultationStepRow, WithId
from services.referrals.repository.reach import Viewer, lasts
from shared.clock import local_date
from shared.db.circle import CirclePlanRow, in_circle
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.outbox.circle import may_show
from shared.vocabulary import ConsultationLevel, ConsultationStatus, Reach, SharingBasis

_L: Final = ConsultationLevel
Place = tuple[date, datetime, UUID]
"""Where a page ended: the oldest asked first."""


class Whose(StrEnum):
    """Which side of the questions is listed."""

    ASKED = "asked"
    ADDRESSED = "addressed"


@dataclass(frozen=True, slots=True)
class Seen:
    """A consultation, and on which sides of it the caller stands."""

    row: ConsultationRow
    asks: bool
    advises: bool

    def sides(self, *, writes_advice_down: bool) -> frozenset[Side]:
        """The hands of the caller. Where nobody speaks for the party, who asked writes its advice
        down (OPN-21)."""
        advises = self.advises or (self.asks and writes_advice_down)
        found = {Side.ASKER: self.asks, Side.ADVISER: advises}
        return frozenset(side for side, is_so in found.items() if is_so)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which consultations are listed."""

    plan: UUID | None
    status: ConsultationStatus | None
    whose: Whose | None


@dataclass(frozen=True, slots=True)
class Sought:
    """Which earlier advice is looked for, and from where on."""

    question_kind: str | None
    voorziening: str | None
    to_party: str | None
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class ConsultationReach:
    """Whose consultations a caller reaches with this operation."""

    viewer: Viewer

    def asks(self) -> ColumnElement[bool]:
        """Asked by the caller, or about a plan the caller works around.

        An identified question is its plan's: who left the circle does not see it any more. Parties
        outside the teams have no circle: what they asked is theirs.
        """
        row, call = ConsultationRow, self.viewer.call
        me = row.created_by == call.principal.subject
        found: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN):
            found.append(me)
        if call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
            found.append(and_(me, row.level == _L.ANONYMOUS))
            found.append(self._around())
        return or_(*found)

    def _around(self) -> ColumnElement[bool]:
        row, call = ConsultationRow, self.viewer.call
        plan: ColumnElement[UUID] = row.plan_id.expression  # type: ignore[assignment]  # NULL is in no circle
        found: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN_CIRCLE):
            found.append(in_circle(plan, call.principal.subject, call.now))
        team = call.principal.team
        if call.may(Reach.OWN_TEAM) and team is not None:
            state = CirclePlanRow
            of_team = and_(state.plan_id == row.plan_id, state.team_id == team)
            found.append(exists(select(state.plan_id).where(of_team)))
        return and_(or_(*found), may_show(plan, self.viewer.stale_before))

    def advises(self) -> ColumnElement[bool]:
        """Addressed to the caller's party or provider."""
        return or_(self.as_party(), self.as_provider())

    def as_party(self) -> ColumnElement[bool]:
        """Addressed to a party the caller speaks for, in the caller's stadsdeel or in none.

        Providers are addressed by name: whoever speaks for providers in general is not meant.
        """
        row, call = ConsultationRow, self.viewer.call
        parties = sorted(set(self.viewer.parties) - {self.viewer.front_party, PROVIDER})
        if not parties or call.reaches == {Reach.OWN_PROVIDER}:
            return false()
        own = call.principal.stadsdeel
        near = [] if own is None else [or_(row.stadsdeel.is_(None), row.stadsdeel == own)]
        return and_(row.to_party.in_(parties), row.status != ConsultationStatus.DRAFT, *near)

    def as_provider(self) -> ColumnElement[bool]:
        """Addressed to the caller's provider; about a person only while that may be shared."""
        row, call = ConsultationRow, self.viewer.call
        provider = call.principal.provider
        if provider is None or not call.may(Reach.OWN_PROVIDER):
            return false()
        shared = and_(
            row.status.not_in(HIDDEN_FROM_PROVIDER),
            row.revoked_at.is_(None),
            lasts(row.valid_until, local_date(call.now)),
        )
        sent = row.status != ConsultationStatus.DRAFT
        anonymous = and_(row.level == _L.ANONYMOUS, sent)
        return and_(row.to_provider_id == provider, or_(anonymous, shared))

    def all(self) -> ColumnElement[bool]:
        """Everything within reach."""
        return or_(self.asks(), self.advises())

    def listed(self, wanted: Wanted) -> ColumnElement[bool]:
        """What a list shows: of a plan, or else what the caller asked and was asked.

        A provider never lists by plan: that would be a question about a person.
        """
        row = ConsultationRow
        asks, advises = self.asks(), self.advises()
        if wanted.plan is None:
            asks = and_(asks, row.created_by == self.viewer.call.principal.subject)
        else:
            of_it = row.plan_id == wanted.plan
            asks, advises = and_(asks, of_it), and_(self.as_party(), of_it)
        sides = {Whose.ASKED: asks, Whose.ADDRESSED: advises, None: or_(asks, advises)}
        return sides[wanted.whose]


class ConsultationsRepository:
    """Consultations and their steps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: WithId) -> None:
        """Store rows, or what was changed in them."""
        self._session.add_all(rows)
        await self._session.flush()

    async def consultation(self, viewer: Viewer, record: UUID, *, lock: bool = False) -> Seen:
        """One consultation within reach, else `NotFoundError`. A writer locks it first of all."""
        row, reach = ConsultationRow, ConsultationReach(viewer)
        query: Select[Any, Any, Any] = select(row, reach.asks(), reach.advises()).where(
            row.id == record, reach.all()
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

    async def consultations(
        self, viewer: Viewer, wanted: Wanted, after: Place | None, size: int
    ) -> list[Seen]:
        """A page within reach and one row more, the oldest asked first."""
        await viewer.ensure_told_all(self._session)
        row, reach = ConsultationRow, ConsultationReach(viewer)
        query: Select[Any, Any, Any] = select(row, reach.asks(), reach.advises()).where(
            reach.listed(wanted)
        )
        if wanted.status is not None:
            query = query.where(row.status == wanted.status)
        place = (row.asked_on, row.created_at, row.id)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        found = await self._session.execute(query.order_by(*place).limit(size + 1))
        return [Seen(*each) for each in found]

    async def steps(self, consultations: Collection[UUID]) -> Sequence[ConsultationStepRow]:
        """The steps of these consultations, in order."""
        row = ConsultationStepRow
        query = select(row).where(row.consultation_id.in_(consultations))
        return list(await self._session.scalars(query.order_by(row.consultation_id, row.number)))

    async def advised_parties(self, plan: UUID) -> set[str]:
        """The parties whose advice was given on a plan, whatever was done with it."""
        row = ConsultationRow
        query = select(row.to_party).where(row.plan_id == plan, row.advised_on.is_not(None))
        return set(await self._session.scalars(query))

    async def shared_by_consent(
        self, plan: UUID, provider: UUID, until: datetime
    ) -> Sequence[ConsultationRow]:
        """What a provider was told of a plan by a consent, up to a moment; locked, in one order."""
        row = ConsultationRow
        query = (
            select(row)
            .where(
                row.plan_id == plan,
                row.to_provider_id == provider,
                row.basis == SharingBasis.CONSENT,
                row.asked_at <= until,
                row.revoked_at.is_(None),
            )
            .order_by(row.id)
            .with_for_update()
        )
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))

    async def close_reading(self, record: UUID, at: datetime) -> None:
        """The provider reads it no more. The version stays: nothing of the question changed."""
        row = ConsultationRow
        await self._session.execute(
            update(row).where(row.id == record).values(revoked_at=at, changed_at=at)
        )

    async def earlier_advice(self, sought: Sought) -> list[ConsultationRow]:
        """Earlier advice, a page and one row more: by month, the newest first, else in no order
        that says anything. Of identified questions only those that many others are like."""
        row = ConsultationRow
        query = select(row).where(row.status.in_(ADVISED), or_(_anonymous(sought), _many(sought)))
        if sought.question_kind is not None:
            query = query.where(row.question_kind == sought.question_kind)
        if sought.to_party is not None:
            query = query.where(row.to_party == sought.to_party)
        query = query.order_by(_month(row).desc(), row.id).offset(sought.offset)
        return list(await self._session.scalars(query.limit(sought.size + 1)))


def _month(row: type[ConsultationRow]) -> ColumnElement[Any]:
    return func.date_trunc("month", row.advised_on)


def _anonymous(sought: Sought) -> ColumnElement[bool]:
    row = ConsultationRow
    anonymous = row.level == _L.ANONYMOUS
    if sought.voorziening is None:
        return anonymous
    return and_(anonymous, row.voorziening == sought.voorziening)


def _many(sought: Sought) -> ColumnElement[bool]:
    """Identified, and the plans with such advice in that month reach the floor.

    Asked by voorziening there are none: with fewer plans in it, that would say which.
    """
    if sought.voorziening is not None:
        return false()
    row, other = ConsultationRow, aliased(ConsultationRow)
    plans = (
        select(func.count(other.plan_id.distinct()))
        .where(
            other.level == _L.IDENTIFIED,
            other.status.in_(ADVISED),
            other.question_kind == row.question_kind,
            other.to_party == row.to_party,
            func.date_trunc("month", other.advised_on) == _month(row),
        )
        .correlate(row)
        .scalar_subquery()
    )
    return and_(row.level == _L.IDENTIFIED, plans >= FLOOR)
