"""What the use cases around a transfer share: the steps of an entry, its answers, and its desk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.transfers import (
    UNFINISHED,
    TransferHand,
    TransferNote,
    ensure_entry_moves,
    ensure_was_handed_over,
    is_overdue,
)
from services.referrals.models import (
    TransferEntryRow,
    TransferPhaseRow,
    TransferStepRow,
)
from services.referrals.repository.transfer_batches import TransferBatchesRepository
from services.referrals.repository.transfers import Seen, TransfersRepository
from services.referrals.service.tools import PLACING, TRANSFER_ENTRY, Tools
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.outbox import Notice
from shared.schemas.events import REFERRAL_NOTED, ReferralNoted
from shared.schemas.transfers import (
    TransferEntryLine,
    TransferEntryRead,
    TransferPhaseRead,
    TransferStep,
)
from shared.vocabulary import ServiceName, TransferStatus, WorkItemKind

_T: Final = TransferStatus


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of entries within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    async def first(self, row: TransferEntryRow) -> None:
        """The first step of a new entry."""
        await TransfersRepository(self.session).add(row)
        await self._step(row, None, None)

    async def move(
        self,
        row: TransferEntryRow,
        to: TransferStatus,
        hands: Collection[TransferHand],
        code: str | None = None,
    ) -> None:
        """Set the state; raises `ConflictError` where it cannot go there from here, or not by
        these hands. What the person wished is deleted when it is over."""
        ensure_entry_moves(row.status, to, hands)
        previous, row.status, row.changed_at = row.status, to, self.call.now
        if to not in UNFINISHED:
            row.wishes = None
        await self._step(row, previous, code)

    async def tell(self, row: TransferEntryRow, note: TransferNote) -> bool:
        """Put it on the desk of the coordinator; answers False where none is known yet."""
        plan = await TransfersRepository(self.session).plan(row)
        if plan is None:
            return False
        told = ReferralNoted(
            referral_id=row.referral_id,
            plan_id=plan,
            about_id=row.id,
            provider_id=row.provider_id,
            kind=WorkItemKind.TRANSFER_STEP,
            code=note.value,
        )
        notice = Notice(REFERRAL_NOTED, row.id, told, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)
        return True

    async def propose(self, row: TransferEntryRow) -> None:
        """The coordinator hears of a proposal, once; of whom no plan is known yet, by the night in
        which there is one."""
        if await self.tell(row, TransferNote.PROPOSED):
            row.proposed_told_on = local_date(self.call.now)
            await TransfersRepository(self.session).add(row)

    async def _step(
        self, row: TransferEntryRow, previous: TransferStatus | None, code: str | None
    ) -> None:
        row.last_step += 1
        step = TransferStepRow(
            id=new_id(),
            entry_id=row.id,
            about_id=row.about_id,
            number=row.last_step,
            previous=previous,
            status=row.status,
            code=code,
            actor=self.call.principal.subject,
            changed_at=self.call.now,
        )
        await TransfersRepository(self.session).add(row, step)


async def help_stops(steps: Steps, help_: UUID, code: str) -> None:
    """The help of an attempt or a registration stops: what no team took over ends with it.

    Raises `RuleViolationError` when it stops as handed over and nobody recorded that it was.
    """
    repository = TransfersRepository(steps.session)
    ensure_was_handed_over(code, handed_over=await repository.was_handed_over(help_))
    for row in await repository.locked_for_help(help_):
        await steps.move(row, _T.WITHDRAWN, {TransferHand.SYSTEM}, code)


async def audit_entries(
    session: Session, call: Call, act: Act, rows: Sequence[TransferEntryRow]
) -> None:
    """One record per household; a provider's own registration is known by itself."""
    about = [
        About(
            SubjectKind.CONTACT if row.attempt_id is None else SubjectKind.HOUSEHOLD, row.about_id
        )
        for row in rows
    ]
    await record(session, call, act, PLACING, about)


async def entry_answer(
    session: Session, call: Call, seen: Seen, tools: Tools, act: Act
) -> TransferEntryRead:
    """The answer about one entry, with its ETag; every look at it is on record."""
    row = seen.row
    frames, repository = TransferBatchesRepository(session), TransfersRepository(session)
    batch = await frames.of_entry(row)
    line = entry_line(row, await frames.phases([batch.id]), call)
    steps = await repository.steps(row.id)
    help_ = await repository.help_of(row)
    plan = await repository.plan(row) if seen.takes_over else None
    await audit_entries(session, call, act, [row])
    found = TransferEntryRead(
        **dict(line),
        deadline=batch.deadline,
        double_provision_days=batch.double_provision_days,
        agreements=batch.agreements,
        plan_id=plan,
        referral_id=row.referral_id if seen.takes_over else None,
        next_referral_id=row.next_referral_id if seen.takes_over else None,
        contact_id=row.contact_id,
        agreed_by_person=row.agreed_by_person,
        wishes=_wishes(seen, tools),
        double_from=row.double_from,
        double_until=row.double_until,
        handed_over_on=row.handed_over_on,
        same_professional=row.same_professional,
        reason=tools.seals().get(row, "reason"),
        help_stopped_on=help_.stopped_on,
        created_at=row.created_at,
        steps=tuple(_step(each) for each in steps),
    )
    return call.answer(found, TRANSFER_ENTRY, row.id, row.version)


def _wishes(seen: Seen, tools: Tools) -> str | None:
    """What the person wishes: for the team from the moment the person agreed that it hears."""
    if seen.row.status is _T.LISTED and not seen.lists:
        return None
    return tools.seals().get(seen.row, "wishes")


def entry_line(
    row: TransferEntryRow, phases: Sequence[TransferPhaseRow], call: Call
) -> TransferEntryLine:
    """One line of a list."""
    phase = next(each for each in phases if each.id == row.phase_id)
    return TransferEntryLine(
        id=row.id,
        version=row.version,
        batch_id=row.batch_id,
        status=row.status,
        phase=TransferPhaseRead.model_validate(phase),
        overdue=is_overdue(row.status, phase.ends_on, local_date(call.now)),
        provider_id=row.provider_id,
        voorziening=row.voorziening,
        attempt_id=row.attempt_id,
        direct_registration_id=row.direct_registration_id,
        preferred_handover_on=row.preferred_handover_on,
    )


def _step(row: TransferStepRow) -> TransferStep:
    return TransferStep(
        at=row.changed_at,
        previous=row.previous,
        status=row.status,
        actor=row.actor,
        code=row.code,
    )
