"""Questions about transfer batches: the frame, its progress, and whose help moves within it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.referrals.domain.transfers import NOT_TAKEN_OVER, UNFINISHED, NewHelp
from services.referrals.models import (
    ONE_OPEN_PER_ATTEMPT,
    ONE_OPEN_PER_REGISTRATION,
    AttemptRow,
    DirectRegistrationRow,
    LinkedContactRow,
    ReferralRow,
    TransferEntryRow,
    TransferPhaseRow,
    TransferStepRow,
    WithId,
)
from services.referrals.repository.reach import Viewer
from services.referrals.repository.transfer_batches import Place
from shared.db.circle import CirclePlanRow, in_circle
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.outbox.circle import may_show
from shared.vocabulary import AttemptStatus, Reach, TransferStatus

_LISTED_ALREADY: Final = "Deze hulp staat al op een lijst. Werk die regel bij."


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry, and on which sides of it the caller stands."""

    row: TransferEntryRow
    lists: bool
    takes_over: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are listed."""

    batch: UUID | None
    status: TransferStatus | None


@dataclass(frozen=True, slots=True)
class Help:
    """The help that moves: since when it runs, and until when it did."""

    started_on: date | None
    stopped_on: date | None


@dataclass(frozen=True, slots=True)
class TransferReach:
    """Whose entries a caller reaches with this operation."""

    viewer: Viewer

    def lists(self) -> ColumnElement[bool]:
        """Of the caller's provider."""
        call = self.viewer.call
        provider = call.principal.provider
        if provider is None or not call.may(Reach.OWN_PROVIDER):
            return false()
        return TransferEntryRow.provider_id == provider

    def takes_over(self) -> ColumnElement[bool]:
        """Around a plan of the caller: that of the request, or of whom the contact turned out to
        be."""
        row, request = TransferEntryRow, ReferralRow
        by_request = exists(
            select(request.id).where(request.id == row.referral_id, self.viewer.referrals())
        )
        return or_(by_request, self._by_contact())

    def _by_contact(self) -> ColumnElement[bool]:
        row, state, link, call = TransferEntryRow, CirclePlanRow, LinkedContactRow, self.viewer.call
        plan: ColumnElement[UUID] = state.plan_id.expression
        around: list[ColumnElement[bool]] = [false()]
        if call.may(Reach.OWN_CIRCLE):
            around.append(in_circle(plan, call.principal.subject, call.now))
        team = call.principal.team
        if call.may(Reach.OWN_TEAM) and team is not None:
            around.append(state.team_id == team)
        return exists(
            select(plan)
            .join(link, link.household_id == state.household_id)
            .where(
                link.contact_id == row.contact_id,
                state.open,
                or_(*around),
                may_show(plan, self.viewer.stale_before),
            )
        )


