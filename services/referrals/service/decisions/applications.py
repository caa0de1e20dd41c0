"""Following a formal decision that was asked, and disagreeing with it: open to everybody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.applications import (
    DECIDED,
    clock_end,
    ensure_not_before,
    ensure_objection_moves,
)
from services.referrals.models import ApplicationRow, ObjectionRow
from services.referrals.repository.applications import ApplicationsRepository, Wanted
from services.referrals.service.decisions.application_answers import (
    application_answer,
    in_short,
    objection_answer,
    state_of,
)
from services.referrals.service.decisions.applying import audit_application, is_in_part
from services.referrals.service.decisions.granting import GRANTING, Granting
from services.referrals.service.tools import (
    APPLICATION,
    APPLICATION_IN_PART,
    GRANT,
    OBJECTION,
    Tools,
    ensure_has_been,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, NotFoundError
from shared.identifiers import new_id
from shared.schemas.applications import (
    ApplicationInShort,
    ApplicationRead,
    ApplicationWithdrawalCreate,
    ObjectionCreate,
    ObjectionRead,
)
from shared.schemas.base import Page
from shared.stelsel.model import AFTER_OBJECTION_TERM
from shared.vocabulary import ApplicationStatus, ObjectionStatus, Reach


@dataclass(frozen=True, slots=True)
class Applications:
    """Use cases of whoever asked a decision: around the plan, the party that was asked, or client
    support, which sees a part of it."""

    tools: Tools

    async def read(self, call: Call, application: UUID) -> ApplicationRead:
        """One application, its terms, its decision and its objections."""
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            row = await repository.application(self.tools.viewer(call), application)
            await audit_application(session, call, Act.READ, row)
            in_part = await is_in_part(repository, self.tools.viewer(call), row)
            return await application_answer(
                Granting(self.tools, session, call), row, in_part=in_part
            )

    async def list_all(
        self, call: Call, plan: UUID | None, size: int, cursor: str | None
    ) -> Page[ApplicationInShort]:
        """The applications of a plan, or what waits for a decision: nearest term first."""
        query = f"applications/{plan}/{size}"
        after = call.place(query, cursor, _day_and_id)
        async with self.tools.db.transaction() as session:
            repository, viewer = ApplicationsRepository(session), self.tools.viewer(call)
            rows = await repository.applications(viewer, Wanted(plan, after, size))
            shown = rows[:size]
            ids = [row.id for row in shown]
            whole = await repository.owned(viewer, ids) if call.may(Reach.AUTHORISED) else ids
            objected = await repository.with_open_objection(ids)
            about = [About(SubjectKind.HOUSEHOLD, row.household_id) for row in shown]
            await record(session, call, Act.READ, GRANTING, about)
        more = None
        if len(rows) > size:
            more = call.cursor(query, [shown[-1].due_on.isoformat(), str(shown[-1].id)])
        today = local_date(call.now)
        lines = (
            in_short(row, today, objection=row.id in objected, in_part=row.id not in whole)
            for row in shown
        )
        return Page(items=tuple(lines), next=more)

    async def withdraw(
        self, call: Call, application: UUID, request: ApplicationWithdrawalCreate
    ) -> ApplicationRead:
        """No decision is wanted any more; the request it was about stays where it is."""
        await self._ensure_around(call, application)
        async with self.tools.db.transaction(call.once) as session:
            granting, row, in_part = await self._locked(session, call, application)
            granting.end_pause(row, granting.today)
            if request.reason is not None:
                self.tools.seals().put(row, "withdrawn_for", request.reason)
            await granting.move(row, ApplicationStatus.WITHDRAWN)
            await audit_application(session, call, Act.WRITE, row)
            return await application_answer(granting, row, in_part=in_part)

    async def object(
        self, call: Call, application: UUID, request: ObjectionCreate
    ) -> ObjectionRead:
        """Object to the decision that holds (Awb 6:4). Too late is written down as late; whether
        that matters is for who decides on it (Awb 6:11)."""
        ensure_has_been(request.lodged_on, call, "/lodgedOn")
        await self._ensure_around(call, application)
        async with self.tools.db.transaction(call.once) as session:
            granting, row, _ = await self._locked(session, call, application)
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
            await audit_application(session, call, Act.WRITE, row)
            return objection_answer(call, objection, self.tools.seals())

    async def objection(self, call: Call, objection: UUID) -> ObjectionRead:
        """One objection, with the ETag for its outcome."""
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            row, found = await repository.objection(self.tools.viewer(call), objection)
            await audit_application(session, call, Act.READ, row)
            return objection_answer(call, found, self.tools.seals())

    async def can_reach(self, call: Call, kind: str, found: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            reads = {
                APPLICATION: repository.application,
                APPLICATION_IN_PART: repository.application,
                OBJECTION: repository.objection,
                GRANT: repository.grant,
            }
            try:
                await reads[kind](viewer, found)
            except NotFoundError:
                return False
            # What was answered whole is not answered again to who sees a part of it now.
            return kind != APPLICATION or found in await repository.owned(viewer, [found])

    async def _locked(
        self, session: Session, call: Call, application: UUID
    ) -> tuple[Granting, ApplicationRow, bool]:
        """An application as the caller saw it last, and whether that is in part."""
        granting, viewer = Granting(self.tools, session, call), self.tools.viewer(call)
        row = await granting.repository.application(viewer, application, lock=True)
        in_part = await is_in_part(granting.repository, viewer, row)
        call.expect(*state_of(row, in_part=in_part))
        return granting, row, in_part

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


def _day_and_id(day: str, last: str) -> tuple[date, UUID]:
    return date.fromisoformat(day), UUID(last)
