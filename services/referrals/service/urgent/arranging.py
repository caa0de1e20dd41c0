"""Storing, telling and answering help that was arranged at once, within one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.provisions import HELP_ENDS
from services.referrals.models import OwedStepRow, TemporaryProvisionRow
from services.referrals.repository.leading import LeadingRepository, lock_household
from services.referrals.repository.mandates import MandatesRepository
from services.referrals.repository.provisions import ProvisionsRepository
from services.referrals.service.tools import (
    PROVISION_FOR_MANDATE,
    TEMPORARY_PROVISION,
    Seals,
    Tools,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.outbox.outbox import Notice
from shared.schemas.applications import Owed, TemporaryProvisionRead
from shared.schemas.urgent_events import (
    TEMPORARY_PROVISION_MOVED,
    OwedDate,
    TemporaryProvisionMoved,
)
from shared.vocabulary import MandateStanding, ServiceName, TemporaryProvisionStatus

_ACTIVITY: Final = "urgent_help"
"""Processing activity of the register (GDPR art. 30)."""


@dataclass(frozen=True, slots=True)
class Arranging:
    """Help at once, within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    @property
    def repository(self) -> ProvisionsRepository:
        """Where it is kept."""
        return ProvisionsRepository(self.session)

    async def find_plan(self, row: TemporaryProvisionRow) -> None:
        """Whoever opens a plan for this household waits here, and then finds this help."""
        if row.household_id is None or row.plan_id is not None:
            return
        await lock_household(self.session, row.household_id, shared=True)
        row.plan_id = await LeadingRepository(self.session).open_plan(row.household_id)

    async def standing(self, row: TemporaryProvisionRow) -> MandateStanding:
        """Whether the officer had the mandate: by the roster, or by speaking for the party that
        grants. Whoever hears of a shift of this officer waits here, and then finds this help."""
        mandates = MandatesRepository(self.session)
        await mandates.hold(row.decided_by, shared=True)
        grants = row.grantor_party in self.tools.viewer(self.call).parties
        if grants or await mandates.has(row.decided_by, row.decided_at):
            return MandateStanding.CONFIRMED
        return MandateStanding.NOT_ON_ROSTER

    async def keep(self, row: TemporaryProvisionRow) -> TemporaryProvisionRead:
        """Store it as it is now, tell plans, write down who did it, and answer."""
        row.changed_at = self.call.now
        await self.repository.add(row)
        await self._tell(row)
        await self.audit(Act.WRITE, [row])
        return await self.answer(row)

    async def answer(self, row: TemporaryProvisionRow) -> TemporaryProvisionRead:
        """The answer about one provision, with its ETag; without the story for who looks at the
        mandate only. The story never changes, so that the version says what each may see."""
        owed = await self.repository.owed([row.id])
        found = provision_read(row, owed, self.tools.seals(), local_date(self.call.now))
        kind = await self.kind_of(row)
        shown = found if kind == TEMPORARY_PROVISION else for_mandate(found)
        return self.call.answer(shown, kind, row.id, row.version)

    async def kind_of(self, row: TemporaryProvisionRow) -> str:
        """As what the caller sees a provision: whole, or for its mandate only."""
        whole = await self.repository.arranged(self.tools.viewer(self.call), [row.id])
        return TEMPORARY_PROVISION if row.id in whole else PROVISION_FOR_MANDATE

    async def audit(self, act: Act, rows: Sequence[TemporaryProvisionRow]) -> None:
        """One record per household, or per contact of somebody who is not known yet."""
        about = [
            About(
                SubjectKind.CONTACT if row.household_id is None else SubjectKind.HOUSEHOLD,
                row.subject_id,
            )
            for row in rows
        ]
        await record(self.session, self.call, act, _ACTIVITY, about)

    async def _tell(self, row: TemporaryProvisionRow) -> None:
        if row.plan_id is None:
            return
        owed = [
            OwedDate(id=each.id, code=each.code, due_on=each.due_on, done=each.done_at is not None)
            for each in await self.repository.owed([row.id])
        ]
        ended = row.status is TemporaryProvisionStatus.ENDED
        owed.append(OwedDate(id=row.id, code=HELP_ENDS, due_on=row.until, done=ended))
        moved = TemporaryProvisionMoved(
            temporary_provision_id=row.id,
            plan_id=row.plan_id,
            status=row.status,
            owed=tuple(owed),
        )
        notice = Notice(TEMPORARY_PROVISION_MOVED, row.id, moved, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)


def follow(row: TemporaryProvisionRow, steps: Sequence[OwedStepRow]) -> None:
    """When all that was owed is done, it is followed up."""
    running = row.status is TemporaryProvisionStatus.RUNNING
    if running and all(each.done_at is not None for each in steps):
        row.status = TemporaryProvisionStatus.FOLLOWED_UP


def for_mandate(read: TemporaryProvisionRead) -> TemporaryProvisionRead:
    """What is needed to say whether an officer had the mandate: no story."""
    return read.model_copy(update={"reason": None, "facts_seen": None})


def provision_read(
    row: TemporaryProvisionRow, owed: Sequence[OwedStepRow], seals: Seals, today: date
) -> TemporaryProvisionRead:
    """A provision with everything that is owed, its texts opened."""
    return TemporaryProvisionRead(
        id=row.id,
        version=row.version,
        status=row.status,
        voorziening=row.voorziening,
        contact_id=row.contact_id,
        household_id=row.household_id,
        plan_id=row.plan_id,
        reason=seals.text(row, "reason"),
        facts_seen=seals.get(row, "facts_seen"),
        persons=row.persons,
        children=row.children,
        contract_id=row.contract_id,
        location_id=row.location_id,
        reservation_id=row.reservation_id,
        starts_at=row.starts_at,
        until=row.until,
        overdue=row.status is not TemporaryProvisionStatus.ENDED and row.until < today,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        mandate=row.mandate,
        ended_on=row.ended_on,
        ending_code=row.ending_code,
        owed=tuple(_owed(each, today) for each in owed if each.provision_id == row.id),
    )


def _owed(row: OwedStepRow, today: date) -> Owed:
    return Owed(
        id=row.id,
        code=row.code,
        label=row.label,
        source=row.source,
        due_on=row.due_on,
        done_at=row.done_at,
        overdue=row.done_at is None and row.due_on < today,
    )
