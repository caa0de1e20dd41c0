"""The party that grants: its terms, its decisions, and what it decides on an objection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import (
    UPHELD,
    Period,
    clock_end,
    ensure_grant_fields,
    ensure_grants,
    ensure_not_before,
    ensure_period,
    ensure_within_a_year,
)
from services.referrals.models import ApplicationRow, DecisionRow, GrantRow
from services.referrals.repository.applications import ApplicationsRepository
from services.referrals.service.decisions.application_answers import (
    application_answer,
    objection_answer,
)
from services.referrals.service.decisions.applications import ensure_objection_answer
from services.referrals.service.decisions.asked import Happening
from services.referrals.service.decisions.granting import GRANTING, Granting
from services.referrals.service.decisions.moving import Moving
from services.referrals.service.tools import (
    APPLICATION,
    OBJECTION,
    Tools,
    audit,
    ensure_has_been,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError
from shared.identifiers import new_id
from shared.schemas.applications import (
    ApplicationRead,
    DecisionCreate,
    ExtensionCreate,
    ObjectionOutcomeCreate,
    ObjectionRead,
    ResumptionCreate,
    SuspensionCreate,
)
from shared.stelsel.model import AT_DECISION
from shared.vocabulary import ApplicationStatus, GrantEventKind, GrantStatus

_A: Final = ApplicationStatus
_FLAG: Final = "flag_overdue_applications"
_FIELDS: Final = {
    "form": "form",
    "valid_from": "validFrom",
    "valid_until": "validUntil",
    "reexamination_on": "reexaminationOn",
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """Use cases of the party that grants, and of nobody else (AMS-ROL-09, AMS-REF-05)."""

    tools: Tools

    async def suspend(
        self, call: Call, application: UUID, request: SuspensionCreate
    ) -> ApplicationRead:
        """Something is missing that only the person can give: the days stand still (Awb 4:15)."""
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application)
            _ensure_first_round(row)
            ensure_within_a_year(request.until, granting.today, "/until")
            row.suspended_since, row.suspended_until = granting.today, request.until
            self.tools.seals().put(row, "suspended_for", request.missing)
            row.due_on = granting.term_of(row).due_on
            await granting.move(row, _A.SUSPENDED)
            return await self._answer(granting, row)

    async def resume(
        self, call: Call, application: UUID, request: ResumptionCreate
    ) -> ApplicationRead:
        """It came in: the term runs on from that day. After its last day it ran on by itself."""
        ensure_has_been(request.on, call, "/on")
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application, settle=False)
            if row.status is not _A.SUSPENDED:
                raise ConflictError("De termijn staat niet stil. Er is niets om te hervatten.")
            on = request.on or granting.today
            ensure_not_before(on, row.suspended_since or on, "/on")
            granting.end_pause(row, on)
            await granting.keep(row)
            return await self._answer(granting, row)

    async def extend(
        self, call: Call, application: UUID, request: ExtensionCreate
    ) -> ApplicationRead:
        """More time, once, with a reason that the person is told (Awb 4:14 lid 1)."""
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application)
            _ensure_first_round(row)
            if row.status is not _A.RECEIVED:
                raise ConflictError("Verlengen kan terwijl de termijn loopt. Hervat haar eerst.")
            if row.extended_until is not None:
                raise ConflictError("Deze termijn is al een keer verlengd. Dat kan niet nog eens.")
            ensure_within_a_year(request.until, row.due_on, "/until")
            row.extended_until = request.until
            row.extended_days = granting.term_of(row).extra_days(request.until)
            row.due_on = granting.term_of(row).due_on
            row.overdue_told_on = None
            self.tools.seals().put(row, "extended_for", request.reason)
            await granting.keep(row)
            return await self._answer(granting, row)

    async def decide(
        self, call: Call, application: UUID, request: DecisionCreate
    ) -> ApplicationRead:
        """The formal decision. A request that waits for it goes on, or ends in a no; the household
        stays with the team, and may object for six weeks (Awb 6:7)."""
        ensure_has_been(request.decided_on, call, "/decidedOn")
        ensure_grant_fields(granted=request.granted, given=_given(request))
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, application)
            on = request.decided_on or granting.today
            ensure_not_before(on, row.received_on, "/decidedOn")
            period = _period(request, on)
            ensure_period(period)
            granting.end_pause(row, on)
            await granting.repository.add(self._decision(granting, row, request, on))
            row.decisions += 1
            row.met_on = row.met_on or on
            row.form = request.form or row.form
            await granting.move(row, _A.GRANTED if request.granted else _A.REJECTED)
            if request.granted:
                await self._grant(granting, row, request, period)
            else:
                await self._refuse(granting, row, request)
            return await self._answer(granting, row)

    async def settle_objection(
        self, call: Call, objection: UUID, request: ObjectionOutcomeCreate
    ) -> ObjectionRead:
        """What came of an objection. Upheld: the application waits for a decision in the place of
        the one that fell (Awb 7:11 lid 2); what was decided before stays written down."""
        async with self.tools.db.transaction(call.once) as session:
            granting = Granting(self.tools, session, call)
            row, found = await granting.repository.objection(
                self.tools.viewer(call), objection, lock=True
            )
            call.expect(OBJECTION, found.id, found.version)
            self._ensure_ours(granting, row)
            found.status = ensure_objection_answer(found.status, request.outcome)
            found.decided_on, found.changed_at = granting.today, call.now
            self.tools.seals().put(found, "outcome", request.reasons)
            await granting.repository.add(found)
            if found.status in UPHELD:
                row.due_on, row.overdue_told_on = found.due_on, None
                await granting.move(row, _A.RECEIVED)
            else:
                await granting.keep(row)
            await _audit(session, call, row)
            return objection_answer(call, found, self.tools.seals())

    async def flag_overdue(self) -> None:
        """Tell of every term that is over, once; a flag for a person, never a decision by itself.

        A time to hand something in that is over lets its term run on.
        """
        call = self.tools.own_call(_FLAG)
        today = local_date(call.now)
        async with self.tools.db.transaction() as session:
            found = await ApplicationsRepository(session).overdue(today)
        for application in found:
            async with self.tools.db.transaction() as session:
                granting = Granting(self.tools, session, call)
                row = await granting.repository.open_now(application)
                if row is None:
                    continue  # decided meanwhile
                granting.settle_pause(row)
                if row.due_on < today:
                    row.overdue_told_on = today
                await granting.keep(row)
                await _audit(session, call, row)

    async def _locked(
        self, session: Session, call: Call, application: UUID, *, settle: bool = True
    ) -> tuple[Granting, ApplicationRow]:
        """The application as the caller saw it last, by the party that decides on it."""
        granting = Granting(self.tools, session, call)
        row = await granting.repository.application(self.tools.viewer(call), application, lock=True)
        call.expect(APPLICATION, row.id, row.version)
        self._ensure_ours(granting, row)
        if settle:
            granting.settle_pause(row)
        return granting, row

    def _ensure_ours(self, granting: Granting, row: ApplicationRow) -> None:
        parties = self.tools.viewer(granting.call).parties
        ensure_grants(row.grantor_party, parties, granting.stelsel_of(row))

    def _decision(
        self, granting: Granting, row: ApplicationRow, request: DecisionCreate, on: date
    ) -> DecisionRow:
        made = DecisionRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=granting.call.now,
            application_id=row.id,
            number=row.decisions + 1,
            granted=request.granted,
            reference=request.reference,
            decided_by=row.grantor_party,
            decider=granting.call.principal.subject,
            decided_on=on,
            object_until=clock_end(granting.stelsel_of(row), AT_DECISION, on),
            made_at=granting.call.now,
        )
        self.tools.seals().put(made, "reasons", request.reasons)
        self.tools.seals().put(made, "what_now", request.what_now)
        return made

    async def _grant(
        self, granting: Granting, row: ApplicationRow, request: DecisionCreate, period: Period
    ) -> None:
        grant = await granting.repository.running_grant(row.id)
        kind = GrantEventKind.GRANTED if grant is None else GrantEventKind.CHANGED
        if grant is None:
            grant = _grant_of(granting.call, row)
        grant.form, grant.reference = row.form, request.reference
        grant.valid_from, grant.valid_until = period.valid_from, period.valid_until
        grant.reexamination_on = period.reexamination_on
        await granting.happens(grant, Happening(kind, request.reference, request.reasons))
        if row.referral_id is None:
            await granting.find_request(row)  # one that was made since
            await granting.repository.add(row)
        if row.referral_id is not None:
            await Moving(granting).granted(row.referral_id, grant)

    async def _refuse(
        self, granting: Granting, row: ApplicationRow, request: DecisionCreate
    ) -> None:
        """A grant that ran by the decision before does not run any more."""
        grant = await granting.repository.running_grant(row.id)
        if grant is not None:
            grant.withdrawn_from = granting.today
            last = min(grant.valid_until or granting.today, granting.today)
            grant.valid_until = max(last, grant.valid_from)
            withdrawn = Happening(
                GrantEventKind.WITHDRAWN, request.reference, request.reasons, GrantStatus.WITHDRAWN
            )
            await granting.happens(grant, withdrawn)
            await Moving(granting).withdrawn(grant)
        if row.referral_id is not None:
            await Moving(granting).refused(row.referral_id)

    async def _answer(self, granting: Granting, row: ApplicationRow) -> ApplicationRead:
        await _audit(granting.session, granting.call, row)
        return await application_answer(granting, row)


def _ensure_first_round(row: ApplicationRow) -> None:
    if row.decisions:
        raise ConflictError("Dit besluit volgt op een bezwaar. Die termijn verandert u hier niet.")


def _given(request: DecisionCreate) -> list[str]:
    values: Mapping[str, object] = {name: getattr(request, name) for name in _FIELDS}
    return [_FIELDS[name] for name, value in values.items() if value is not None]


def _period(request: DecisionCreate, on: date) -> Period:
    return Period(request.valid_from or on, request.valid_until, request.reexamination_on)


def _grant_of(call: Call, row: ApplicationRow) -> GrantRow:
    return GrantRow(
        id=new_id(),
        household_id=row.household_id,
        application_id=row.id,
        plan_id=row.plan_id,
        support_item_id=row.support_item_id,
        person_id=row.person_id,
        referral_id=row.referral_id,
        voorziening=row.voorziening,
        status=GrantStatus.RUNNING,
        applicant_party=row.applicant_party,
        grantor_party=row.grantor_party,
        created_by=row.created_by,
        created_at=call.now,
    )


async def _audit(session: Session, call: Call, row: ApplicationRow) -> None:
    await audit(session, call, Act.WRITE, row.household_id, GRANTING)
    await record(session, call, Act.WRITE, GRANTING, [About(SubjectKind.PERSON, row.person_id)])
