"""Questions about the frame of a transfer: its phases, and how far it is. Nobody is in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from services.referrals.domain.transfers import NOT_TAKEN_OVER, UNFINISHED
from services.referrals.models import (
    TransferBatchRow,
    TransferEntryRow,
    TransferPhaseRow,
    WithId,
)
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.vocabulary import Reach, TransferStatus

Place = tuple[datetime, UUID]
"""Where a page ended: the newest first."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people of a batch stand somewhere, in time or late."""

    batch: UUID
    status: TransferStatus
    overdue: bool
    people: int


class TransferBatchesRepository:
    """Batches with their phases, and the numbers of what is in them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: WithId) -> None:
        """Store rows, or what was changed in them."""
        self._session.add_all(rows)
        await self._session.flush()

    async def batch(self, call: Call, record: UUID, *, lock: bool = False) -> TransferBatchRow:
        """One batch within reach, else `NotFoundError`. Who ends it waits for who adds to it."""
        query = select(TransferBatchRow).where(TransferBatchRow.id == record, _batches(call))
        return await self._batch(query.with_for_update() if lock else query)

    async def joined_batch(self, call: Call, record: UUID) -> TransferBatchRow:
        """One batch within reach that stays as it is until this transaction ends."""
        query = select(TransferBatchRow).where(TransferBatchRow.id == record, _batches(call))
        return await self._batch(query.with_for_update(read=True))

    async def of_entry(self, entry: TransferEntryRow, *, hold: bool = False) -> TransferBatchRow:
        """The batch of an entry that the caller may see; `hold`: it stays as it is meanwhile."""
        query = select(TransferBatchRow).where(TransferBatchRow.id == entry.batch_id)
        return await self._batch(query.with_for_update(read=True) if hold else query)

    async def batches(self, call: Call, after: Place | None, size: int) -> list[TransferBatchRow]:
        """A page within reach and one row more, the newest first."""
        row = TransferBatchRow
        query = select(row).where(_batches(call))
        if after is not None:
            query = query.where(tuple_(row.created_at, row.id) < after)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(size + 1)
        return list(await self._session.scalars(query))

    async def phases(self, batches: Collection[UUID]) -> Sequence[TransferPhaseRow]:
        """The phases of these batches, in the order in which they were named."""
        row = TransferPhaseRow
        query = select(row).where(row.batch_id.in_(batches)).order_by(row.number)
        return list(await self._session.scalars(query))

    async def progress(self, batches: Collection[UUID], today: date) -> Sequence[Count]:
        """Where the people of these batches stand: each once, by the entry that was made last."""
        row, phase = TransferEntryRow, TransferPhaseRow
        help_ = func.coalesce(row.attempt_id, row.direct_registration_id)
        overdue = and_(row.status.in_(UNFINISHED), phase.ends_on < today)
        last = (
            select(row.batch_id, row.status, overdue.label("overdue"))
            .join(phase, phase.id == row.phase_id)
            .where(row.batch_id.in_(batches))
            .ext(distinct_on(row.batch_id, help_))
            .order_by(row.batch_id, help_, row.created_at.desc(), row.id)
            .subquery()
        )
        columns = (last.c.batch_id, last.c.status, last.c.overdue)
        query = select(*columns, func.count()).group_by(*columns)
        return [Count(*found) for found in await self._session.execute(query)]

    async def has_unfinished(self, batch: UUID) -> bool:
        """Whether something is still to be done for anybody in a batch."""
        row = TransferEntryRow
        query = select(row.id).where(row.batch_id == batch, row.status.in_(UNFINISHED)).limit(1)
        return await self._session.scalar(query) is not None

    async def not_taken_over(self, batch: UUID) -> Sequence[TransferEntryRow]:
        """What no team took over yet, locked, in one order."""
        row = TransferEntryRow
        query = select(row).where(row.batch_id == batch, row.status.in_(NOT_TAKEN_OVER))
        query = query.order_by(row.id).with_for_update()
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))

    async def _batch(self, query: Select[TransferBatchRow]) -> TransferBatchRow:
        found: TransferBatchRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found


def _batches(call: Call) -> ColumnElement[bool]:
    """Every frame for who manages them; a provider's own."""
    if call.may(Reach.ANY):
        return true()
    provider = call.principal.provider
    if provider is None or not call.may(Reach.OWN_PROVIDER):
        return false()
    return TransferBatchRow.provider_id == provider
