"""The frame of a transfer: made, followed by numbers and ended; nobody is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.referrals.domain.transfer_frames import (
    BASE,
    TRANSFER_REASONS,
    Phase,
    ensure_about_nobody,
    ensure_batch_moves,
    ensure_nobody_left,
    ensure_phases,
    rounded,
)
from services.referrals.domain.transfers import TransferHand
from services.referrals.models import TransferBatchRow, TransferPhaseRow
from services.referrals.repository.transfer_batches import (
    Count,
    Place,
    TransferBatchesRepository,
)
from services.referrals.service.tools import TRANSFER_BATCH, Tools
from services.referrals.service.transfers.entry_steps import Steps, audit_entries
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import Fault, InvalidRequestError, NotFoundError, UnknownCodeError
from shared.identifiers import new_id
from shared.schemas.base import Page
from shared.schemas.transfers import (
    TransferBatchCreate,
    TransferBatchRead,
    TransferPhaseRead,
    TransferProgress,
)
from shared.vocabulary import Reach, TransferBatchStatus, TransferStatus

_B: Final = TransferBatchStatus
_BATCH_WITHDRAWN: Final = "batch_withdrawn"
_NO_SUCH_PROVIDER: Final = "Deze aanbieder staat niet in het register. Kijk het na."


@dataclass(frozen=True, slots=True)
class TransferBatches:
    """Use cases of who manages contracts, and of the provider that reads its own."""

    tools: Tools

    async def create(self, call: Call, request: TransferBatchCreate) -> TransferBatchRead:
        """Agree on a transfer from one provider to the teams, in phases (AMS-REF-21, AMS-PLN-40).

        Raises `InvalidRequestError` when the phases do not fit, or when a text points at a person.
        """
        self._judge(call, request)
        try:
            await self.tools.providers.organisation(request.provider_id, call.behalf)
        except NotFoundError as exc:
            fault = Fault("/providerId", "unknown", _NO_SUCH_PROVIDER)
            raise InvalidRequestError(_NO_SUCH_PROVIDER, [fault]) from exc
        row = self._row(call, request)
        phases = [
            TransferPhaseRow(
                id=new_id(),
                batch_id=row.id,
                number=number,
                name=phase.name,
                starts_on=phase.starts_on,
                ends_on=phase.ends_on,
            )
            for number, phase in enumerate(request.phases)
        ]
        async with self.tools.db.transaction(call.once) as session:
            repository = TransferBatchesRepository(session)
            await repository.add(row)
            await repository.add(*phases)
            return await self._answer(session, call, row)

    async def read(self, call: Call, record: UUID) -> TransferBatchRead:
        """One frame with its progress."""
        async with self.tools.db.transaction() as session:
            row = await TransferBatchesRepository(session).batch(call, record)
            return await self._answer(session, call, row)

    async def list_all(self, call: Call, size: int, cursor: str | None) -> Page[TransferBatchRead]:
        """The frames within reach with their progress, the newest first."""
        query = f"transfer-batches/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            found = await TransferBatchesRepository(session).batches(call, after, size)
            shown = found[:size]
            items = await self._shown(session, call, shown)
        more = None
        if len(found) > size:
            more = call.cursor(query, [shown[-1].created_at.isoformat(), str(shown[-1].id)])
        return Page(items=items, next=more)

    async def close(self, call: Call, record: UUID) -> TransferBatchRead:
        """Everybody in it is somewhere; else `ConflictError`. Nobody is added from now on."""
        async with self.tools.db.transaction(call.once) as session:
            row = await self._locked(session, call, record, _B.CLOSED)
            left = await TransferBatchesRepository(session).has_unfinished(row.id)
            ensure_nobody_left(unfinished=left)
            return await self._end(session, call, row, _B.CLOSED)

    async def withdraw(self, call: Call, record: UUID) -> TransferBatchRead:
        """The transfer is off: what no team took over stays where it is. What a team did take over
        goes on as it was agreed with the person."""
        async with self.tools.db.transaction(call.once) as session:
            row = await self._locked(session, call, record, _B.WITHDRAWN)
            steps = Steps(self.tools, session, call)
            entries = await TransferBatchesRepository(session).not_taken_over(row.id)
            for entry in entries:
                await steps.move(
                    entry, TransferStatus.WITHDRAWN, {TransferHand.SYSTEM}, _BATCH_WITHDRAWN
                )
            await audit_entries(session, call, Act.WRITE, entries)
            return await self._end(session, call, row, _B.WITHDRAWN)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        del kind
        async with self.tools.db.transaction() as session:
            try:
                await TransferBatchesRepository(session).batch(call, record)
            except NotFoundError:
                return False
        return True

    def _judge(self, call: Call, request: TransferBatchCreate) -> None:
        if request.reason not in TRANSFER_REASONS:
            raise UnknownCodeError("/reason", "reden van een overdracht", list(TRANSFER_REASONS))
        today = local_date(call.now)
        phases = [Phase(each.name, each.starts_on, each.ends_on) for each in request.phases]
        ensure_phases(phases, request.deadline, today)
        names = {f"/phases/{number}/name": each.name for number, each in enumerate(phases)}
        ensure_about_nobody({"/agreements": request.agreements, **names}, today)

    def _row(self, call: Call, request: TransferBatchCreate) -> TransferBatchRow:
        return TransferBatchRow(
            id=new_id(),
            provider_id=request.provider_id,
            party=self.tools.stelsel.front_party,
            reason=request.reason,
            deadline=request.deadline,
            double_provision_days=request.double_provision_days,
            agreements=request.agreements,
            status=_B.OPEN,
            created_by=call.principal.subject,
            created_at=call.now,
        )

    async def _locked(
        self, session: Session, call: Call, record: UUID, to: TransferBatchStatus
    ) -> TransferBatchRow:
        row = await TransferBatchesRepository(session).batch(call, record, lock=True)
        call.expect(TRANSFER_BATCH, row.id, row.version)
        ensure_batch_moves(row.status, to)
        return row

    async def _end(
        self, session: Session, call: Call, row: TransferBatchRow, to: TransferBatchStatus
    ) -> TransferBatchRead:
        row.status, row.ended_at, row.ended_by = to, call.now, call.principal.subject
        await TransferBatchesRepository(session).add(row)
        return await self._answer(session, call, row)

    async def _answer(
        self, session: Session, call: Call, row: TransferBatchRow
    ) -> TransferBatchRead:
        (found,) = await self._shown(session, call, [row])
        return call.answer(found, TRANSFER_BATCH, row.id, row.version)

    async def _shown(
        self, session: Session, call: Call, rows: Sequence[TransferBatchRow]
    ) -> tuple[TransferBatchRead, ...]:
        repository = TransferBatchesRepository(session)
        ids = [row.id for row in rows]
        phases = await repository.phases(ids)
        counts = await repository.progress(ids, local_date(call.now))
        return tuple(_read(row, phases, _progress(call, row, counts)) for row in rows)


def _progress(call: Call, row: TransferBatchRow, counts: Sequence[Count]) -> TransferProgress:
    """Exact for the provider whose people they are; rounded for who sees no persons."""
    own = call.may(Reach.OWN_PROVIDER) and call.principal.provider == row.provider_id
    here = [count for count in counts if count.batch == row.id]
    people: Counter[str] = Counter()
    for count in here:
        people[count.status.value] += count.people
    people["overdue"] = sum(count.people for count in here if count.overdue)
    people["total"] = sum(count.people for count in here)
    names = [*(status.value for status in TransferStatus), "overdue", "total"]
    told = {name: people[name] if own else rounded(people[name]) for name in names}
    return TransferProgress(rounded_to=1 if own else BASE, **told)


def _read(
    row: TransferBatchRow, phases: Sequence[TransferPhaseRow], progress: TransferProgress
) -> TransferBatchRead:
    return TransferBatchRead(
        id=row.id,
        version=row.version,
        provider_id=row.provider_id,
        party=row.party,
        reason=row.reason,
        phases=tuple(
            TransferPhaseRead.model_validate(each) for each in phases if each.batch_id == row.id
        ),
        deadline=row.deadline,
        double_provision_days=row.double_provision_days,
        agreements=row.agreements,
        status=row.status,
        created_at=row.created_at,
        ended_at=row.ended_at,
        progress=progress,
    )


def _place(moment: str, last: str) -> Place:
    return datetime.fromisoformat(moment), UUID(last)
