"""What referrals told of decisions, grants and help at once: dates on a desk, before they pass."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.plans.models import PlanRow, ToldProgressRow
from services.plans.repository import GrantsRepository, WorkRepository
from services.plans.service.common import Happened
from services.plans.service.days import Days
from services.plans.service.telling import ToDo, lay_on_desk, lay_until, plan_told_of, tell
from shared.clock import local_date
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.schemas.events import ApplicationMoved, GrantMoved
from shared.schemas.urgent_events import TemporaryProvisionMoved
from shared.vocabulary import (
    ApplicationStatus,
    GrantStatus,
    WorkItemKind,
)

_K: Final = WorkItemKind
_DECIDED: Final = (ApplicationStatus.GRANTED, ApplicationStatus.REJECTED)
_UNDECIDED: Final = (ApplicationStatus.RECEIVED, ApplicationStatus.SUSPENDED)
_OVERDUE: Final = "overdue"


@dataclass(frozen=True, slots=True)
class GrantEvents:
    """Use cases of what was decided elsewhere. Each is applied once, an older one never."""

    warn_before: timedelta

    async def application_moved(self, session: Session, event: Received) -> None:
        """A decision, or a term that is over, lies on the coordinator's desk: the household stays
        with the team (AMS-REF-09)."""
        told = event.data
        assert isinstance(told, ApplicationMoved)
        plan = await plan_told_of(session, told.plan_id)
        if not await _is_newer(session, event, plan):
            return
        work = WorkRepository(session)
        await work.finish(_K.APPLICATION_STEP, told.application_id, event.at)
        if told.referral_id is not None:
            await work.finish(_K.APPLICATION_STEP, told.referral_id, event.at)
        late = told.status in _UNDECIDED and told.due_on < local_date(event.at)
        code = _OVERDUE if late else told.status.value
        if late or told.status in _DECIDED:
            what = Happened("application", code, told.application_id)
            await lay_on_desk(session, plan, _K.APPLICATION_STEP, what, event.at)
        happened = Happened(f"application_{code}", None, told.application_id)
        await tell(session, plan, happened, event.at)

    async def grant_moved(self, session: Session, event: Received) -> None:
        """Before a grant ends or is looked at again the coordinator has it on the desk, so that
        no gap comes between two kinds of help (AMS-PLN-32, product decision 7)."""
        told = event.data
        assert isinstance(told, GrantMoved)
        plan = await plan_told_of(session, told.plan_id)
        if not await _is_newer(session, event, plan):
            return
        await Days(session, self.warn_before).of_grant(plan, told, event.at)
        for kind, last in (
            (_K.GRANT_ENDS, told.valid_until),
            (_K.GRANT_REEXAMINATION, told.reexamination_on),
        ):
            await WorkRepository(session).finish(kind, told.grant_id, event.at)
            if last is not None and told.status is GrantStatus.RUNNING:
                early = max(last - self.warn_before, local_date(event.at))
                todo = ToDo(kind, told.grant_id, last.isoformat(), early)
                await lay_until(session, plan, todo, event.at)
        if told.status is not GrantStatus.RUNNING:
            what = Happened("grant", told.status.value, told.grant_id)
            await lay_on_desk(session, plan, _K.GRANT_ENDS, what, event.at)
        happened = Happened(f"grant_{told.kind}", None, told.grant_id)
        await tell(session, plan, happened, event.at)

    async def temporary_provision_moved(self, session: Session, event: Received) -> None:
        """Everything that is owed after help at once, each with its last day (Wmo 2.3.3)."""
        told = event.data
        assert isinstance(told, TemporaryProvisionMoved)
        plan = await plan_told_of(session, told.plan_id)
        if not await _is_newer(session, event, plan):
            return
        for owed in told.owed:
            if owed.done:
                await WorkRepository(session).finish(_K.OWED_STEP, owed.id, event.at)
            else:
                todo = ToDo(_K.OWED_STEP, owed.id, owed.code, owed.due_on)
                await lay_until(session, plan, todo, event.at)
        happened = Happened(f"temporary_{told.status}", None, told.temporary_provision_id)
        await tell(session, plan, happened, event.at)


async def _is_newer(session: Session, event: Received, plan: PlanRow) -> bool:
    row = ToldProgressRow(
        subject=event.subject, plan_id=plan.id, sequence=event.sequence, changed_at=event.at
    )
    return await GrantsRepository(session).told(row)
