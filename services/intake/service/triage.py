"""Taking a contact up, marking a melding, and ending a contact without ever refusing."""

from dataclasses import dataclass
from uuid import UUID

from services.intake.clients import PlansClient
from services.intake.domain import conclusion
from services.intake.domain.lifecycle import after
from services.intake.models import ContactRow
from services.intake.repository import ContactRepository, DirectoryRepository, TalkRepository
from services.intake.service import clocks
from services.intake.service.codes import ensure_all_known, ensure_known
from services.intake.service.contacts import check_first_day
from services.intake.service.desk import CONTACT, Desk, note
from services.intake.service.redirects import Redirects
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, InvalidRequestError, NotFoundError, RuleViolationError
from shared.schemas.intake import (
    ConclusionCreate,
    ContactRead,
    MeldingCreate,
    TriageCreate,
)
from shared.vocabulary import ContactAction, ContactStatus

_NOT_A_COLLEAGUE = (
    "Deze collega staat niet in het team van deze aanmelding. "
    "Kies iemand uit het team, of laat het veld weg: dan doet u het zelf."
)
_CARRIED = "Deze aanmelding is overgedragen. Bij de nieuwe deur kan zij een melding worden."
_NOT_THE_PLAN = (
    "Dit is niet het open plan van het huishouden van deze aanmelding, of u mag het niet zien."
)


@dataclass(frozen=True, slots=True)
class Triage:
    """Use cases of the team that has the contact."""

    desk: Desk
    redirects: Redirects
    plans: PlansClient

    async def take_up(self, call: Call, record: UUID, request: TriageCreate) -> ContactRead:
        """Somebody takes the contact up: how soon, what was heard, who does it.

        Raises `UnknownCodeError`, `StaleVersionError` when a colleague was first, and
        `ConflictError` when the contact is carried over or done.
        """
        codes = self.desk.codes
        ensure_all_known("/signals", "soort signaal", request.signals, codes.signals)
        ensure_all_known("/markers", "soort kenmerk", request.markers, codes.markers)
        async with self.desk.db.transaction(call.once) as session:
            row = await self._expected(session, call, record)
            row.status = after(row.status, ContactAction.TAKE_UP)
            await self._assign(session, call, row, request.assigned_to)
            row.urgency = request.urgency
            row.signals, row.markers = list(request.signals), list(request.markers)
            if request.note is not None:
                told = self.desk.told(row).model_copy(update={"triage_note": request.note})
                self.desk.tell(row, told)
            return await self._changed(session, call, row)

    async def mark_melding(self, call: Call, record: UUID, request: MeldingCreate) -> ContactRead:
        """Mark a melding, also afterwards; the earliest first day holds; twice is once."""
        faults = check_first_day(request.first_contact_on, local_date(call.now))
        if faults:
            raise InvalidRequestError("Deze dag kan niet.", faults)
        async with self.desk.db.transaction(call.once) as session:
            row = await self._expected(session, call, record)
            if row.status is ContactStatus.REDIRECTED:
                raise ConflictError(_CARRIED)
            repository, terms = ContactRepository(session), self.desk.codes.clocks
            first = min(request.first_contact_on or row.first_contact_on, row.first_contact_on)
            if not row.melding:
                await repository.add(*clocks.started(terms, row.id, first, call.now))
            elif first < row.first_contact_on:
                clocks.restart(terms, await repository.clocks([row.id]), first, call.now)
            if not row.melding or first < row.first_contact_on:
                row.melding, row.first_contact_on, row.changed_at = True, first, call.now
            await repository.save()
            await note(session, call, Act.WRITE, row)
            return await self.desk.show(session, call, row)

    async def conclude(self, call: Call, record: UUID, request: ConclusionCreate) -> ContactRead:
        """End a contact with help, advice or a way that somebody took up (AMS-INT-02)."""
        ensure_known("/outcome", "uitkomst", request.outcome, self.desk.codes.outcomes)
        conclusion.check_request(request.outcome, request.advice, request.plan_id)
        if request.plan_id is not None:
            await self._check_plan(call, record, request.plan_id)
        async with self.desk.db.transaction(call.once) as session:
            row = await self._expected(session, call, record)
            row.status = after(row.status, ContactAction.CONCLUDE)
            conclusion.check_rules(await _ending(session, row, request))
            row.outcome, row.plan_id = request.outcome, request.plan_id
            row.person_informed = request.person_informed
            if request.advice is not None:
                told = self.desk.told(row).model_copy(update={"advice": request.advice})
                self.desk.tell(row, told)
            await self.redirects.tell_concluded(session, call, row)
            return await self._changed(session, call, row)

    async def _expected(self, session: Session, call: Call, record: UUID) -> ContactRow:
        row = await ContactRepository(session).to_work_on(self.desk.seeker(call), record)
        call.expect(CONTACT, row.id, row.version)
        return row

    async def _changed(self, session: Session, call: Call, row: ContactRow) -> ContactRead:
        row.changed_at = call.now
        await ContactRepository(session).save()
        await self.redirects.settle(session, call, row)
        await note(session, call, Act.WRITE, row)
        return await self.desk.show(session, call, row)

    async def _assign(
        self, session: Session, call: Call, row: ContactRow, colleague: str | None
    ) -> None:
        """Out of the queue of the whole party, onto the desk of one team and one worker."""
        directory, own = DirectoryRepository(session), call.principal
        if row.team_id is None and own.team is not None:
            team = await directory.team(own.team)
            row.team_id = None if team is None else team.id
        if colleague not in {None, own.subject}:
            worker = await directory.worker(str(colleague))
            if worker is None or worker.team_id != row.team_id:
                raise RuleViolationError(_NOT_A_COLLEAGUE)
        row.assigned_to = colleague or own.subject

    async def _check_plan(self, call: Call, record: UUID, plan: UUID) -> None:
        """Plans says whether it is the open plan of this household; asked before we write."""
        async with self.desk.db.transaction() as session:
            row = await self._expected(session, call, record)
            conclusion.check_rules(
                conclusion.Ending(
                    outcome=conclusion.PLAN,
                    advice=None,
                    plan_id=plan,
                    household_id=row.household_id,
                    talk_completed=await TalkRepository(session).is_completed(row.id),
                )
            )
            household = row.household_id
        assert household is not None
        try:
            found = await self.plans.read_household(household, call.behalf)
        except NotFoundError:
            raise RuleViolationError(_NOT_THE_PLAN) from None
        if found.open_plan_id != plan:
            raise RuleViolationError(_NOT_THE_PLAN)


async def _ending(
    session: Session, row: ContactRow, request: ConclusionCreate
) -> conclusion.Ending:
    return conclusion.Ending(
        outcome=request.outcome,
        advice=request.advice,
        plan_id=request.plan_id,
        household_id=row.household_id,
        talk_completed=await TalkRepository(session).is_completed(row.id),
    )
