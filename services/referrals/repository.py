"""Every query of the referrals service but the read models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from services.referrals.domain.lifecycle import IDENTIFIED, OPEN_ATTEMPTS
from services.referrals.models import (
    NEVER_TWICE,
    ONE_OPEN_ATTEMPT,
    ONE_OPEN_PER_ITEM,
    AttemptRow,
    JudgementRow,
    ReferralRow,
    ReferralsRow,
    ReferralStepRow,
    ShortlistEntryRow,
    ShortlistRow,
    WeighingRow,
)
from shared.auth.call import Call
from shared.db.circle import CirclePlanRow, CircleRow, in_circle
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.outbox.inbox import InboxRow
from shared.schemas.events import CIRCLE_CHANGED
from shared.vocabulary import AttemptStatus, CirclePart, Reach

RowT = TypeVar("RowT", bound=ReferralsRow)

_TOLD: Final = {
    ONE_OPEN_PER_ITEM: "Voor dit onderdeel van het plan loopt al een aanvraag.",
    ONE_OPEN_ATTEMPT: "Er ligt al een aanbod bij een aanbieder. Wacht op het antwoord.",
    NEVER_TWICE: "Deze aanbieder is voor deze aanvraag al gevraagd.",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, by which reach, and for which parties the caller's roles speak.

    `front_party` is the party of the teams: its requests are seen around their plan, never by
    whoever speaks for it. Without that, somebody who is a worker and judges elsewhere too would
    see the requests of the whole city.
    """

    call: Call
    parties: Collection[str]
    front_party: str

    def referrals(self) -> ColumnElement[bool]:
        """The requests this caller may touch with this operation, as a WHERE."""
        row, call = ReferralRow, self.call
        found: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN_CIRCLE):
            around = in_circle(row.plan_id.expression, call.principal.subject, call.now)
            found.append(and_(around, ~_news_waits()))
        team = call.principal.team
        if call.may(Reach.OWN_TEAM) and team is not None:
            state = CirclePlanRow
            plan = and_(state.plan_id == row.plan_id, state.team_id == team)
            found.append(and_(exists(select(state.plan_id).where(plan)), ~_news_waits()))
        if call.may(Reach.OWN):
            judging = sorted(set(self.parties) - {self.front_party})
            found.append(row.judge_party.in_(judging))
        return or_(*found)

    def attempts(self) -> ColumnElement[bool]:
        """The attempts addressed to the caller's provider, as a WHERE; nobody else has any."""
        provider = self.call.principal.provider
        if provider is None or not self.call.may(Reach.OWN_PROVIDER):
            return false()
        return AttemptRow.provider_id == provider


@dataclass(frozen=True, slots=True)
class Details:
    """What hangs on some requests, for one answer."""

    weighings: Sequence[WeighingRow]
    judgements: Sequence[JudgementRow]
    shortlists: Sequence[ShortlistRow]
    entries: Sequence[ShortlistEntryRow]
    attempts: Sequence[AttemptRow]
    steps: Sequence[ReferralStepRow]
    coordinators: dict[UUID, str]


