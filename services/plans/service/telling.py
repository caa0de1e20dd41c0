"""What every handler of an event does: find its plan, locked, and write down what it says."""

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
    return await WorkRepository(session).put(
        WorkItemRow(
            id=new_id(),
            kind=kind,
            plan_id=plan.id,
            about_id=happened.subject_id,
            code=happened.code,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=day_after(at),
            created_at=at,
        )
    )


def day_after(at: datetime) -> date:
    """The first working day after a moment."""
    return next_working_day(local_date(at) + timedelta(days=1))
