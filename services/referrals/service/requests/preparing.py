"""What is recorded between the making of a request and its judgement, with who and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.judging import (
    PlanFacts,
    blocking,
    ensure_conditions_known,
    facts_of,
    judge_of,
)
from services.referrals.domain.lifecycle import BEFORE_DELIVERY
from services.referrals.models import InvolvementRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.access import Asked, as_answer, judged
from services.referrals.service.advice.consulting import frozen_check
from services.referrals.service.movement import Movement
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.creating import add_weighings, go_on
from services.referrals.service.tools import LEADING, REFERRAL, Tools, audit, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import ConflictError, UnknownCodeError
from shared.schemas.referrals import InvolvementCreate, ReferralRead, WeighingsCreate
from shared.stelsel.model import Stelsel
from shared.stelsel.routes import Outcome
from shared.vocabulary import ReferralStatus

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class Preparing:
    """Use cases of everybody who works on a request before it is judged."""

    tools: Tools

    async def weigh(self, call: Call, record: UUID, request: WeighingsCreate) -> ReferralRead:
        """Record weighings; a request that waited for them goes to the judgement (AMS-REF-02)."""
        ensure_conditions_known([each.condition for each in request.weighings], self.tools.stelsel)
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), record, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            if row.status not in {_S.PREPARING, _S.JUDGING}:
                raise ConflictError("Over deze aanvraag is al een oordeel gegeven.")
            movement = Movement(self.tools.outbox, session, call)
            await add_weighings(movement, self.tools.seals(), row, request.weighings)
            row.changed_at = call.now
            await self._judged_anew(movement, row, await repository.weighed(row.id))
            await repository.add(row)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    async def involve(self, call: Call, record: UUID, request: InvolvementCreate) -> ReferralRead:
        """Record that another party was told, asked or joined (AMS-ACC-07, AMS-REF-14)."""
        known = [party.code for party in self.tools.stelsel.parties]
        if request.party not in known:
            raise UnknownCodeError("/party", "partij", known)
        ensure_has_been(request.on, call, "/on")
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), record, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            if row.status not in {*BEFORE_DELIVERY, _S.DELIVERING}:
                raise ConflictError("Deze aanvraag is beëindigd.")
            row.changed_at = call.now
            involved = InvolvementRow(
                household_id=row.household_id,
                changed_at=call.now,
                referral_id=row.id,
                party=request.party,
                how=request.how,
                informed_on=request.on,
                recorded_by=call.principal.subject,
                recorded_at=call.now,
            )
            await repository.add(row, involved)
            movement = Movement(self.tools.outbox, session, call)
            await movement.involved(row, request.party, how=request.how)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    async def _judged_anew(
        self, movement: Movement, row: ReferralRow, weighed: Collection[str]
    ) -> None:
        """The check on what is known now, kept beside the first one; on when nothing blocks."""
        stelsel = self._stelsel(row)
        plan = PlanFacts(open=row.facts["hasPlan"], age=row.facts.get("age"))
        row.facts = facts_of(row.facts, plan, weighed, stelsel)
        on = date.fromisoformat(row.access_check["on"])
        answer = judged(stelsel, Asked(row.voorziening, row.entry, row.facts, on), on)
        wire = as_answer(answer, stelsel, local_date(movement.call.now))
        row.judged_check = await frozen_check(movement.session, row.plan_id, wire, stelsel)
        waits = answer.outcome is Outcome.NOT_DETERMINED or blocking(answer, weighed, stelsel)
        if row.status is _S.PREPARING and not waits:
            row.judge_party = judge_of(answer, stelsel, blocked=False)
            await go_on(movement, row, answer)

    def _stelsel(self, row: ReferralRow) -> Stelsel:
        """The stelsel by which the request was made."""
        if row.stelsel == self.tools.stelsel.name:
            return self.tools.stelsel
        return self.tools.load(row.stelsel)
