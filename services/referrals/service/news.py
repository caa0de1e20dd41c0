"""What the other services told that stops an offer, closes a disclosure or asks for a person.

Who stops something is written down first, in a transaction of its own that waits for the offers
under way; only then are the offers looked for. No offer slips through between the two.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.referrals.domain.lifecycle import IDENTIFIED, Mover
from services.referrals.models import AttemptRow, ReferralRow, ShortlistEntryRow, ToldStateRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.told import (
    CONTRACT,
    PLAN,
    PROVIDER,
    SHARING,
    ToldRepository,
    sharing_subject,
)
from services.referrals.service.advice.consulting import Steps, close_shared
from services.referrals.service.called_in.service_steps import Steps as ServiceSteps
from services.referrals.service.direct.registrations import Registrations
from services.referrals.service.movement import ToAttempt, ToNote
from services.referrals.service.requests.offering import Offering
from services.referrals.service.tools import (
    CLOSE_OFFERS,
    CLOSE_SHARING,
    PLACING,
    TELL_LAST_DAY,
    Tools,
    audit,
)
from shared.audit.records import Act
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.outbox.outbox import Notice
from shared.schemas.events import (
    CONSENT_CLOSED,
    CapacityReleased,
    ConsentClosed,
    ConsentRevoked,
    ContractEnded,
    PlanState,
    ProviderSuspended,
    ReservationLapsed,
)
from shared.schemas.plans import Identity
from shared.vocabulary import (
    AttemptStatus,
    DirectRegistrationStatus,
    PlanStatus,
    ReferralStatus,
    ServiceName,
    SharingBasis,
    WorkItemKind,
)

_ROOM: Final = "room"
_LAPSED: Final = "not_started_in_time"
_REVOKED: Final = "consent_revoked"
_CLOSED: Final = "plan_closed"
_LAST_DAY: Final = "contract_ends"
_NOTHING: Final = "{}"


@dataclass(frozen=True, slots=True)
class _Revoked:
    """Whose leave ended, for which provider, and for everything composed up to when."""

    person: UUID
    provider: UUID
    until: datetime

    def covers(self, basis: SharingBasis, composed_at: datetime | None) -> bool:
        """Whether something was shared by this leave; a legal task asks for none."""
        if basis is not SharingBasis.CONSENT:
            return False
        return composed_at is None or composed_at <= self.until


@dataclass(frozen=True, slots=True)
class News:
    """Use cases of the worker that applies events, and of what it defers."""

    tools: Tools

    async def plan_moved(self, session: Session, event: Received) -> None:
        """A closed plan takes no new offer; a request still under way lands on a desk, and what was
        asked of a service is withdrawn."""
        told = event.data
        assert isinstance(told, PlanState)
        closed = told.status is PlanStatus.CLOSED
        state = _state(event, PLAN, told.status.value, blocked=closed)
        if not await ToldRepository(session).take_over(state) or not closed:
            return
        for referral in await ToldRepository(session).undelivered_of_plan(told.plan_id):
            await self._note(session, referral, ToNote(WorkItemKind.PLAN_CLOSED, _CLOSED))
        own = self.tools.own_call("plan_moved")
        await ServiceSteps(self.tools, session, own).withdraw_with_plan(told.plan_id)

    async def contract_ended(self, session: Session, event: Received) -> None:
        """By a contract that holds no more nobody is asked; open offers by it lapse.

        Of one that will end the plans of who is helped by it hear the day (AMS-REF-17).
        """
        told = event.data
        assert isinstance(told, ContractEnded)
        state = _state(event, CONTRACT, told.code, blocked=told.ended)
        state.ends_on = told.ends_on
        if await self._stop(session, state):
            subject = str(told.contract_id)
            await self.tools.jobs.defer(session, TELL_LAST_DAY, subject, contract=subject)

    async def provider_suspended(self, session: Session, event: Received) -> None:
        """A suspended provider is not asked; open offers to it lapse."""
        told = event.data
        assert isinstance(told, ProviderSuspended)
        await self._stop(session, _state(event, PROVIDER, told.code, blocked=told.suspended))

    async def capacity_released(self, session: Session, event: Received) -> None:
        """Room again: who waits without a provider for this hears it through the coordinator."""
        told = event.data
        assert isinstance(told, CapacityReleased)
        state = _state(event, _ROOM, told.voorziening, blocked=False)
        if not await ToldRepository(session).take_over(state):
            return
        waiting = await ToldRepository(session).without_provider(told.voorziening, event.at)
        for referral in waiting:
            await self._note(session, referral, ToNote(WorkItemKind.ROOM_AGAIN, told.voorziening))

    async def reservation_lapsed(self, session: Session, event: Received) -> None:
        """Help did not begin in time and the place is gone: somebody must speak to the provider."""
        told = event.data
        assert isinstance(told, ReservationLapsed)
        found = await ToldRepository(session).attempt(told.attempt_id)
        if found is None:
            registered = DirectRegistrationStatus.REGISTERED
            await Registrations(self.tools).lose_place(session, told.attempt_id, registered)
            return
        waits = {AttemptStatus.ACCEPTED, AttemptStatus.INTAKE_PLANNED}
        if found[1].status in waits:
            note = ToNote(WorkItemKind.PLACE_LOST, _LAPSED, found[1])
            await self._note(session, found[0], note)

    async def consent_revoked(self, session: Session, event: Received) -> None:
        """From now on nothing composed before is shared; what was shared is closed next.

        Plans composes nothing more by this consent, so this moment is later than all it composed.
        """
        told = event.data
        assert isinstance(told, ConsentRevoked)
        subject = sharing_subject(told.plan_id, told.provider_id)
        await ToldRepository(session).stop_sharing(subject, self.tools.clock())
        await self.tools.jobs.defer(
            session,
            CLOSE_SHARING,
            str(subject),
            consent=str(told.consent_id),
            plan=str(told.plan_id),
            person=str(told.person_id),
            provider=str(told.provider_id),
        )

    async def close_offers(self, subject: str) -> None:
        """Offers to a provider, or by a contract, that holds no more, lapse; the next is asked.

        Help that was agreed goes on, and lands on the coordinator's desk.
        """
        async with self.tools.db.transaction() as session:
            found = await ToldRepository(session).referrals_of_open_attempts([UUID(subject)])
        for referral in found:
            async with self.tools.db.transaction() as session:
                await self._close_offer(session, referral, UUID(subject))

    async def tell_last_day(self, contract: str) -> None:
        """The last day of a contract is another one: told of all help that is given by it."""
        async with self.tools.db.transaction() as session:
            found = await ToldRepository(session).referrals_of_open_attempts([UUID(contract)])
        for record in found:
            async with self.tools.db.transaction() as session:
                referral = await ToldRepository(session).locked(record)
                row = await ReferralsRepository(session).open_attempt(record)
                if row is not None and row.status in IDENTIFIED:
                    call = self.tools.own_call(TELL_LAST_DAY)
                    await Offering(self.tools, session, call).movement.anew(referral, _LAST_DAY)

    async def _close_offer(self, session: Session, record: UUID, subject: UUID) -> None:
        repository = ToldRepository(session)
        referral = await repository.locked(record)
        row = await ReferralsRepository(session).open_attempt(record)
        if row is None or subject not in {row.provider_id, row.contract_id}:
            return  # answered meanwhile
        kind = PROVIDER if subject == row.provider_id else CONTRACT
        state = (await repository.states([(subject, kind)]))[subject]
        if not state.blocked:
            return  # it may be asked again
        code = state.code or kind
        if row.status in IDENTIFIED:
            note = ToNote(WorkItemKind.PROVIDER_STOPPED, code, row)
            await self._note(session, referral, note)
            return
        offering = Offering(self.tools, session, self.tools.own_call(CLOSE_OFFERS))
        await offering.close(referral, row, ToAttempt(AttemptStatus.LAPSED, Mover.SYSTEM, code))
        if referral.status is ReferralStatus.PLACING:
            await offering.offer_following(referral, code)
        await audit(session, offering.call, Act.WRITE, referral.household_id, PLACING)

    async def close_sharing(self, consent: str, plan: str, person: str, provider: str) -> None:
        """Close every disclosure to a provider about one person of a plan, and confirm it."""
        async with self.tools.db.transaction() as session:
            repository = ToldRepository(session)
            subject = sharing_subject(UUID(plan), UUID(provider))
            until = (await repository.states([(subject, SHARING)]))[subject].changed_at
            revoked = _Revoked(UUID(person), UUID(provider), until)
            for record in await repository.of_plan(UUID(plan)):
                referral = await repository.locked(record)
                await self._forget(session, referral, revoked)
            steps = Steps(self.tools, session, self.tools.own_call(CLOSE_SHARING))
            await close_shared(steps, UUID(plan), revoked.provider, until)
            closed = ConsentClosed(consent_id=UUID(consent), plan_id=UUID(plan))
            notice = Notice(CONSENT_CLOSED, closed.consent_id, closed, (ServiceName.PLANS,))
            await self.tools.outbox.emit(session, notice, self.tools.clock())

    async def _forget(self, session: Session, referral: ReferralRow, revoked: _Revoked) -> None:
        call = self.tools.own_call(CLOSE_SHARING)
        for entry in await ToldRepository(session).entries(referral.id, revoked.provider):
            if revoked.covers(entry.basis, entry.composed_at) and self._is_about(
                entry, revoked.person
            ):
                entry.need_profile = entry.identity = None
                entry.revoked_at = entry.changed_at = call.now
        await session.flush()
        row = await ReferralsRepository(session).open_attempt(referral.id)
        if row is None or row.provider_id != revoked.provider or row.revoked_at is not None:
            return
        if not revoked.covers(row.basis, row.offered_at) or not self._is_about(row, revoked.person):
            return
        await self._close_disclosure(Offering(self.tools, session, call), referral, row)

    async def _close_disclosure(
        self, offering: Offering, referral: ReferralRow, row: AttemptRow
    ) -> None:
        """An offer lapses and nobody else is asked; of help that was agreed nothing can be read."""
        call, session = offering.call, offering.session
        if row.status in IDENTIFIED:
            nothing = self.tools.seals().sealed(row, "need_profile", _NOTHING)
            await ToldRepository(session).close_disclosure(row.id, nothing, call.now)
        else:
            lapsed = ToAttempt(AttemptStatus.LAPSED, Mover.SYSTEM, _REVOKED)
            await offering.close(referral, row, lapsed)
        note = ToNote(WorkItemKind.CONSENT_REVOKED, _REVOKED, row)
        await offering.movement.note(referral, note)
        await audit(session, call, Act.WRITE, referral.household_id, PLACING)

    def _is_about(self, row: AttemptRow | ShortlistEntryRow, person: UUID) -> bool:
        """Whether something was composed about this person; what nobody can tell, is."""
        text = self.tools.seals().get(row, "identity")
        if text is None:
            return True
        persons = Identity.model_validate_json(text).persons
        return person in {each.person_id for each in persons}

    async def _stop(self, session: Session, state: ToldStateRow) -> bool:
        newer = await ToldRepository(session).take_over(state)
        if newer and state.blocked:
            subject = str(state.subject)
            await self.tools.jobs.defer(session, CLOSE_OFFERS, subject, subject=subject)
        return newer

    async def _note(self, session: Session, referral: ReferralRow, note: ToNote) -> None:
        call = self.tools.own_call("receive_event")
        await Offering(self.tools, session, call).movement.note(referral, note)


def _state(event: Received, kind: str, code: str, *, blocked: bool) -> ToldStateRow:
    return ToldStateRow(
        subject=event.subject,
        kind=kind,
        blocked=blocked,
        code=code,
        sequence=event.sequence,
        changed_at=event.at,
    )
