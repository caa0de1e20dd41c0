"""Every query of the referrals service but the read models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from services.referrals.domain.lifecycle import IDENTIFIED, OPEN_ATTEMPTS
from services.referrals.models import (
    NEVER_TWICE,
    ONE_OPEN_ATTEMPT,
    ONE_OPEN_PER_ITEM,
    ONE_OPEN_PER_PERSON,
    AttemptRow,
    InvolvementRow,
    JudgementRow,
    ReferralRow,
    ReferralsRow,
    ReferralStepRow,
    ShortlistEntryRow,
    ShortlistRow,
    ToldStateRow,
    WeighingRow,
)
from services.referrals.repository.continuity import Continuity, ContinuityRepository
from services.referrals.repository.reach import Viewer, lasts
from shared.db.circle import CirclePlanRow, CircleRow
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.outbox.circle import ensure_not_behind, may_show
from shared.vocabulary import AttemptStatus, CirclePart

RowT = TypeVar("RowT", bound=ReferralsRow)

_TOLD: Final = {
    ONE_OPEN_PER_ITEM: "Voor dit onderdeel van het plan loopt al een aanvraag. Ga daarmee verder.",
    ONE_OPEN_PER_PERSON: "Voor deze persoon loopt hiervoor al een aanvraag. Zoek die op.",
    ONE_OPEN_ATTEMPT: "Er ligt al een aanbod bij een aanbieder. Wacht op het antwoord.",
    NEVER_TWICE: "Deze aanbieder is voor deze aanvraag al gevraagd.",
}


@dataclass(frozen=True, slots=True)
class Details:
    """What hangs on some requests, for one answer."""

    weighings: Sequence[WeighingRow]
    judgements: Sequence[JudgementRow]
    shortlists: Sequence[ShortlistRow]
    entries: Sequence[ShortlistEntryRow]
    attempts: Sequence[AttemptRow]
    steps: Sequence[ReferralStepRow]
    involvements: Sequence[InvolvementRow]
    coordinators: dict[UUID, str]
    continuity: Continuity


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose requests are listed: those of a plan, or of a household."""

    record: UUID
    household: bool


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
        try:
            return await self._one(query, lock=lock)
        except NotFoundError:
            await viewer.ensure_told_all(self._session)
            raise

    async def referrals_of(
        self, viewer: Viewer, whose: Whose, after: tuple[datetime, UUID] | None, size: int
    ) -> list[ReferralRow]:
        """Requests of one plan or household within reach, newest first, a page and one row more."""
        await viewer.ensure_told_all(self._session)
        row = ReferralRow
        of_it = row.household_id == whose.record if whose.household else row.plan_id == whose.record
        query = select(row).where(of_it, viewer.referrals())
        if after is not None:
            query = query.where(tuple_(row.created_at, row.id) < after)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(size + 1)
        return list(await self._session.scalars(query))

    async def attempt(
        self, viewer: Viewer, record: UUID, statuses: Collection[AttemptStatus]
    ) -> AttemptRow:
        """One attempt within reach in one of these states, else `NotFoundError`.

        An open one only as long as its disclosure lasts.
        """
        row = AttemptRow
        query = select(row).where(row.id == record, viewer.attempts(), row.status.in_(statuses))
        if set(statuses) <= set(OPEN_ATTEMPTS):
            query = query.where(*viewer.may_read())
        return await self._one(query, lock=False)

    async def of_attempt(self, attempt: AttemptRow) -> ReferralRow:
        """The request of an attempt that the caller may see; reach was judged on the attempt."""
        query = select(ReferralRow).where(ReferralRow.id == attempt.referral_id)
        return await self._one(query, lock=False)

    async def locked_attempt(
        self, viewer: Viewer, record: UUID, *, disclosed: bool = True
    ) -> tuple[ReferralRow, AttemptRow]:
        """An open attempt within reach and its request, the request locked first.

        `disclosed`: only as long as its disclosure lasts. A provider that may not read an attempt
        any more can still say no to it and end it.
        """
        row = AttemptRow
        of_attempt = select(row.referral_id).where(row.id == record, viewer.attempts())
        query = select(ReferralRow).where(ReferralRow.id == of_attempt.scalar_subquery())
        referral = await self._one(query, lock=True)
        query_attempt = select(row).where(row.id == record, row.status.in_(OPEN_ATTEMPTS))
        if disclosed:
            query_attempt = query_attempt.where(*viewer.may_read())
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

    async def asked(self, referral: ReferralRow) -> set[UUID]:
        """The providers that were asked for a request in this round, whatever came of it."""
        row = AttemptRow
        query = select(row.provider_id).where(_this_round(referral))
        return set(await self._session.scalars(query))

    async def remaining(self, referral: ReferralRow, today: date) -> list[ShortlistEntryRow]:
        """The entries of the shortlist that holds whose provider was not asked yet, in order,
        and may be asked now: contracted still, not suspended, with leave of who it is about."""
        row, state = ShortlistEntryRow, ToldStateRow
        blocked = select(state.subject).where(state.blocked)
        asked = select(AttemptRow.provider_id).where(_this_round(referral))
        query = (
            select(row)
            .where(
                row.referral_id == referral.id,
                row.shortlist_number == referral.shortlist_number,
                row.provider_id.not_in(asked),
                row.provider_id.not_in(blocked),
                row.contract_id.not_in(blocked),
                row.revoked_at.is_(None),
                lasts(row.valid_until, today),
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
        weighing, judgement, step = WeighingRow, JudgementRow, ReferralStepRow
        attempt, entry = AttemptRow, ShortlistEntryRow
        return Details(
            weighings=await self._all(weighing, weighing.referral_id, ids, weighing.id),
            judgements=await self._all(judgement, judgement.referral_id, ids, judgement.round),
            shortlists=await self._all(ShortlistRow, ShortlistRow.referral_id, ids),
            entries=await self._all(entry, entry.referral_id, ids, entry.position),
            attempts=await self._all(
                attempt, attempt.referral_id, ids, attempt.offered_at, attempt.id
            ),
            steps=await self._all(step, step.referral_id, ids, step.id),
            involvements=await self._all(
                InvolvementRow, InvolvementRow.referral_id, ids, InvolvementRow.id
            ),
            coordinators=await self.coordinators(
                [row.plan_id for row in rows if row.plan_id is not None], now
            ),
            continuity=await ContinuityRepository(self._session).of(ids),
        )

    async def household(self, plan: UUID) -> UUID | None:
        """Whose plan it is, as far as the projection knows."""
        row = CirclePlanRow
        found: UUID | None = await self._session.scalar(
            select(row.household_id).where(row.plan_id == plan)
        )
        return found

    async def coordinator(self, plan: UUID | None, now: datetime) -> str | None:
        """Who coordinates a plan now, as far as the projection knows."""
        return None if plan is None else (await self.coordinators([plan], now)).get(plan)

    async def coordinations(self, viewer: Viewer, coordinator: str) -> int:
        """How many attempts of the caller's provider this coordinator has now.

        Only those in which the provider knows who it is: at an offer it does not know whose
        household it is, and not who coordinates there either.
        """
        await ensure_not_behind(self._session, viewer.stale_before)
        attempt, circle = AttemptRow, CircleRow
        query = (
            select(func.count(attempt.id.distinct()))
            .join(ReferralRow, ReferralRow.id == attempt.referral_id)
            .join(circle, circle.plan_id == ReferralRow.plan_id)
            .where(
                viewer.attempts(),
                *viewer.may_read(),
                attempt.status.in_(IDENTIFIED),
                circle.subject == coordinator,
                may_show(circle.plan_id.expression, viewer.stale_before),
                *_coordinates(viewer.call.now),
            )
        )
        return await self._session.scalar(query) or 0

    async def coordinators(self, plans: Collection[UUID], now: datetime) -> dict[UUID, str]:
        """Who coordinates each of these plans now, as far as the projection knows."""
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


def _this_round(referral: ReferralRow) -> ColumnElement[bool]:
    row = AttemptRow
    return and_(row.referral_id == referral.id, row.round == referral.round)


def _coordinates(now: datetime) -> tuple[ColumnElement[bool], ...]:
    row = CircleRow
    return (
        row.part == CirclePart.COORDINATOR,
        row.valid_from <= now,
        or_(row.valid_until.is_(None), row.valid_until > now),
    )
