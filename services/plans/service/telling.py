"""What every handler of an event does: find its plan, locked, and write down what it says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.plans.models import PlanRow, WorkItemRow
from services.plans.repository import PlansRepository, WorkRepository
from services.plans.service.common import Happened, timeline_entry
from shared.calendar import next_working_day
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.identifiers import new_id
from shared.vocabulary import WorkItemKind


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something for the coordinator, with its own last day."""

    kind: WorkItemKind
    about: UUID
    code: str | None
    due_on: date


async def plan_told_of(session: Session, plan_id: UUID) -> PlanRow:
    """The plan of an event, locked. One that is not here is kept as a failed job, never lost."""
    plan = await PlansRepository(session).locked(plan_id)
    if plan is None:
        raise NotFoundError
    return plan


async def tell(session: Session, plan: PlanRow, happened: Happened, at: datetime) -> None:
    """On the timeline, and a new version of the plan."""
    repository = PlansRepository(session)
    await repository.note(timeline_entry(plan.id, at, happened, None))
    await repository.touch(plan, at)


async def lay_on_desk(
    session: Session, plan: PlanRow, kind: WorkItemKind, happened: Happened, at: datetime
) -> bool:
    """On the coordinator's desk for the next working day, once: False where it lies there."""
    assert happened.subject_id is not None, "work is about something"
    todo = ToDo(kind, happened.subject_id, happened.code, day_after(at))
    return await lay_until(session, plan, todo, at)


async def lay_until(session: Session, plan: PlanRow, todo: ToDo, at: datetime) -> bool:
    """On the coordinator's desk until its own day, once: False where it lies there."""
    return await WorkRepository(session).put(
        WorkItemRow(
            id=new_id(),
            kind=todo.kind,
            plan_id=plan.id,
            about_id=todo.about,
            code=todo.code,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=todo.due_on,
            created_at=at,
        )
    )


def day_after(at: datetime) -> date:
    """The first working day after a moment."""
    return next_working_day(local_date(at) + timedelta(days=1))
