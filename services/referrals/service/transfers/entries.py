"""Whose help moves: listed and proposed by the provider, read by both sides, ended by either."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.referrals.domain.transfer_frames import ensure_batch_open
from services.referrals.domain.transfers import (
    TransferNote,
    ensure_heard,
    ensure_near_day,
    ensure_nothing_to_wish,
    ensure_one_help,
    ensure_runs,
)
from services.referrals.models import TransferBatchRow, TransferEntryRow, TransferPhaseRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.registrations import RegistrationsRepository
from services.referrals.repository.transfer_batches import Place, TransferBatchesRepository
from services.referrals.repository.transfers import Seen, TransfersRepository, Wanted
from services.referrals.service.tools import Tools
from services.referrals.service.transfers.changing import change_entry, hands
from services.referrals.service.transfers.entry_steps import (
    Steps,
    audit_entries,
    entry_answer,
    entry_line,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import NotFoundError, UnknownCodeError
from shared.identifiers import new_id
from shared.schemas.base import Page
from shared.schemas.transfers import (
    TransferEntryCreate,
    TransferEntryLine,
    TransferEntryRead,
    TransferProposalCreate,
    TransferStayCreate,
    TransferWithdrawalCreate,
)
from shared.vocabulary import AttemptStatus, DirectRegistrationStatus, TransferStatus

__all__ = ["TransferEntries", "Wanted"]

_T: Final = TransferStatus


@dataclass(frozen=True, slots=True)
class _Help:
    """The help that is listed: whose, what, and which record of it."""

    about: UUID
    voorziening: str
    attempt: UUID | None = None
    referral: UUID | None = None
    registration: UUID | None = None


@dataclass(frozen=True, slots=True)
class TransferEntries:
    """Use cases of the provider whose help moves, and reading by both sides."""

    tools: Tools

    async def add(self, call: Call, batch: UUID, request: TransferEntryCreate) -> TransferEntryRead:
        """List somebody: who cannot finish in time, or who does and stays here until then.

        The batch is held, so that it is not ended meanwhile; of two lists at once one gets it.
        """
        ensure_one_help(request.attempt_id, request.direct_registration_id)
        ensure_nothing_to_wish(finishes=request.can_finish_in_time, wishes=request.wishes)
        today = local_date(call.now)
        ensure_near_day(request.preferred_handover_on, today, "/preferredHandoverOn")
        async with self.tools.db.transaction(call.once) as session:
            frames = TransferBatchesRepository(session)
            frame = await frames.joined_batch(call, batch)
            ensure_batch_open(frame.status)
            phases = await frames.phases([frame.id])
            phase = next((each for each in phases if each.name == request.phase), None)
            if phase is None:
                raise UnknownCodeError("/phase", "fase", [each.name for each in phases])
            found = await self._running(session, call, request)
            row = self._row(call, phase, found, request)
            row.provider_id = frame.provider_id
            await Steps(self.tools, session, call).first(row)
            seen = await TransfersRepository(session).entry(self.tools.viewer(call), row.id)
            return await entry_answer(session, call, seen, self.tools, Act.WRITE)

    async def read(self, call: Call, record: UUID) -> TransferEntryRead:
        """One entry of the caller's provider, or around the caller's plans."""
        async with self.tools.db.transaction() as session:
            seen = await TransfersRepository(session).entry(self.tools.viewer(call), record)
            return await entry_answer(session, call, seen, self.tools, Act.READ)

    async def list_all(
        self, call: Call, wanted: Wanted, size: int, cursor: str | None
    ) -> Page[TransferEntryLine]:
        """The entries within reach, the newest first; no text."""
        query = f"transfer-entries/{wanted.batch}/{wanted.status}/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            repository = TransfersRepository(session)
            found = await repository.entries(self.tools.viewer(call), wanted, after, size)
            shown = found[:size]
            batches = {row.batch_id for row in shown}
            phases = await TransferBatchesRepository(session).phases(batches)
            await audit_entries(session, call, Act.READ, shown)
        more = None
        if len(found) > size:
            more = call.cursor(query, [shown[-1].created_at.isoformat(), str(shown[-1].id)])
        return Page(items=tuple(entry_line(row, phases, call) for row in shown), next=more)

    async def propose(
        self, call: Call, record: UUID, request: TransferProposalCreate
    ) -> TransferEntryRead:
        """Ask the team of the plan to take over; its coordinator hears so.

        Raises `RuleViolationError` where nobody there would hear it: it stays on the list.
        """

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            row = seen.row
            ensure_batch_open(batch.status)
            ensure_heard(
                plan=await TransfersRepository(steps.session).plan(row) is not None,
                contact=request.contact_id is not None,
                registered=row.attempt_id is None,
            )
            row.contact_id, row.agreed_by_person = request.contact_id, True
            await steps.move(row, _T.PROPOSED, hands(seen))
            await steps.propose(row)

        return await change_entry(self.tools, call, record, change)

    async def stay(
        self, call: Call, record: UUID, request: TransferStayCreate
    ) -> TransferEntryRead:
        """The person does not want to move. Nothing stops by it: the coordinator hears so, and
        decides with the person what then (AMS-PLN-40)."""

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            del batch
            self.tools.seals().put(seen.row, "reason", request.reason)
            await steps.move(seen.row, _T.STAYS, hands(seen))
            await steps.tell(seen.row, TransferNote.STAYS)

        return await change_entry(self.tools, call, record, change)

    async def withdraw(
        self, call: Call, record: UUID, request: TransferWithdrawalCreate
    ) -> TransferEntryRead:
        """It does not move after all, and the help goes on. What a team took over is ended by the
        team."""

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            del batch
            self.tools.seals().put(seen.row, "reason", request.reason)
            await steps.move(seen.row, _T.WITHDRAWN, hands(seen))

        return await change_entry(self.tools, call, record, change)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        del kind
        async with self.tools.db.transaction() as session:
            try:
                await TransfersRepository(session).entry(self.tools.viewer(call), record)
            except NotFoundError:
                return False
        return True

    async def _running(self, session: Session, call: Call, request: TransferEntryCreate) -> _Help:
        """The help of the caller's provider, locked: it does not stop meanwhile."""
        if request.attempt_id is not None:
            viewer = self.tools.viewer(call)
            repository = ReferralsRepository(session)
            referral, attempt = await repository.locked_attempt(viewer, request.attempt_id)
            started = attempt.status is AttemptStatus.STARTED
            ensure_runs(started=started, pointer="/attemptId")
            return _Help(
                about=referral.household_id,
                voorziening=attempt.voorziening,
                attempt=attempt.id,
                referral=referral.id,
            )
        assert request.direct_registration_id is not None, "one of the two was named"
        own = await RegistrationsRepository(session).registration(
            call, request.direct_registration_id, lock=True
        )
        started = own.status is DirectRegistrationStatus.STARTED
        ensure_runs(started=started, pointer="/directRegistrationId")
        return _Help(about=own.id, voorziening=own.voorziening, registration=own.id)

    def _row(
        self, call: Call, phase: TransferPhaseRow, found: _Help, request: TransferEntryCreate
    ) -> TransferEntryRow:
        row = TransferEntryRow(
            id=new_id(),
            batch_id=phase.batch_id,
            phase_id=phase.id,
            about_id=found.about,
            attempt_id=found.attempt,
            referral_id=found.referral,
            direct_registration_id=found.registration,
            voorziening=found.voorziening,
            status=_T.FINISHES_HERE if request.can_finish_in_time else _T.LISTED,
            agreed_by_person=request.agreed_by_person,
            preferred_handover_on=request.preferred_handover_on,
            last_step=0,
            created_by=call.principal.subject,
            created_at=call.now,
            changed_at=call.now,
        )
        if request.wishes is not None:
            self.tools.seals().put(row, "wishes", request.wishes)
        return row


def _place(moment: str, last: str) -> Place:
    return datetime.fromisoformat(moment), UUID(last)
