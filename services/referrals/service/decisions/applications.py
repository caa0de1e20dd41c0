"""Asking a formal decision, following it, and disagreeing with it: open to everybody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.applications import (
    AFTER_OBJECTION_TERM,
    DECIDED,
    GRANTOR,
    clock_end,
    ensure_not_before,
    ensure_objection_moves,
)
from services.referrals.models import ApplicationRow, ObjectionRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.applications import ApplicationsRepository, Wanted
from services.referrals.service.access import Asked, judged
from services.referrals.service.decisions.application_answers import (
    application_answer,
    in_short,
    objection_answer,
)
from services.referrals.service.decisions.granting import (
    GRANTING,
    Granting,
    Received,
    granting_party,
)
from services.referrals.service.decisions.opening import applicant_of
from services.referrals.service.tools import (
    APPLICATION,
    GRANT,
    OBJECTION,
    Tools,
    audit,
    ensure_has_been,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from shared.identifiers import new_id
from shared.schemas.applications import (
    ApplicationCreate,
    ApplicationInShort,
    ApplicationRead,
    ApplicationWithdrawalCreate,
    GrantProjection,
    GrantProjectionRequest,
    ObjectionCreate,
    ObjectionRead,
)
from shared.schemas.base import Page
from shared.stelsel.model import MODES
from shared.vocabulary import ApplicationStatus, ObjectionStatus, Reach


@dataclass(frozen=True, slots=True)
class Applications:
    """Use cases of whoever asks a decision: around the plan, or the party that was asked."""

    tools: Tools

    async def apply(self, call: Call, request: ApplicationCreate) -> ApplicationRead:
        """Ask a formal decision (Wmo 2.3.5): also after a no, also without a plan or a request.

        Plans composes, with the caller's authority, what the grantor may know; that is frozen.
        The term runs from the day it came in. Raises `ConflictError` while a decision on the same
        question is awaited.
        """
        _ensure_one_subject(request)
        ensure_has_been(request.received_on, call, "/receivedOn")
        referral = await self._referral(call, request)
        grantor = self._grantor(call, request, referral)
        item = request.support_item_id or (None if referral is None else referral.support_item_id)
        projection = await self._projection(call, request, item)
        _ensure_same_household(projection, referral)
        asked = Received(
            projection=projection,
            voorziening=request.voorziening,
            form=request.form,
            grantor=grantor,
            applicant=applicant_of(self.tools, call),
            received_on=request.received_on or local_date(call.now),
            reason=request.reason,
            advice=request.advice,
            support_item=item,
            referral=request.referral_id,
        )
        async with self.tools.db.transaction(call.once) as session:
            granting = Granting(self.tools, session, call)
            row = await granting.receive(asked)
            await _audit(session, call, Act.WRITE, row)
            return await application_answer(granting, row)

    async def read(self, call: Call, application: UUID) -> ApplicationRead:
        """One application, its terms, its decision and its objections."""
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            row = await repository.application(self.tools.viewer(call), application)
            await _audit(session, call, Act.READ, row)
            return await application_answer(Granting(self.tools, session, call), row)

    async def list_all(
        self, call: Call, plan: UUID | None, size: int, cursor: str | None
    ) -> Page[ApplicationInShort]:
        """The applications of a plan, or what waits for a decision: nearest term first."""
        query = f"applications/{plan}/{size}"
        after = call.place(query, cursor, _day_and_id)
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            rows = await repository.applications(self.tools.viewer(call), Wanted(plan, after, size))
            shown = rows[:size]
            objected = await repository.with_open_objection([row.id for row in shown])
            about = [About(SubjectKind.HOUSEHOLD, row.household_id) for row in shown]
            await record(session, call, Act.READ, GRANTING, about)
        more = None
        if len(rows) > size:
            more = call.cursor(query, [shown[-1].due_on.isoformat(), str(shown[-1].id)])
        today = local_date(call.now)
        lines = (in_short(row, today, objection=row.id in objected) for row in shown)
        return Page(items=tuple(lines), next=more)

    async def withdraw(
        self, call: Call, application: UUID, request: ApplicationWithdrawalCreate
    ) -> ApplicationRead:
        """No decision is wanted any more; the request it was about stays where it is."""
        await self._ensure_around(call, application)
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application)
            granting.end_pause(row, granting.today)
            if request.reason is not None:
                self.tools.seals().put(row, "withdrawn_for", request.reason)
            await granting.move(row, ApplicationStatus.WITHDRAWN)
            await _audit(session, call, Act.WRITE, row)
            return await application_answer(granting, row)

    async def object(
        self, call: Call, application: UUID, request: ObjectionCreate
    ) -> ObjectionRead:
        """Object to the decision that holds (Awb 6:4). Too late is written down as late; whether
        that matters is for who decides on it (Awb 6:11)."""
        ensure_has_been(request.lodged_on, call, "/lodgedOn")
        await self._ensure_around(call, application)
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application)
            if row.status not in DECIDED:
                raise ConflictError("Er is nog geen besluit. Bezwaar kan als het besluit er is.")
            details = await granting.repository.details(row.id)
            decision = details.decisions[-1]
            lodged = request.lodged_on or granting.today
            ensure_not_before(lodged, decision.decided_on, "/lodgedOn")
            stelsel = granting.stelsel_of(row)
            objection = ObjectionRow(
                id=new_id(),
                household_id=row.household_id,
                changed_at=call.now,
                application_id=row.id,
                decision_id=decision.id,
                status=ObjectionStatus.LODGED,
                lodged_on=lodged,
                in_time=lodged <= decision.object_until,
                due_on=clock_end(stelsel, AFTER_OBJECTION_TERM, decision.object_until),
                lodged_by=call.principal.subject,
                created_at=call.now,
            )
            self.tools.seals().put(objection, "grounds", request.grounds)
            await granting.repository.add(objection)
            await granting.keep(row)
            await _audit(session, call, Act.WRITE, row)
            return objection_answer(call, objection, self.tools.seals())

    async def objection(self, call: Call, objection: UUID) -> ObjectionRead:
        """One objection, with the ETag for its outcome."""
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            row, found = await repository.objection(self.tools.viewer(call), objection)
            await _audit(session, call, Act.READ, row)
            return objection_answer(call, found, self.tools.seals())

    async def can_reach(self, call: Call, kind: str, found: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            reads = {
                APPLICATION: repository.application,
                OBJECTION: repository.objection,
                GRANT: repository.grant,
            }
            try:
                await reads[kind](viewer, found)
            except NotFoundError:
                return False
        return True

    async def _locked(
        self, session: Session, call: Call, application: UUID
    ) -> tuple[Granting, ApplicationRow]:
        granting = Granting(self.tools, session, call)
        row = await granting.repository.application(self.tools.viewer(call), application, lock=True)
        call.expect(APPLICATION, row.id, row.version)
        return granting, row

    async def _referral(self, call: Call, request: ApplicationCreate) -> ReferralRow | None:
        """The request it is about, as far as the caller may see it."""
        if request.referral_id is None:
            return None
        async with self.tools.db.transaction() as session:
            viewer = self.tools.viewer(call)
            row = await ReferralsRepository(session).referral(viewer, request.referral_id)
        same_item = request.support_item_id in {None, row.support_item_id}
        if row.voorziening != request.voorziening or not same_item:
            detail = "Deze aanvraag bij een aanbieder gaat over iets anders. Kies de goede."
            raise ConflictError(detail, [Fault("/referralId", "other-request", detail)])
        return row

    def _grantor(self, call: Call, request: ApplicationCreate, referral: ReferralRow | None) -> str:
        """The party that the route names; where it names none, the party that always decides."""
        stelsel = self.tools.stelsel
        facts = {"form": request.form.value, "hasPlan": request.plan_id is not None}
        entry = applicant_of(self.tools, call) or stelsel.front_party
        asked = Asked(request.voorziening, entry, facts)
        granted_by = judged(stelsel, asked, local_date(call.now)).granted_by
        if referral is not None:
            return granting_party(referral, GRANTOR)
        return GRANTOR if granted_by in MODES else granted_by

    async def _projection(
        self, call: Call, request: ApplicationCreate, item: UUID | None
    ) -> GrantProjection:
        wanted = GrantProjectionRequest(person_id=request.person_id, support_item_id=item)
        if request.plan_id is not None:
            return await self.tools.plans.grant_projection(request.plan_id, wanted, call.behalf)
        assert request.household_id is not None
        return await self.tools.plans.household_grant_projection(
            request.household_id, wanted, call.behalf
        )

    async def _ensure_around(self, call: Call, application: UUID) -> None:
        """Who works around the plan does so now, as plans knows it; else `NotFoundError`."""
        if not _is_around(call):
            return
        async with self.tools.db.transaction() as session:
            viewer = self.tools.viewer(call)
            row = await ApplicationsRepository(session).application(viewer, application)
        await self.tools.plans.household_basis(row.household_id, row.person_id, call.behalf)


def ensure_objection_answer(current: ObjectionStatus, outcome: str) -> ObjectionStatus:
    """The outcome as a state; raises `ConflictError` where the objection was answered."""
    to = ObjectionStatus(outcome)
    ensure_objection_moves(current, to)
    return to


def _is_around(call: Call) -> bool:
    return call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)


def _ensure_one_subject(request: ApplicationCreate) -> None:
    if (request.plan_id is None) == (request.household_id is None):
        detail = "Noem planId, of householdId als er geen plan is. Het is het een of het ander."
        raise InvalidRequestError(detail, [Fault("", "plan-or-household", detail)])


def _ensure_same_household(projection: GrantProjection, referral: ReferralRow | None) -> None:
    if referral is not None and referral.household_id != projection.household_id:
        detail = "Deze aanvraag bij een aanbieder is van een ander huishouden."
        raise ConflictError(detail, [Fault("/referralId", "other-household", detail)])


def _day_and_id(day: str, last: str) -> tuple[date, UUID]:
    return date.fromisoformat(day), UUID(last)


async def _audit(session: Session, call: Call, act: Act, row: ApplicationRow) -> None:
    """Of the household, and of the person whom the decision is about: the projection names them."""
    await audit(session, call, act, row.household_id, GRANTING)
    await record(session, call, act, GRANTING, [About(SubjectKind.PERSON, row.person_id)])
