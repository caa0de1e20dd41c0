"""The broad talk about the whole household: begin, write down, complete (AMS-INT-06/07)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.intake.clients import PlansClient
from services.intake.domain.lifecycle import after, ensure_open
from services.intake.domain.talk import Heard, Noted, missing
from services.intake.models import ClarificationRow, ContactRow
from services.intake.repository import ContactRepository, TalkRepository
from services.intake.service import clocks
from services.intake.service.codes import ensure_known
from services.intake.service.desk import Desk, note
from services.intake.service.told import TalkTold
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    RuleViolationError,
)
from shared.identifiers import new_id
from shared.schemas.intake import (
    ClarificationChange,
    ClarificationCreate,
    ClarificationRead,
    CompletionCreate,
    DomainNote,
    DomainNoteRead,
)
from shared.vocabulary import ClarificationStatus, ContactAction, HouseholdRole

TALK: Final = "clarification"
_NO_HOUSEHOLD: Final = "Koppel de aanmelding eerst aan een huishouden."
_NO_PERSONAL_PLAN: Final = (
    "Vertel eerst dat iemand een eigen plan mag geven (persoonlijk plan). Dat kan zeven dagen na "
    "de melding (Wmo 2015, artikel 2.3.2 lid 2)."
)
_NO_SUPPORT: Final = (
    "Wijs eerst op gratis cliëntondersteuning, ook de mantelzorger (Wmo 2015, artikel 2.3.2 lid 3)."
)
_DONE: Final = "Dit gesprek is afgerond. Wat er nu bij komt, hoort in het plan."
_LACKING: Final = "Het gesprek is nog niet compleet; `errors` noemt wat er nog mist."


@dataclass(frozen=True, slots=True)
class Talks:
    """Use cases of the worker who holds the talk."""

    desk: Desk
    plans: PlansClient

    async def start(
        self, call: Call, contact: UUID, request: ClarificationCreate
    ) -> ClarificationRead:
        """Begin, after both offers were made (Wmo 2015 art. 2.3.2 lid 2 and 3)."""
        _check_offers(request)
        async with self.desk.db.transaction() as session:
            row = await self._ready(session, call, contact)
            household = row.household_id
        assert household is not None
        child = await self._has_child(call, household)
        async with self.desk.db.transaction(call.once) as session:
            row = await self._ready(session, call, contact)
            child = self.desk.told(row).child if child is None else child
            row.status = after(row.status, ContactAction.CLARIFY)
            row.changed_at = call.now
            talk = self._new(call, row, request, TalkTold(child=child))
            await TalkRepository(session).add(talk)
            await note(session, call, Act.WRITE, row)
            return self._answer(call, talk)

    async def read(self, call: Call, record: UUID) -> ClarificationRead:
        """The talk as far as it was written down."""
        async with self.desk.db.transaction() as session:
            talk, row = await TalkRepository(session).to_read(self.desk.seeker(call), record)
            await note(session, call, Act.READ, row)
            return self._answer(call, talk)

    async def change(
        self, call: Call, record: UUID, request: ClarificationChange
    ) -> ClarificationRead:
        """Write down what was said; a domain left out stays as it was."""
        self._check_domains(request.domains)
        async with self.desk.db.transaction() as session:
            talk, row = await self._expected(session, call, record)
            told = _with(self._told(talk), request)
            self._tell(talk, told)
            if request.personal_plan_received is not None:
                talk.personal_plan_received = request.personal_plan_received
            if talk.personal_plan_received:
                await self._meet(session, call, row, clocks.PERSONAL_PLAN)
            talk.changed_at = call.now
            await ContactRepository(session).save()
            await note(session, call, Act.WRITE, row)
            return self._answer(call, talk)

    async def complete(
        self, call: Call, record: UUID, request: CompletionCreate
    ) -> ClarificationRead:
        """Complete the talk: the investigation of the melding is done (Wmo 2015 art. 2.3.2)."""
        async with self.desk.db.transaction() as session:
            talk, row = await self._expected(session, call, record)
            household, known = talk.household_id, self._told(talk).child
        child = await self._has_child(call, household)
        async with self.desk.db.transaction(call.once) as session:
            talk, row = await self._expected(session, call, record)
            told = self._told(talk).model_copy(
                update={"child": known if child is None else child, "summary": request.summary}
            )
            _refuse_gaps(self._missing(told))
            self._tell(talk, told)
            talk.status = ClarificationStatus.COMPLETED
            talk.completed_on, talk.changed_at = local_date(call.now), call.now
            await self._meet(session, call, row, clocks.INVESTIGATION)
            row.changed_at = call.now
            await ContactRepository(session).save()
            await note(session, call, Act.WRITE, row)
            return self._answer(call, talk)

    async def _ready(self, session: Session, call: Call, contact: UUID) -> ContactRow:
        row = await ContactRepository(session).to_work_on(self.desk.seeker(call), contact)
        after(row.status, ContactAction.CLARIFY)
        if row.household_id is None:
            raise ConflictError(_NO_HOUSEHOLD)
        return row

    async def _expected(
        self, session: Session, call: Call, record: UUID
    ) -> tuple[ClarificationRow, ContactRow]:
        talk, row = await TalkRepository(session).to_work_on(self.desk.seeker(call), record)
        call.expect(TALK, talk.id, talk.version)
        if talk.status is not ClarificationStatus.OPEN:
            raise ConflictError(_DONE)
        ensure_open(row.status)
        return talk, row

    async def _has_child(self, call: Call, household: UUID) -> bool | None:
        """Whether plans knows a child in the household; None when this caller may not see it."""
        try:
            found = await self.plans.read_household(household, call.behalf)
        except NotFoundError:
            return None
        return any(member.role is HouseholdRole.CHILD for member in found.members)

    async def _meet(self, session: Session, call: Call, row: ContactRow, code: str) -> None:
        clocks.meet(await ContactRepository(session).clocks([row.id]), code, call.now)

    def _new(
        self, call: Call, row: ContactRow, request: ClarificationCreate, told: TalkTold
    ) -> ClarificationRow:
        talk = ClarificationRow(
            id=new_id(),
            contact_id=row.id,
            household_id=row.household_id,
            status=ClarificationStatus.OPEN,
            personal_plan_offered=request.personal_plan_offered,
            client_support_offered=request.client_support_offered,
            personal_plan_received=False,
            started_at=call.now,
            changed_at=call.now,
        )
        self._tell(talk, told)
        return talk

    def _told(self, talk: ClarificationRow) -> TalkTold:
        return self.desk.seals.open(TalkTold, talk.told, talk.__tablename__, talk.id)

    def _tell(self, talk: ClarificationRow, told: TalkTold) -> None:
        talk.told = self.desk.seals.seal(told, talk.__tablename__, talk.id)

    def _check_domains(self, notes: tuple[DomainNote, ...]) -> None:
        for index, each in enumerate(notes):
            pointer = f"/domains/{index}/domain"
            ensure_known(pointer, "leefgebied", each.domain, self.desk.codes.domains)
            if any(other.domain == each.domain for other in notes[:index]):
                detail = "Dit leefgebied staat er twee keer. Noem het één keer."
                raise InvalidRequestError(detail, [Fault(pointer, "twice", detail)])

    def _missing(self, told: TalkTold) -> tuple[str, ...]:
        noted = {
            each.domain: Noted(
                discussed=bool(each.situation or each.strengths or each.wishes),
                with_reason_not=each.not_discussed_because is not None,
            )
            for each in told.domains
        }
        heard = Heard(told.adults_heard is not None, told.children_heard is not None, told.child)
        return missing(self.desk.codes.domains, self.desk.codes.basic_domains, noted, heard)

    def _answer(self, call: Call, talk: ClarificationRow) -> ClarificationRead:
        told = self._told(talk)
        found = ClarificationRead(
            id=talk.id,
            version=talk.version,
            contact_id=talk.contact_id,
            household_id=talk.household_id,
            status=talk.status,
            personal_plan_offered=talk.personal_plan_offered,
            client_support_offered=talk.client_support_offered,
            personal_plan_received=talk.personal_plan_received,
            adults_heard=told.adults_heard,
            children_heard=told.children_heard,
            domains=told.domains,
            missing=self._missing(told),
            completed_on=talk.completed_on,
        )
        return call.answer(found, TALK, talk.id, talk.version)


def _check_offers(request: ClarificationCreate) -> None:
    faults = []
    if not request.personal_plan_offered:
        faults.append(Fault("/personalPlanOffered", "offer-first", _NO_PERSONAL_PLAN))
    if not request.client_support_offered:
        faults.append(Fault("/clientSupportOffered", "offer-first", _NO_SUPPORT))
    if faults:
        raise RuleViolationError(" ".join(fault.detail for fault in faults), faults)


def _with(told: TalkTold, request: ClarificationChange) -> TalkTold:
    notes = {each.domain: each for each in told.domains}
    notes |= {each.domain: DomainNoteRead.model_validate(each) for each in request.domains}
    changed: dict[str, object] = {"domains": tuple(notes.values())}
    for name in ("adults_heard", "children_heard"):
        said = getattr(request, name)
        if said is not None:
            changed[name] = said
    return told.model_copy(update=changed)


def _refuse_gaps(lacking: tuple[str, ...]) -> None:
    if lacking:
        faults = [Fault("", code, "Dit mist nog.") for code in lacking]
        raise RuleViolationError(_LACKING, faults)
