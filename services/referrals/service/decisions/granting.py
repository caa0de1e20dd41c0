"""What applications and grants do in one transaction: come in, move, be told, move the request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import (
    DecisionTerm,
    Pauses,
    ensure_application_moves,
    ensure_grant_moves,
)
from services.referrals.models import ApplicationRow, GrantEventRow, GrantRow, ReferralRow
from services.referrals.repository.applications import ApplicationsRepository
from services.referrals.repository.joining import JoiningApplications
from services.referrals.repository.leading import LeadingRepository, lock_household
from services.referrals.service.contributions import Periods
from services.referrals.service.decisions.asked import Happening, Received
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.outbox import Notice
from shared.schemas.events import (
    APPLICATION_MOVED,
    GRANT_MOVED,
    ApplicationMoved,
    GrantMoved,
)
from shared.stelsel.model import AT_APPLICATION, Stelsel
from shared.stelsel.routes import clock_of
from shared.vocabulary import (
    ApplicationStatus,
    GrantEventKind,
    ReferralStatus,
    ServiceName,
)

GRANTING: Final = "granting"
"""Processing activity of the register (GDPR art. 30)."""

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class Granting:
    """Moves of applications and grants within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    @property
    def repository(self) -> ApplicationsRepository:
        """Where applications and grants are."""
        return ApplicationsRepository(self.session)

    @property
    def today(self) -> date:
        """The day of this call in Amsterdam."""
        return local_date(self.call.now)

    def stelsel_of(self, row: ApplicationRow) -> Stelsel:
        """The stelsel by which the application was made, whatever this deployment runs now."""
        own = self.tools.stelsel
        return own if row.stelsel == own.name else self.tools.load(row.stelsel)

    def term_of(self, row: ApplicationRow) -> DecisionTerm:
        """The term within which a decision must be taken, as it stands (Wmo 2.3.5 lid 2)."""
        return DecisionTerm(
            clock=clock_of(self.stelsel_of(row), AT_APPLICATION),
            received_on=row.received_on,
            pauses=Pauses(row.suspended_days, row.suspended_since, row.suspended_until),
            extended_days=row.extended_days,
        )

    async def receive(self, asked: Received) -> ApplicationRow:
        """Write an application down; its term begins on the day it came in.

        Raises `ConflictError` when a decision on the same question is still awaited.
        """
        row = self._received(asked)
        if row.plan_id is None:
            # Whoever opens a plan for this household waits here, and then finds this application.
            await lock_household(self.session, row.household_id, shared=True)
            row.plan_id = await LeadingRepository(self.session).open_plan(row.household_id)
        if row.referral_id is None:
            await self.find_request(row, asked.projection.same_support_item_ids)
        await self.keep(row)
        return row

    async def find_request(self, row: ApplicationRow, items: Collection[UUID] = ()) -> None:
        """Tie an application to the request it is about where nobody named one: without that a
        decision that grants after all would open nothing, and nobody would look for help."""
        known = () if row.support_item_id is None else (row.support_item_id,)
        found = await self.repository.same_request(row, known or items)
        if found is not None:
            row.referral_id = found.id
            row.support_item_id = row.support_item_id or found.support_item_id

    async def asked_before(self, referral: ReferralRow, persons: Sequence[UUID]) -> None:
        """A decision that was asked for one of these persons before there was a request for it is
        about this request from now on."""
        found = await JoiningApplications(self.session).untied(referral, persons)
        if found is not None:
            await self._tie(found, referral.id, referral.support_item_id)

    async def _tie(self, row: ApplicationRow, referral: UUID | None, item: UUID | None) -> None:
        row.referral_id = referral
        row.support_item_id = row.support_item_id or item
        await self.keep(row, shown=False)

    async def receive_once(self, asked: Received) -> None:
        """The same, where it may have been asked before: then that one is about the request.

        The caller holds the request, for which whoever opens a plan waits: it looks again after.
        """
        row = self._received(asked)
        known = await JoiningApplications(self.session).same_open(row)
        if known is None:
            await self.keep(row)
            return
        if known.referral_id is not None:
            return
        locked = await self.repository.open_now(known.id)
        if locked is not None and locked.referral_id is None:
            await self._tie(locked, row.referral_id, row.support_item_id)

    def _received(self, asked: Received) -> ApplicationRow:
        call, stelsel, projection = self.call, self.tools.stelsel, asked.projection
        row = ApplicationRow(
            id=new_id(),
            household_id=projection.household_id,
            plan_id=projection.plan_id,
            support_item_id=asked.support_item,
            person_id=projection.person_id,
            referral_id=asked.referral,
            voorziening=asked.voorziening,
            form=asked.form,
            status=ApplicationStatus.RECEIVED,
            applicant_party=asked.applicant,
            grantor_party=asked.grantor,
            stelsel=stelsel.name,
            stelsel_version=stelsel.version,
            received_on=asked.received_on,
            suspended_days=0,
            extended_days=0,
            decisions=0,
            by_helper=asked.by_helper,
            shown_version=0,
            created_by=call.principal.subject,
            created_at=call.now,
        )
        seals = self.tools.seals()
        seals.put(row, "reason", asked.reason)
        seals.put(row, "projection", projection.model_dump_json(by_alias=True))
        if asked.advice is not None:
            seals.put(row, "advice", asked.advice)
        row.due_on = self.term_of(row).due_on
        return row

    async def move(self, row: ApplicationRow, to: ApplicationStatus) -> None:
        """Set the state of an application; raises `ConflictError` where the table says no."""
        ensure_application_moves(row.status, to)
        row.status = to
        await self.keep(row)

    async def keep(self, row: ApplicationRow, *, shown: bool = True) -> None:
        """Store an application as it is now, and tell plans. Not `shown`: what changed is no part
        of what client support sees of it."""
        row.changed_at = self.call.now
        row.shown_version += shown
        await self.repository.add(row)
        if row.plan_id is None:
            return
        moved = ApplicationMoved(
            application_id=row.id,
            plan_id=row.plan_id,
            support_item_id=row.support_item_id,
            referral_id=row.referral_id,
            status=row.status,
            due_on=row.due_on,
        )
        notice = Notice(APPLICATION_MOVED, row.id, moved, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)

    def settle_pause(self, row: ApplicationRow) -> None:
        """A time to hand something in that is over: the term runs on by itself."""
        if self.term_of(row).pauses.over(self.today):
            self.end_pause(row, self.today)

    def end_pause(self, row: ApplicationRow, on: date) -> None:
        """From a day on the term runs again; without a pause nothing changes."""
        ended = self.term_of(row).pauses.ended(on)
        row.suspended_days, row.suspended_since, row.suspended_until = ended.days, None, None
        row.suspended_for = None
        if row.status is ApplicationStatus.SUSPENDED:
            row.status = ApplicationStatus.RECEIVED
        row.due_on = self.term_of(row).due_on

    async def happens(self, row: GrantRow, what: Happening) -> None:
        """Write down what happens to a grant, and tell plans."""
        if what.kind is not GrantEventKind.GRANTED:
            ensure_grant_moves(row.status, what.status)
        row.status, row.changed_at = what.status, self.call.now
        event = GrantEventRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=self.call.now,
            grant_id=row.id,
            kind=what.kind,
            reference=what.reference,
            actor=self.call.principal.subject,
        )
        if what.text is not None:
            self.tools.seals().put(event, "text", what.text)
        await self.repository.add(row)
        await self.repository.add(event)
        periods = Periods(self.session, self.call.now)
        await periods.grant_stands(row, self.tools.stelsel, self.today)
        await self.tell_grant(row, what.kind)

    async def tell_grant(
        self, row: GrantRow, kind: GrantEventKind = GrantEventKind.CHANGED
    ) -> None:
        """Tell plans how a grant stands; nobody is told where there is no plan."""
        row.changed_at = self.call.now
        await self.repository.add(row)
        if row.plan_id is None:
            return
        moved = GrantMoved(
            grant_id=row.id,
            plan_id=row.plan_id,
            support_item_id=row.support_item_id,
            referral_id=row.referral_id,
            status=row.status,
            kind=kind,
            valid_until=row.valid_until,
            reexamination_on=row.reexamination_on,
        )
        notice = Notice(GRANT_MOVED, row.id, moved, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)
