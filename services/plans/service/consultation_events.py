"""What referrals told of advice that was asked about a plan: its coordinator sees every step."""

from dataclasses import dataclass
from typing import Final

from services.plans.models import ToldProgressRow
from services.plans.repository import GrantsRepository, WorkRepository
from services.plans.service.common import Happened
from services.plans.service.telling import lay_on_desk, plan_told_of, tell
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.schemas.events import ConsultationMoved
from shared.vocabulary import ConsultationStatus, PlanStatus, WorkItemKind

_OURS: Final = (ConsultationStatus.INFORMATION_ASKED, ConsultationStatus.ADVISED)
"""The states in which the next step is the asker's: to tell more, to do something with advice."""


@dataclass(frozen=True, slots=True)
class ConsultationEvents:
    """The use case of advice that was asked elsewhere. Applied once, an older state never."""

    async def moved(self, session: Session, event: Received) -> None:
        """On the timeline; and on the coordinator's desk while the question waits for the team.

        Whoever asked, the question is the plan's: advice that nobody looks at is no advice.
        """
        told = event.data
        assert isinstance(told, ConsultationMoved)
        plan = await plan_told_of(session, told.plan_id)
        progress = ToldProgressRow(
            subject=event.subject, plan_id=plan.id, sequence=event.sequence, changed_at=event.at
        )
        if not await GrantsRepository(session).told(progress):
            return
        kind = WorkItemKind.CONSULTATION_STEP
        await WorkRepository(session).finish(kind, told.consultation_id, event.at)
        happened = Happened(f"consultation_{told.status}", told.to_party, told.consultation_id)
        if told.status in _OURS and plan.status is PlanStatus.OPEN:
            step = Happened(happened.kind, told.status.value, told.consultation_id)
            await lay_on_desk(session, plan, kind, step, event.at)
        await tell(session, plan, happened, event.at)
