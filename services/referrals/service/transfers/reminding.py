"""The clock of a transfer: who must still do something hears so before a phase ends, and after."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.domain.transfers import TransferNote, notes_due
from services.referrals.models import TransferEntryRow
from services.referrals.repository.transfer_batches import TransferBatchesRepository
from services.referrals.repository.transfers import TransfersRepository
from services.referrals.service.tools import Tools
from services.referrals.service.transfers.entry_steps import Steps, audit_entries
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.vocabulary import TransferStatus

_REMIND = "remind_of_transfers"


@dataclass(frozen=True, slots=True)
class TransferReminders:
    """The use case of the night."""

    tools: Tools

    async def remind(self) -> None:
        """Lay on the desk of the coordinator what was not laid there before: a proposal of which no
        plan was known, a phase that ends, a phase that is over. Each once; a flag for a person."""
        call = self.tools.own_call(_REMIND)
        async with self.tools.db.transaction() as session:
            repository = TransfersRepository(session)
            due = await repository.remindable(local_date(call.now), self.tools.transfer_reminder)
        for record in due:
            await self._remind(call, record)

    async def _remind(self, call: Call, record: UUID) -> None:
        async with self.tools.db.transaction() as session:
            repository = TransfersRepository(session)
            row = await repository.unfinished(record)
            if row is None:
                return  # done meanwhile
            steps = Steps(self.tools, session, call)
            if row.status is TransferStatus.PROPOSED and row.proposed_told_on is None:
                await steps.propose(row)
            await self._tell_phase(steps, row)
            await repository.add(row)
            await audit_entries(session, call, Act.WRITE, [row])

    async def _tell_phase(self, steps: Steps, row: TransferEntryRow) -> None:
        phases = await TransferBatchesRepository(steps.session).phases([row.batch_id])
        ends_on = next(phase.ends_on for phase in phases if phase.id == row.phase_id)
        today = local_date(steps.call.now)
        told = {
            TransferNote.PHASE_ENDS: row.phase_ends_told_on,
            TransferNote.PHASE_OVER: row.phase_over_told_on,
        }
        note = notes_due(told, ends_on, today, self.tools.transfer_reminder)
        if note is None or not await steps.tell(row, note):
            return
        if note is TransferNote.PHASE_OVER:
            row.phase_over_told_on = today
        else:
            row.phase_ends_told_on = today
