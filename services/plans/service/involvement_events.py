"""What referrals told of parties that must be around a request (AMS-ROL-42, AMS-REF-14)."""

from services.plans.domain.support import has_ended
from services.plans.models import ToldProgressRow, WorkItemRow
from services.plans.repository import (
    GrantsRepository,
    LeadingRepository,
    PlansRepository,
    WorkRepository,
)
from services.plans.service.common import Happened
from services.plans.service.telling import day_after, plan_told_of, tell
from shared.db.database import Session
from shared.identifiers import derived_key, new_id
from shared.outbox.inbox import Received
from shared.schemas.urgent_events import ReferralInvolved
from shared.vocabulary import WorkItemKind


class InvolvementEvents:
    """Use cases of what happened elsewhere. Each is applied once, an older one never."""

    async def involved(self, session: Session, event: Received) -> None:
        """A party that somebody must call lies on the coordinator's desk, until it was told; that
        it was, or took it up itself, is on the timeline."""
        told = event.data
        assert isinstance(told, ReferralInvolved)
        plan = await plan_told_of(session, told.plan_id)
        progress = ToldProgressRow(
            subject=derived_key(told.referral_id, told.party),
            plan_id=plan.id,
            sequence=event.sequence,
            changed_at=event.at,
        )
        if not await GrantsRepository(session).told(progress):
            return
        work = WorkRepository(session)
        if told.how is not None:
            await work.party_told(told.referral_id, told.party, event.at)
            happened = Happened(f"party_{told.how}", told.party, told.referral_id)
            await tell(session, plan, happened, event.at)
            return
        if has_ended(await LeadingRepository(session).status_of(told.referral_id)):
            return  # ended while this news was under way
        item = WorkItemRow(
            id=new_id(),
            kind=WorkItemKind.PARTY_TO_TELL,
            plan_id=plan.id,
            about_id=told.referral_id,
            code=told.party,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=told.due_on or day_after(event.at),
            created_at=event.at,
        )
        if await work.put(item):
            happened = Happened(WorkItemKind.PARTY_TO_TELL, told.party, told.referral_id)
            await tell(session, plan, happened, event.at)