class ReferralsRepository:
    """Questions to the requests and their attempts."""

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

    async def referral(self, viewer: Viewer, record: UUID, *, lock: bool = False) -> ReferralRow:
        """One request within reach, else `NotFoundError`. A writer locks it first of all."""
        query = select(ReferralRow).where(ReferralRow.id == record, viewer.referrals())
        return await self._one(query, lock=lock)

    async def referrals_of_plan(
        self, viewer: Viewer, plan: UUID, after: tuple[datetime, UUID] | None, size: int
    ) -> list[ReferralRow]:
        """Requests of one plan within reach, newest first, one page and one row more."""
        row = ReferralRow
        query = select(row).where(row.plan_id == plan, viewer.referrals())
        if after is not None:
            query = query.where(tuple_(row.created_at, row.id) < after)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(size + 1)
        return list(await self._session.scalars(query))

    async def attempt(
        self, viewer: Viewer, record: UUID, statuses: Collection[AttemptStatus]
    ) -> AttemptRow:
        """One attempt within reach in one of these states, else `NotFoundError`."""
        row = AttemptRow
        query = select(row).where(row.id == record, viewer.attempts(), row.status.in_(statuses))
        return await self._one(query, lock=False)

    async def of_attempt(self, attempt: AttemptRow) -> ReferralRow:
        """The request of an attempt that the caller may see; reach was judged on the attempt."""
        query = select(ReferralRow).where(ReferralRow.id == attempt.referral_id)
        return await self._one(query, lock=False)

    async def locked_attempt(self, viewer: Viewer, record: UUID) -> tuple[ReferralRow, AttemptRow]:
        """An open attempt within reach and its request, the request locked first."""
        row = AttemptRow
        of_attempt = select(row.referral_id).where(row.id == record, viewer.attempts())
        query = select(ReferralRow).where(ReferralRow.id == of_attempt.scalar_subquery())
        referral = await self._one(query, lock=True)
        query_attempt = select(row).where(row.id == record, row.status.in_(OPEN_ATTEMPTS))
        return referral, await self._one(query_attempt, lock=True)

    async def remember_place(self, attempt: UUID, reservation: UUID) -> AttemptStatus:
        """Note the place that is held for an attempt; answers the state the attempt is in.

        Not a change that anybody has to see first: the version stays.
        """
        row = AttemptRow
        noting = update(row).where(row.id == attempt).values(reservation_id=reservation)
        status: AttemptStatus | None = await self._session.scalar(noting.returning(row.status))
        if status is None:
            raise NotFoundError
        return status

    async def open_attempt(self, referral: UUID) -> AttemptRow | None:
        """The attempt that is open on a request, locked, if there is one."""
        row = AttemptRow
        query = select(row).where(row.referral_id == referral, row.status.in_(OPEN_ATTEMPTS))
        found: AttemptRow | None = await self._session.scalar(query.with_for_update())
        return found

    async def asked(self, referral: UUID) -> set[UUID]:
        """The providers that were asked for a request, whatever came of it."""
        row = AttemptRow
        query = select(row.provider_id).where(row.referral_id == referral)
        return set(await self._session.scalars(query))

    async def remaining(self, referral: ReferralRow) -> list[ShortlistEntryRow]:
        """The entries of the shortlist that holds whose provider was not asked yet, in order."""
        row = ShortlistEntryRow
        asked = select(AttemptRow.provider_id).where(AttemptRow.referral_id == referral.id)
        query = (
            select(row)
            .where(
                row.referral_id == referral.id,
                row.shortlist_number == referral.shortlist_number,
                row.provider_id.not_in(asked),
            )
            .order_by(row.position)
        )
        return list(await self._session.scalars(query))

    async def forget_packages(self, referral: UUID) -> None:
        """Delete what was composed for providers that will not be asked any more."""
        row = ShortlistEntryRow
        forgetting = update(row).where(row.referral_id == referral)
        await self._session.execute(forgetting.values(need_profile=None, identity=None))

    async def weighed(self, referral: UUID) -> set[str]:
        """The conditions that were really weighed on a request."""
        row = WeighingRow
        query = select(row.condition).where(row.referral_id == referral, row.considered)
        return set(await self._session.scalars(query))

    async def details(self, rows: Sequence[ReferralRow], now: datetime) -> Details:
        """Everything that hangs on these requests, one query per kind."""
        ids = [row.id for row in rows]
        weighing, step, attempt, entry = (
            WeighingRow,
            ReferralStepRow,
            AttemptRow,
            ShortlistEntryRow,
        )
        return Details(
            weighings=await self._all(weighing, weighing.referral_id, ids, weighing.id),
            judgements=await self._all(JudgementRow, JudgementRow.referral_id, ids),
            shortlists=await self._all(ShortlistRow, ShortlistRow.referral_id, ids),
            entries=await self._all(entry, entry.referral_id, ids, entry.position),
            attempts=await self._all(
                attempt, attempt.referral_id, ids, attempt.offered_at, attempt.id
            ),
            steps=await self._all(step, step.referral_id, ids, step.id),
            coordinators=await self._coordinators([row.plan_id for row in rows], now),
        )

    async def household(self, plan: UUID) -> UUID | None:
        """Whose plan it is, as far as the projection knows."""
        row = CirclePlanRow
        found: UUID | None = await self._session.scalar(
            select(row.household_id).where(row.plan_id == plan)
        )
        return found

    async def coordinator(self, plan: UUID, now: datetime) -> str | None:
        """Who coordinates a plan now, as far as the projection knows."""
        return (await self._coordinators([plan], now)).get(plan)

    async def coordinations(self, viewer: Viewer, coordinator: str) -> int:
        """How many attempts of the caller's provider this coordinator has now.

        Only those in which the provider knows who it is: at an offer it does not know whose
        household it is, and not who coordinates there either.
        """
        attempt, circle = AttemptRow, CircleRow
        query = (
            select(func.count(attempt.id.distinct()))
            .join(ReferralRow, ReferralRow.id == attempt.referral_id)
            .join(circle, circle.plan_id == ReferralRow.plan_id)
            .where(
                viewer.attempts(),
                attempt.status.in_(IDENTIFIED),
                circle.subject == coordinator,
                *_coordinates(viewer.call.now),
            )
        )
        return await self._session.scalar(query) or 0

    async def _coordinators(self, plans: Collection[UUID], now: datetime) -> dict[UUID, str]:
        row = CircleRow
        query = select(row.plan_id, row.subject).where(row.plan_id.in_(plans), *_coordinates(now))
        return {found.plan_id: found.subject for found in await self._session.execute(query)}

    async def _one(self, query: Select[RowT], *, lock: bool) -> RowT:
        query = query.execution_options(populate_existing=True)
        row = await self._session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotFoundError
        return row

    async def _all(
        self,
        kind: type[RowT],
        key: InstrumentedAttribute[UUID],
        ids: Collection[UUID],
        *order: InstrumentedAttribute[object],
    ) -> list[RowT]:
        query = select(kind).where(key.in_(ids)).order_by(*order)
        return list(await self._session.scalars(query))


def _news_waits() -> ColumnElement[bool]:
    """Newer news of the circle of a request's plan was received and not applied: it may say that
    the caller has left, so until it is, nobody reads by that circle (design section 7)."""
    waiting, state = InboxRow, CirclePlanRow
    known = select(state.sequence).where(state.plan_id == ReferralRow.plan_id).scalar_subquery()
    return exists(
        select(waiting.id).where(
            waiting.subject == ReferralRow.plan_id,
            waiting.type == CIRCLE_CHANGED,
            waiting.applied_at.is_(None),
            waiting.sequence > known,
        )
    )


def _coordinates(now: datetime) -> tuple[ColumnElement[bool], ...]:
    row = CircleRow
    return (
        row.part == CirclePart.COORDINATOR,
        row.valid_from <= now,
        or_(row.valid_until.is_(None), row.valid_until > now),
    )
