"""What other services told: referrals that moved, contacts that were carried over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.plans.domain.support import FOLLOWS, asks_nothing, follows
from services.plans.models import (
    AttemptProgressRow,
    ConsentRow,
    PlanRow,
    ReferralProgressRow,
    SupportItemRow,
    WorkItemRow,
)
from services.plans.repository import (
    ConsentsRepository,
    PlansRepository,
    SupportRepository,
    WorkRepository,
)
from services.plans.service.common import Happened
from services.plans.service.days import Days
from services.plans.service.leading import remember_request, request_without_item
from services.plans.service.telling import day_after, plan_told_of, tell
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.inbox import Received
from shared.schemas.events import (
    AttemptMoved,
    ConsentClosed,
    ContactConcluded,
    ContactRedirected,
    ContactTakenUp,
    ReferralMoved,
    ReferralNoted,
)
from shared.stelsel.model import Consequence, Stelsel
from shared.vocabulary import (
    AttemptStatus,
    ConsentStatus,
    PlanStatus,
    ReferralStatus,
    WorkItemKind,
)


@dataclass(frozen=True, slots=True)
class Events:
    """Use cases of what happened elsewhere. Each is applied once, an older one never."""

    stelsel: Stelsel
    warn_before: timedelta

    async def referral_moved(self, session: Session, event: Received) -> None:
        """The support item follows its referral; an exhausted shortlist lands on a desk."""
        told = event.data
        assert isinstance(told, ReferralMoved)
        if told.plan_id is None or told.support_item_id is None:
            plan = await request_without_item(session, event, told)
            if plan is not None:
                await Days(session, self.warn_before).of_request(plan, told, event.at)
            return
        plan = await plan_told_of(session, told.plan_id)
        await remember_request(session, event, told, plan.household_id)
        item = await SupportRepository(session).item(plan.id, told.support_item_id)
        progress = ReferralProgressRow(
            referral_id=told.referral_id,
            plan_id=plan.id,
            support_item_id=item.id,
            status=told.status,
            sequence=event.sequence,
            changed_at=event.at,
        )
        if not await WorkRepository(session).referral_moves(progress):
            return
        _follow(item, told, event.at)
        await _shortlist(session, plan, told, event.at)
        await Days(session, self.warn_before).of_request(plan, told, event.at)
        if told.status is not ReferralStatus.ENDED:
            await _step_taken(session, told.referral_id, event.at)
        closed = plan.status is PlanStatus.CLOSED and not asks_nothing(told.status)
        if closed or self._is_no_of_another(told):
            # The plan was closed while news of this referral was under way, or another party said
            # no: the household stays, and somebody looks for what can be done (DIS-27).
            await _ask_coordinator(session, plan, told, event.at)
        happened = Happened(f"referral_{told.status}", told.code, told.referral_id)
        await tell(session, plan, happened, event.at)

    def _is_no_of_another(self, told: ReferralMoved) -> bool:
        """Whether a party beside the teams decided against it."""
        if told.status is ReferralStatus.NOT_ADMITTED:
            return told.judge_party not in {None, self.stelsel.front_party}
        return told.status is ReferralStatus.NOT_GRANTED

    async def attempt_moved(self, session: Session, event: Received) -> None:
        """Each step with a provider is on the timeline, so that the coordinator sees it.

        A no after which nobody is asked by itself, and an end of delivery, lie on the
        coordinator's desk too: without that the household would wait for nobody (AMS-REF-08).
        """
        told = event.data
        assert isinstance(told, AttemptMoved)
        plan = await plan_told_of(session, told.plan_id)
        progress = AttemptProgressRow(
            attempt_id=told.attempt_id,
            referral_id=told.referral_id,
            plan_id=plan.id,
            support_item_id=told.support_item_id,
            status=told.status,
            sequence=event.sequence,
            changed_at=event.at,
        )
        if not await WorkRepository(session).attempt_moves(progress):
            return
        if told.status is AttemptStatus.OFFERED:
            await _step_taken(session, told.referral_id, event.at)
        elif self._asks_the_coordinator(told):
            await _ask_coordinator(session, plan, told, event.at)
        happened = Happened(f"attempt_{told.status}", told.code, told.attempt_id)
        await tell(session, plan, happened, event.at)

    def _asks_the_coordinator(self, told: AttemptMoved) -> bool:
        if told.status is AttemptStatus.STOPPED:
            return True
        waits = {
            code.code
            for code in self.stelsel.decline_codes
            if code.consequence is not Consequence.NEXT_ON_SHORTLIST
        }
        return told.status is AttemptStatus.DECLINED and told.code in waits

    async def contact_redirected(self, session: Session, event: Received) -> None:
        """A contact carried over lies on the desk of who receives it until it is taken up."""
        told = event.data
        assert isinstance(told, ContactRedirected)
        owner = None
        if told.to_team_id is None:
            if told.plan_id is None:
                return  # another party's desk, and no coordinator who follows it: intake keeps it
            owner = await PlansRepository(session).coordinator(told.plan_id)
        item = WorkItemRow(
            id=new_id(),
            kind=WorkItemKind.REDIRECT_TO_TAKE_UP,
            plan_id=told.plan_id,
            about_id=told.carried_to,
            code=told.to_party,
            owner=owner,
            team_id=told.to_team_id,
            due_on=day_after(event.at),
            created_at=event.at,
        )
        await WorkRepository(session).put(item)

    async def contact_concluded(self, session: Session, event: Received) -> None:
        """The contact with which it began has ended in this plan: its timeline says so, once."""
        told = event.data
        assert isinstance(told, ContactConcluded)
        plan = await plan_told_of(session, told.plan_id)
        happened = Happened("contact_concluded", told.outcome, told.contact_id)
        await tell(session, plan, happened, event.at)

    async def referral_noted(self, session: Session, event: Received) -> None:
        """Somebody must look at a referral: on the coordinator's desk, and on the timeline. A newer
        reason to look takes the place of the one that lies there."""
        told = event.data
        assert isinstance(told, ReferralNoted)
        plan = await plan_told_of(session, told.plan_id)
        item = WorkItemRow(
            id=new_id(),
            kind=told.kind,
            plan_id=plan.id,
            about_id=told.about_id,
            code=told.code,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=day_after(event.at),
            created_at=event.at,
        )
        work = WorkRepository(session)
        await work.finish_other(told.kind, told.about_id, told.code, event.at)
        if await work.put(item):
            await tell(session, plan, Happened(told.kind, told.code, told.about_id), event.at)

    async def consent_closed(self, session: Session, event: Received) -> None:
        """Nothing of it can be read any more: only now the consent is revoked (design 8)."""
        told = event.data
        assert isinstance(told, ConsentClosed)
        plan = await plan_told_of(session, told.plan_id)
        consent = await ConsentsRepository(session).get(ConsentRow, told.consent_id)
        if consent.status is not ConsentStatus.REVOKING:
            return
        consent.status = ConsentStatus.REVOKED
        consent.closed_at = consent.changed_at = event.at
        await tell(session, plan, Happened("consent_revoked", None, consent.id), event.at)

    async def contact_taken_up(self, session: Session, event: Received) -> None:
        """Somebody took it up: off the desk."""
        told = event.data
        assert isinstance(told, ContactTakenUp)
        await WorkRepository(session).redirect_taken_up(told.contact_id, event.at)


def _follow(item: SupportItemRow, told: ReferralMoved, at: datetime) -> None:
    """Bring the item to where its referral is."""
    same = item.referral_id == told.referral_id
    if not follows(same=same, known_status=item.referral_status, new=told.status):
        return
    status = FOLLOWS[told.status]
    if status is not item.status:
        item.changed_on = local_date(at)
    item.referral_id = told.referral_id
    item.referral_status = told.status
    item.becomes(status, local_date(at))
    item.changed_at = at


async def _shortlist(session: Session, plan: PlanRow, told: ReferralMoved, at: datetime) -> None:
    """Nobody left to ask: work for the next working day, done when the referral goes on."""
    repository = WorkRepository(session)
    kind = WorkItemKind.SHORTLIST_EXHAUSTED
    if told.status is not ReferralStatus.NO_PROVIDER_LEFT:
        await repository.finish(kind, told.referral_id, at)
        return
    await repository.put(
        WorkItemRow(
            id=new_id(),
            kind=kind,
            plan_id=plan.id,
            about_id=told.referral_id,
            code=told.code or told.voorziening,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=day_after(at),
            created_at=at,
        )
    )


async def _ask_coordinator(
    session: Session, plan: PlanRow, told: AttemptMoved | ReferralMoved, at: datetime
) -> None:
    """The next step is somebody's: on the desk until it is taken, or ticked off."""
    await WorkRepository(session).put(
        WorkItemRow(
            id=new_id(),
            kind=WorkItemKind.REFERRAL_STEP,
            plan_id=plan.id,
            about_id=told.referral_id,
            code=told.code,
            owner=await PlansRepository(session).coordinator(plan.id),
            team_id=plan.team_id,
            due_on=day_after(at),
            created_at=at,
        )
    )


async def _step_taken(session: Session, referral: UUID, at: datetime) -> None:
    await WorkRepository(session).finish(WorkItemKind.REFERRAL_STEP, referral, at)
