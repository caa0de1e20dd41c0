"""The access judgement: by the party that owns it, with the client, on recorded weighings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.judging import (
    PlanFacts,
    blocking,
    ensure_admissible,
    ensure_conditions_known,
    ensure_may_depart,
    ensure_speaks_for,
    ensure_with_client,
    facts_of,
)
from services.referrals.domain.leading import Decision, ensure_decision_whole
from services.referrals.domain.lifecycle import Mover
from services.referrals.models import JudgementRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.access import Asked, as_answer, judged
from services.referrals.service.advice.consulting import frozen_check
from services.referrals.service.decisions.opening import ask_decision, projection_for
from services.referrals.service.movement import Movement, ToRequest
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.creating import add_weighings, after_admission
from services.referrals.service.requests.leading import members_led
from services.referrals.service.tools import LEADING, REFERRAL, Seals, Tools, audit
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import ConflictError
from shared.schemas.referrals import JudgementCreate, ReferralRead
from shared.stelsel.model import Stelsel
from shared.stelsel.routes import Answer
from shared.vocabulary import Reach, ReferralStatus

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class Judging:
    """Use cases of the party that judges access."""

    tools: Tools

    async def judge(self, call: Call, record: UUID, request: JudgementCreate) -> ReferralRead:
        """Admit or not. Not admitted ends the request; the household stays with the team.

        Raises `RuleViolationError` when another party judges, the client was left out, or a
        blocking condition is unmet without a motivated departure (AMS-PLN-23).
        """
        viewer = self.tools.viewer(call)
        ensure_conditions_known([each.condition for each in request.weighings], self.tools.stelsel)
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).referral(viewer, record)
        self._ensure_whole(call, seen, request)
        if call.reaches != {Reach.OWN}:
            # Whoever judges from within the circle must be in it now, as plans knows it.
            await members_led(self.tools, call, seen)
        known = await projection_for(self.tools, call, seen) if request.admitted else None
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(viewer, record, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            _ensure_to_be_judged(row)
            movement = Movement(self.tools.outbox, session, call)
            await add_weighings(movement, self.tools.seals(), row, request.weighings)
            weighed = await repository.weighed(row.id)
            answer = self._ensure_may(row, request, viewer.parties, weighed)
            check = as_answer(answer, self._stelsel(row), local_date(call.now))
            row.judged_check = await frozen_check(session, row.plan_id, check, self._stelsel(row))
            await repository.add(_judgement(call, row, request, self.tools.seals()))
            await _settle(movement, row, request, answer)
            await ask_decision(self.tools, movement, row, known, request.motivation)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    def _ensure_whole(self, call: Call, row: ReferralRow, request: JudgementCreate) -> None:
        """Only who owns access decides; what it decides says what now, and until when."""
        stelsel = self._stelsel(row)
        judge = row.judge_party or stelsel.front_party
        ensure_speaks_for(judge, self.tools.viewer(call).parties, stelsel)
        told = request.what_now is not None
        decision = Decision(request.admitted, told, request.valid_until)
        ensure_decision_whole(decision, judge, stelsel, local_date(call.now))

    def _stelsel(self, row: ReferralRow) -> Stelsel:
        """The stelsel by which the request was made, whatever this deployment runs now."""
        if row.stelsel == self.tools.stelsel.name:
            return self.tools.stelsel
        return self.tools.load(row.stelsel)

    def _ensure_may(
        self,
        row: ReferralRow,
        request: JudgementCreate,
        parties: Collection[str],
        weighed: Collection[str],
    ) -> Answer:
        stelsel = self._stelsel(row)
        judge = row.judge_party or stelsel.front_party
        ensure_speaks_for(judge, parties, stelsel)
        plan = PlanFacts(open=row.facts["hasPlan"], age=row.facts.get("age"))
        row.facts = facts_of(row.facts, plan, weighed, stelsel)
        on = date.fromisoformat(row.access_check["on"])
        answer = judged(stelsel, Asked(row.voorziening, row.entry, row.facts, on), on)
        ensure_with_client(answer, with_client=request.with_client)
        rule = None if request.deviation is None else request.deviation.rule
        if rule is not None:
            ensure_may_depart(answer, rule)
        if request.admitted:
            ensure_admissible(answer, blocking(answer, weighed, stelsel), rule)
        return answer


def _ensure_to_be_judged(row: ReferralRow) -> None:
    if row.status not in {_S.PREPARING, _S.JUDGING}:
        raise ConflictError("Over deze aanvraag is al een oordeel gegeven, of zij is beëindigd.")


async def _settle(
    movement: Movement, row: ReferralRow, request: JudgementCreate, answer: Answer
) -> None:
    if not request.admitted:
        await movement.request(row, ToRequest(_S.NOT_ADMITTED, Mover.JUDGE))
        return
    if row.status is _S.PREPARING:
        await movement.request(row, ToRequest(_S.JUDGING, Mover.JUDGE))
    await after_admission(movement, row, answer, Mover.JUDGE)


def _judgement(
    call: Call, row: ReferralRow, request: JudgementCreate, seals: Seals
) -> JudgementRow:
    departure = request.deviation
    judgement = JudgementRow(
        referral_id=row.id,
        round=row.round,
        household_id=row.household_id,
        changed_at=call.now,
        admitted=request.admitted,
        judged_by=row.judge_party or "",
        judge=call.principal.subject,
        with_client=request.with_client,
        valid_until=request.valid_until,
        deviation_rule=None if departure is None else departure.rule,
        at=call.now,
    )
    seals.put(judgement, "motivation", request.motivation)
    if request.what_now is not None:
        seals.put(judgement, "what_now", request.what_now)
    if departure is not None:
        seals.put(judgement, "deviation_motivation", departure.motivation)
        seals.put(judgement, "deviation_agreed_with", departure.agreed_with)
    return judgement
