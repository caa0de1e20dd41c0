"""What the use cases around a plan share: find it under its lock, write down what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.plans.models import EvaluationMomentRow, PlanRow, TimelineRow, WorkItemRow
from services.plans.repository import (
    EvaluationsRepository,
    PersonsRepository,
    PlansRepository,
    WorkRepository,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.calendar import next_working_day
from shared.clock import local_date
from shared.db.database import Database, Session
from shared.errors import ConflictError, Fault, InvalidRequestError
from shared.identifiers import new_id
from shared.outbox.outbox import Outbox
from shared.schemas.plans import PlanRead
from shared.stelsel.model import Stelsel
from shared.vocabulary import PlanStatus, WorkItemKind

PLAN: Final = "plan"
HOUSEHOLD: Final = "household"
GOAL: Final = "goal"
SUPPORT_ITEM: Final = "support_item"
WORK_ITEM: Final = "work_item"
CONSENT: Final = "consent"
PACKAGE: Final = "package"
HOUSEHOLD_PACKAGE: Final = "household_package"
GRANT_PROJECTION: Final = "grant_projection"

ACTIVITY: Final = "plan"
"""The processing activity of the register (GDPR art. 30)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every use case of this service is made with."""

    db: Database
    outbox: Outbox
    stelsel: Stelsel
    warn_before: timedelta


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry for the timeline: what, with which code, about which record."""

    kind: str
    code: str | None = None
    subject_id: UUID | None = None


async def plan_to_change(
    session: Session, call: Call, plan_id: UUID, *, versioned: bool = False
) -> PlanRow:
    """The plan under its lock, in reach and open. `versioned`: the caller saw its last state."""
    plan = await PlansRepository(session).plan_for_change(call, plan_id)
    if versioned:
        call.expect(PLAN, plan.id, plan.version)
    if plan.status is not PlanStatus.OPEN:
        raise ConflictError("Dit plan is gesloten. Open een nieuw plan voor dit huishouden.")
    return plan


async def changed(session: Session, call: Call, plan: PlanRow, *happened: Happened) -> None:
    """Write down what happened: timeline, a new version of the plan, one record per member."""
    repository = PlansRepository(session)
    actor = call.principal.subject
    await repository.note(*(timeline_entry(plan.id, call.now, each, actor) for each in happened))
    await repository.touch(plan, call.now)
    await audit_members(session, call, Act.WRITE, plan.household_id)


def timeline_entry(
    plan_id: UUID, at: datetime, happened: Happened, actor: str | None
) -> TimelineRow:
    """One entry of the timeline; `actor` is None for what another service told."""
    return TimelineRow(
        plan_id=plan_id,
        at=at,
        kind=happened.kind,
        code=happened.code,
        subject_id=happened.subject_id,
        actor=actor,
    )


async def audit_members(session: Session, call: Call, act: Act, household_id: UUID) -> None:
    """One record for everybody who is in the household now."""
    members = await PersonsRepository(session).members(household_id)
    await audit_persons(session, call, act, [each.person.id for each in members])


async def audit_persons(
    session: Session, call: Call, act: Act, persons: Iterable[UUID], activity: str = ACTIVITY
) -> None:
    """One record per person."""
    about = [About(SubjectKind.PERSON, person) for person in persons]
    await record(session, call, act, activity, about)


async def plan_read(session: Session, call: Call, plan: PlanRow) -> PlanRead:
    """The plan in short, with its ETag."""
    found = PlanRead(
        id=plan.id,
        version=plan.version,
        household_id=plan.household_id,
        team_id=plan.team_id,
        status=plan.status,
        coordinator=await PlansRepository(session).coordinator(plan.id),
        regie_holder=plan.regie_holder,
        opened_at=plan.opened_at,
    )
    return call.answer(found, PLAN, plan.id, plan.version)


def usual_next_evaluation(stelsel: Stelsel, now: datetime) -> date:
    """The day of the next evaluation by the interval of the stelsel, a working day (OPN-25)."""
    days = timedelta(days=stelsel.evaluation.interval_days)
    return next_working_day(local_date(now) + days)


async def plan_moment(
    session: Session, plan: PlanRow, day: date, now: datetime
) -> tuple[EvaluationMomentRow, bool]:
    """A moment on which the plan is looked at again, on the desk of the coordinator; and whether
    it is a new one: two moments on one day are one."""
    repository = EvaluationsRepository(session)
    known = await repository.planned_on(plan.id, day)
    if known is not None:
        return known, False
    moment = EvaluationMomentRow(id=new_id(), plan_id=plan.id, planned_on=day, changed_at=now)
    await repository.add(moment)
    item = WorkItemRow(
        id=new_id(),
        kind=WorkItemKind.EVALUATION_DUE,
        plan_id=plan.id,
        about_id=moment.id,
        owner=await PlansRepository(session).coordinator(plan.id),
        team_id=plan.team_id,
        due_on=day,
        created_at=now,
    )
    await WorkRepository(session).put(item)
    return moment, True


def refuse(pointer: str, code: str, detail: str) -> InvalidRequestError:
    """A request that cannot be right: where, and what would be."""
    return InvalidRequestError(detail, [Fault(pointer, code, detail)])
