"""After help: keeping in touch, and asking intensive support again without a new intake."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import ensure_not_before, ensure_within_a_year
from services.referrals.domain.codes import AFTERCARE_END_CODES, RECALLED
from services.referrals.domain.continuity import (
    Rhythm,
    ensure_recallable,
    ensure_until,
    next_contact,
    recalled_to,
)
from services.referrals.domain.leading import is_over
from services.referrals.domain.lifecycle import Mover
from services.referrals.models import AftercareContactRow, AftercareRow, RecallRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.continuity import ContinuityRepository
from services.referrals.repository.leading import LeadingRepository
from services.referrals.service.movement import ToRequest
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.leading import members_led
from services.referrals.service.requests.offering import Offering
from services.referrals.service.tools import (
    LEADING,
    REFERRAL,
    Tools,
    audit,
    ensure_has_been,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, UnknownCodeError
from shared.identifiers import new_id
from shared.schemas.continuity import (
    AftercareContactCreate,
    AftercareCreate,
    AftercareEndingCreate,
    RecallCreate,
)
from shared.schemas.referrals import ReferralRead
from shared.vocabulary import ReferralStatus

_S: Final = ReferralStatus
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Aftercare:
    """Use cases of the team around the plan, once help has ended (AMS-REF-20, AMS-PLN-27)."""

    tools: Tools

    async def open(self, call: Call, record: UUID, request: AftercareCreate) -> ReferralRead:
        """Keep in touch from now on; the day of each contact lies on the coordinator's desk.

        Raises `ConflictError` without an open plan: nobody would see that day.
        """
        today = local_date(call.now)
        ensure_within_a_year(request.next_contact_on, today - _A_DAY, "/nextContactOn")
        ensure_until(request.until, request.next_contact_on)
        await self._ensure_led(call, record)
        async with self.tools.db.transaction(call.once) as session:
            offering, row = await self._locked(session, call, record)
            if row.plan_id is None:
                raise ConflictError(
                    "Zonder plan ziet niemand wanneer er contact is. Open een plan voor dit "
                    "huishouden."
                )
            await offering.ensure_plan_open(row)
            aftercare = AftercareRow(
                id=new_id(),
                household_id=row.household_id,
                changed_at=call.now,
                referral_id=row.id,
                round=row.round,
                contact_every_days=request.contact_every_days,
                next_contact_on=request.next_contact_on,
                until=request.until,
                contacts=0,
                opened_by=call.principal.subject,
                started_on=today,
            )
            await ReferralsRepository(session).add(aftercare)
            await offering.movement.request(row, ToRequest(_S.AFTERCARE, Mover.TEAM))
            return await self._answer(session, call, row)

    async def record_contact(
        self, call: Call, record: UUID, request: AftercareContactCreate
    ) -> ReferralRead:
        """There was contact, and how it goes; the next day follows by the rhythm, or is named."""
        ensure_has_been(request.on, call, "/on")
        if request.next_contact_on is not None:
            ensure_within_a_year(request.next_contact_on, request.on, "/nextContactOn")
        await self._ensure_led(call, record)
        async with self.tools.db.transaction(call.once) as session:
            offering, row = await self._locked(session, call, record)
            aftercare = await _running(session, row)
            ensure_not_before(request.on, aftercare.started_on, "/on")
            rhythm = Rhythm(aftercare.contact_every_days, aftercare.until)
            then = next_contact(rhythm, request.on, local_date(call.now))
            aftercare.next_contact_on = request.next_contact_on or then
            aftercare.contacts += 1
            aftercare.changed_at = call.now
            await ReferralsRepository(session).add(self._contact(call, aftercare, request))
            await offering.movement.anew(row, request.going)
            return await self._answer(session, call, row)

    async def end(self, call: Call, record: UUID, request: AftercareEndingCreate) -> ReferralRead:
        """Nobody has to keep in touch any more; the request is ended again."""
        if request.code not in AFTERCARE_END_CODES:
            raise UnknownCodeError("/code", "reden om nazorg te stoppen", list(AFTERCARE_END_CODES))
        await self._ensure_led(call, record)
        async with self.tools.db.transaction(call.once) as session:
            offering, row = await self._locked(session, call, record)
            _close(call, await _running(session, row), request.code)
            await offering.movement.request(row, ToRequest(_S.ENDED, Mover.TEAM, request.code))
            return await self._answer(session, call, row)

    async def recall(self, call: Call, record: UUID, request: RecallCreate) -> ReferralRead:
        """Ask intensive support again: the same request, first contact and urgency as before.

        A new round: every provider may be asked again, along a list that the client agrees to
        anew. Where the decision on access, or the grant, is over, it is judged first. Raises
        `ConflictError` without aftercare, or where another request is under way for the same.
        """
        await self._ensure_led(call, record)
        async with self.tools.db.transaction(call.once) as session:
            offering, row = await self._locked(session, call, record)
            ensure_recallable(row.status)
            await offering.ensure_plan_open(row)
            _close(call, await _running(session, row), RECALLED)
            row.round += 1
            # The list of the round before does not hold any more: the client agrees to a new one.
            row.shortlist_number += 1
            to = recalled_to(decision_over=await _decision_over(session, call, row))
            if to is _S.JUDGING:
                row.grant_id = None  # what it waits for now is another decision
            await offering.movement.request(row, ToRequest(to, Mover.TEAM, RECALLED))
            recalled = RecallRow(
                id=new_id(),
                household_id=row.household_id,
                changed_at=call.now,
                referral_id=row.id,
                round=row.round,
                status=to,
                recalled_by=call.principal.subject,
            )
            self.tools.seals().put(recalled, "motivation", request.motivation)
            await ReferralsRepository(session).add(recalled)
            return await self._answer(session, call, row)

    async def _ensure_led(self, call: Call, record: UUID) -> None:
        """Whoever acts is around the plan now, as plans knows it; else `NotFoundError`."""
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).referral(self.tools.viewer(call), record)
        await members_led(self.tools, call, seen)

    async def _locked(
        self, session: Session, call: Call, record: UUID
    ) -> tuple[Offering, ReferralRow]:
        repository = ReferralsRepository(session)
        row = await repository.referral(self.tools.viewer(call), record, lock=True)
        call.expect(REFERRAL, row.id, row.version)
        return Offering(self.tools, session, call), row

    def _contact(
        self, call: Call, aftercare: AftercareRow, request: AftercareContactCreate
    ) -> AftercareContactRow:
        contact = AftercareContactRow(
            id=new_id(),
            household_id=aftercare.household_id,
            changed_at=call.now,
            aftercare_id=aftercare.id,
            number=aftercare.contacts,
            contact_on=request.on,
            going=request.going,
            next_contact_on=aftercare.next_contact_on,
            recorded_by=call.principal.subject,
        )
        if request.note is not None:
            self.tools.seals().put(contact, "note", request.note)
        return contact

    async def _answer(self, session: Session, call: Call, row: ReferralRow) -> ReferralRead:
        await audit(session, call, Act.WRITE, row.household_id, LEADING)
        return await referral_answer(session, call, row, self.tools)


async def _running(session: Session, row: ReferralRow) -> AftercareRow:
    found = await ContinuityRepository(session).aftercare(row.id)
    if found is None:
        raise ConflictError("Er loopt geen nazorg. Begin die als de hulp is beëindigd.")
    return found


def _close(call: Call, aftercare: AftercareRow, code: str) -> None:
    aftercare.ended_on, aftercare.code = local_date(call.now), code
    aftercare.changed_at = call.now


async def _decision_over(session: Session, call: Call, row: ReferralRow) -> bool:
    """Whether the last day of the judgement, or of the grant it was granted by, is behind us."""
    today = local_date(call.now)
    judged = await LeadingRepository(session).decided_until(row.id)
    return is_over(judged, today) or await ContinuityRepository(session).grant_over(row, today)
