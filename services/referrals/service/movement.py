"""Setting states: the table judges, a step is written and plans is told, in one transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.continuity import RETURN_IN
from services.referrals.domain.involving import tell_by, to_tell
from services.referrals.domain.judging import cannot_wait
from services.referrals.domain.lifecycle import (
    Mover,
    ensure_attempt_moves,
    ensure_request_moves,
)
from services.referrals.models import (
    AttemptRow,
    AttemptStepRow,
    ReferralRow,
    ReferralStepRow,
)
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.continuity import ContinuityRepository
from services.referrals.repository.involving import InvolvingRepository
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import (
    ATTEMPT_MOVED,
    REFERRAL_MOVED,
    REFERRAL_NOTED,
    AttemptMoved,
    KnownDay,
    ReferralMoved,
    ReferralNoted,
)
from shared.schemas.urgent_events import REFERRAL_INVOLVED, EventData, ReferralInvolved
from shared.vocabulary import (
    AttemptStatus,
    DayKind,
    InvolvementHow,
    ReferralStatus,
    ServiceName,
    WorkItemKind,
)


@dataclass(frozen=True, slots=True)
class ToRequest:
    """Where a request goes, by whose hand. A step nobody owns is skipped, visibly."""

    status: ReferralStatus
    by: Mover
    code: str | None = None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class ToAttempt:
    """Where an attempt goes, by whose hand."""

    status: AttemptStatus
    by: Mover
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ToNote:
    """What a person must look at: about the request, or about one attempt of it."""

    kind: WorkItemKind
    code: str
    attempt: AttemptRow | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Moves within one transaction of one call."""

    outbox: Outbox
    session: Session
    call: Call

    async def first_step(self, row: ReferralRow) -> None:
        """The first step of a new request."""
        await self._request_step(row, None, ToRequest(row.status, Mover.TEAM))

    async def request(self, row: ReferralRow, to: ToRequest) -> None:
        """Set the state of a request; raises `ConflictError` when the table does not allow it."""
        ensure_request_moves(row.status, to.status, to.by)
        previous, row.status, row.changed_at = row.status, to.status, self.call.now
        await self._request_step(row, previous, to)

    async def first_attempt_step(self, referral: ReferralRow, row: AttemptRow) -> None:
        """The first step of a new attempt."""
        await self._attempt_step(referral, row, None, ToAttempt(row.status, Mover.TEAM))

    async def attempt(self, referral: ReferralRow, row: AttemptRow, to: ToAttempt) -> None:
        """Set the state of an attempt; raises `ConflictError` when the table does not allow it."""
        ensure_attempt_moves(row.status, to.status, to.by)
        previous, row.status = row.status, to.status
        row.changed_at = referral.changed_at = self.call.now
        await self._attempt_step(referral, row, previous, to)

    async def note(self, referral: ReferralRow, to: ToNote) -> None:
        """Put something on the desk of the coordinator; no state changes by it."""
        if referral.plan_id is None:
            return  # nobody's desk: the party that places sees it in its queue
        told = ReferralNoted(
            referral_id=referral.id,
            plan_id=referral.plan_id,
            support_item_id=referral.support_item_id,
            about_id=referral.id if to.attempt is None else to.attempt.id,
            provider_id=None if to.attempt is None else to.attempt.provider_id,
            kind=to.kind,
            code=to.code,
        )
        await self._tell(REFERRAL_NOTED, referral.id, told)

    async def involved(
        self,
        row: ReferralRow,
        party: str,
        *,
        how: InvolvementHow | None = None,
        due_on: date | None = None,
    ) -> None:
        """A party was told or took it up (`how`), or somebody must tell it until a day."""
        if row.plan_id is None:
            return  # nobody's desk: who judges or places sees it in its queue
        told = ReferralInvolved(
            referral_id=row.id, plan_id=row.plan_id, party=party, how=how, due_on=due_on
        )
        await self._tell(REFERRAL_INVOLVED, row.id, told)

    async def parties_to_tell(self, row: ReferralRow, tools: Tools) -> None:
        """Each party that must be involved and hears of nothing by itself lies on the desk of who
        coordinates, until somebody told it (AMS-ROL-42, AMS-REF-14)."""
        known = await InvolvingRepository(self.session).told([row.id])
        at_once = cannot_wait(row.urgency, row.facts, tools.stelsel)
        last = tell_by(local_date(self.call.now), at_once=at_once)
        involve = row.access_check["involve"]
        for party in to_tell(involve, {each.party for each in known}, tools.reached):
            await self.involved(row, party, due_on=last)

    async def anew(self, row: ReferralRow, code: str | None = None) -> None:
        """Tell of a request again as it is: a plan took it over, or a day of it changed."""
        row.changed_at = self.call.now
        await ReferralsRepository(self.session).add(row)
        await self._tell_moved(row, row.status, ToRequest(row.status, Mover.SYSTEM, code))

    async def _request_step(
        self, row: ReferralRow, previous: ReferralStatus | None, to: ToRequest
    ) -> None:
        step = ReferralStepRow(
            household_id=row.household_id,
            changed_at=self.call.now,
            referral_id=row.id,
            previous=previous,
            status=to.status,
            mover=to.by.value,
            code=to.code,
            skipped=to.skipped,
            actor=self.call.principal.subject,
        )
        await ReferralsRepository(self.session).add(row)
        await ReferralsRepository(self.session).add(step)
        await self._tell_moved(row, previous, to)

    async def _tell_moved(
        self, row: ReferralRow, previous: ReferralStatus | None, to: ToRequest
    ) -> None:
        moved = ReferralMoved(
            referral_id=row.id,
            household_id=row.household_id,
            plan_id=row.plan_id,
            support_item_id=row.support_item_id,
            contact_id=row.contact_id,
            judge_party=row.judge_party,
            placing_party=row.placing_party,
            voorziening=row.voorziening,
            previous=previous,
            status=to.status,
            code=to.code,
            skipped=to.skipped,
            days=await self._days(row),
        )
        await self._tell(REFERRAL_MOVED, row.id, moved, *_followers(row))

    async def _days(self, row: ReferralRow) -> tuple[KnownDay, ...]:
        """What its plan must know now. The days of a grant are told with the grant."""
        if row.plan_id is None:
            return ()
        repository = ContinuityRepository(self.session)
        endings = (await repository.endings([row.id])).get(row.id, ())
        days = [(DayKind(each.cause), each.on) for each in endings]
        aftercare = await repository.aftercare(row.id)
        if aftercare is not None:
            days.append((DayKind.AFTERCARE_CONTACT, aftercare.next_contact_on))
        agreed = await repository.return_agreement(row.id)
        if agreed is not None and row.status in RETURN_IN:
            days.append((DayKind.RETURN_REVIEW, agreed.review_on))
        return tuple(KnownDay(kind=kind, on=on) for kind, on in days if kind is not DayKind.GRANT)

    async def _attempt_step(
        self,
        referral: ReferralRow,
        row: AttemptRow,
        previous: AttemptStatus | None,
        to: ToAttempt,
    ) -> None:
        step = AttemptStepRow(
            household_id=row.household_id,
            changed_at=self.call.now,
            attempt_id=row.id,
            previous=previous,
            status=to.status,
            mover=to.by.value,
            code=to.code,
            actor=self.call.principal.subject,
        )
        await ReferralsRepository(self.session).add(referral, row)
        await ReferralsRepository(self.session).add(step)
        if referral.plan_id is None:
            return
        moved = AttemptMoved(
            attempt_id=row.id,
            referral_id=referral.id,
            plan_id=referral.plan_id,
            support_item_id=referral.support_item_id,
            provider_id=row.provider_id,
            previous=previous,
            status=to.status,
            code=to.code,
        )
        # One counter for a request and its attempts: plans hears them in the order they happened.
        await self._tell(ATTEMPT_MOVED, referral.id, moved)

    async def _tell(self, kind: str, subject: UUID, data: EventData, *also: ServiceName) -> None:
        notice = Notice(kind, subject, data, (ServiceName.PLANS, *also))
        await self.outbox.emit(self.session, notice, self.call.now)


def _followers(row: ReferralRow) -> tuple[ServiceName, ...]:
    """Who hears of a request beside plans: intake, of what came from a contact."""
    return () if row.contact_id is None else (ServiceName.INTAKE,)