class TransfersRepository:
    """Batches with their phases, and entries with their steps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: WithId) -> None:
        """Store rows, or what was changed in them; help that is on a list already is answered in
        words."""
        self._session.add_all(rows)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_OPEN_PER_ATTEMPT) or violates(exc, ONE_OPEN_PER_REGISTRATION):
                raise ConflictError(_LISTED_ALREADY) from exc
            raise

    async def entry(self, viewer: Viewer, record: UUID, *, lock: bool = False) -> Seen:
        """One entry within reach, else `NotFoundError`."""
        row, reach = TransferEntryRow, TransferReach(viewer)
        query = select(row, reach.lists(), reach.takes_over()).where(
            row.id == record, or_(reach.lists(), reach.takes_over())
        )
        if lock:
            query = query.with_for_update(of=row)
        query = query.execution_options(populate_existing=True)
        found = (await self._session.execute(query)).first()
        if found is None:
            await viewer.ensure_told_all(self._session)
            raise NotFoundError
        return Seen(*found)

    async def entries(
        self, viewer: Viewer, wanted: Wanted, after: Place | None, size: int
    ) -> Sequence[TransferEntryRow]:
        """A page within reach and one row more, the newest first."""
        await viewer.ensure_told_all(self._session)
        row, reach = TransferEntryRow, TransferReach(viewer)
        query = select(row).where(or_(reach.lists(), reach.takes_over()))
        if wanted.batch is not None:
            query = query.where(row.batch_id == wanted.batch)
        if wanted.status is not None:
            query = query.where(row.status == wanted.status)
        if after is not None:
            query = query.where(tuple_(row.created_at, row.id) < after)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(size + 1)
        return list(await self._session.scalars(query))

    async def steps(self, entry: UUID) -> Sequence[TransferStepRow]:
        """The steps of an entry, in order."""
        row = TransferStepRow
        query = select(row).where(row.entry_id == entry).order_by(row.number)
        return list(await self._session.scalars(query))

    async def help_of(self, entry: TransferEntryRow) -> Help:
        """Since when the help that moves runs, and until when it did."""
        attempt, own = AttemptRow, DirectRegistrationRow
        if entry.attempt_id is not None:
            query = select(attempt.started_on, attempt.stopped_on)
            query = query.where(attempt.id == entry.attempt_id)
        else:
            query = select(own.started_on, own.stopped_on)
            query = query.where(own.id == entry.direct_registration_id)
        return Help(*(await self._session.execute(query)).one())

    async def new_help(self, referral: ReferralRow) -> NewHelp:
        """The help that another provider gives by a referral: since when it runs."""
        row = AttemptRow
        started = select(row.started_on).where(
            row.referral_id == referral.id, row.status == AttemptStatus.STARTED
        )
        return NewHelp(
            referral=referral.id,
            household=referral.household_id,
            status=referral.status,
            started_on=await self._session.scalar(started),
        )

    async def next_referral(self, entry: TransferEntryRow) -> ReferralRow | None:
        """The request by which another provider takes over, if one was linked."""
        if entry.next_referral_id is None:
            return None
        query = select(ReferralRow).where(ReferralRow.id == entry.next_referral_id)
        return (await self._session.scalars(query)).one()

    async def household(self, entry: TransferEntryRow) -> UUID | None:
        """Whose help it is; of a provider's own registration as far as its contact was linked."""
        if entry.referral_id is not None:
            return entry.about_id
        row = LinkedContactRow
        found: UUID | None = await self._session.scalar(
            select(row.household_id).where(row.contact_id == entry.contact_id)
        )
        return found

    async def plan(self, entry: TransferEntryRow) -> UUID | None:
        """The plan whose coordinator follows this help, as far as it is known here."""
        if entry.referral_id is not None:
            of_request = select(ReferralRow.plan_id).where(ReferralRow.id == entry.referral_id)
            return (await self._session.scalars(of_request)).one()
        state, link = CirclePlanRow, LinkedContactRow
        found: UUID | None = await self._session.scalar(
            select(state.plan_id)
            .join(link, link.household_id == state.household_id)
            .where(link.contact_id == entry.contact_id, state.open)
        )
        return found

    async def locked_for_help(self, record: UUID) -> Sequence[TransferEntryRow]:
        """The entries of an attempt or a registration that nobody took over yet, locked."""
        row = TransferEntryRow
        query = select(row).where(_of_help(record), row.status.in_(NOT_TAKEN_OVER))
        query = query.order_by(row.id).with_for_update()
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))

    async def was_handed_over(self, record: UUID) -> bool:
        """Whether it was recorded that the help of this attempt or registration moved."""
        row = TransferEntryRow
        query = select(row.id).where(_of_help(record), row.status == TransferStatus.HANDED_OVER)
        return await self._session.scalar(query.limit(1)) is not None

    async def remindable(self, today: date, ahead: timedelta) -> Sequence[UUID]:
        """The entries of which the coordinator may not have heard everything yet."""
        row, phase = TransferEntryRow, TransferPhaseRow
        untold = or_(
            and_(row.status == TransferStatus.PROPOSED, row.proposed_told_on.is_(None)),
            and_(phase.ends_on < today, row.phase_over_told_on.is_(None)),
            and_(
                phase.ends_on >= today,
                phase.ends_on <= today + ahead,
                row.phase_ends_told_on.is_(None),
            ),
        )
        query = (
            select(row.id)
            .join(phase, phase.id == row.phase_id)
            .where(row.status.in_(UNFINISHED), untold)
            .order_by(row.id)
        )
        return list(await self._session.scalars(query))

    async def unfinished(self, record: UUID) -> TransferEntryRow | None:
        """An entry in which something is still to be done, locked, if it is one."""
        row = TransferEntryRow
        query = select(row).where(row.id == record, row.status.in_(UNFINISHED)).with_for_update()
        found: TransferEntryRow | None = await self._session.scalar(query)
        return found

    async def link(self, contacts: Collection[UUID], household: UUID, at: datetime) -> None:
        """Of which household these contacts turned out to be; what intake told last holds."""
        row = LinkedContactRow
        values = [
            {"contact_id": contact, "household_id": household, "changed_at": at}
            for contact in sorted(set(contacts))
        ]
        statement = insert(row).values(values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[row.contact_id],
                set_={"household_id": household, "changed_at": at},
                where=row.changed_at < at,
            )
        )


def _of_help(record: UUID) -> ColumnElement[bool]:
    row = TransferEntryRow
    return or_(row.attempt_id == record, row.direct_registration_id == record)
