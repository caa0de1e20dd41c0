"""Making a request by the right door, and judging it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.judging import (
    blocking,
    ensure_conditions_known,
    ensure_referable,
    facts_of,
    judge_of,
    needs_grant,
)
from services.referrals.domain.leading import (
    ensure_needs_no_plan,
    ensure_team_hears,
    placing_of,
)
from services.referrals.domain.lifecycle import FIRST_ROUND, Mover
from services.referrals.models import ReferralRow, WeighingRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.leading import LeadingRepository, lock_household
from services.referrals.service.access import Asked, as_answer, judged, with_agreement
from services.referrals.service.advice.consulting import frozen_check
from services.referrals.service.decisions.granting import Granting
from services.referrals.service.decisions.opening import note_decision_needed
from services.referrals.service.movement import Movement, ToRequest
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.joining import tell_team
from services.referrals.service.requests.leading import Ground, ground_of
from services.referrals.service.tools import LEADING, Seals, Tools, audit, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.circle import apply_circle
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.access import AccessCheckAnswer
from shared.schemas.referrals import ReferralCreate, ReferralRead, Weighing
from shared.stelsel.model import FactValue
from shared.stelsel.routes import Answer, ConditionAnswer, Outcome
from shared.vocabulary import ReferralStatus

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a new request is made of, beside what was sent."""

    ground: Ground
    answer: Answer
    facts: dict[str, FactValue]
    blocked: Sequence[ConditionAnswer]
    weighed: Collection[str]
    today: date

    @property
    def waits(self) -> bool:
        """Whether something is in the way of the judgement."""
        return bool(self.blocked) or self.answer.outcome is Outcome.NOT_DETERMINED


@dataclass(frozen=True, slots=True)
class Requests:
    """Use cases of whoever asks for support: from the plan, or at its own door without one."""

    tools: Tools

    async def create(self, call: Call, request: ReferralCreate) -> ReferralRead:
        """Make a request; the access check is made here and frozen (AMS-REF-01, 02, 09).

        Without a plan where the door asks for none: the centrale toegang is open to everybody, also
        from elsewhere (AMS-ACC-36). Raises `RuleViolationError` at a wrong door, naming how the
        contact is carried over.
        """
        ensure_conditions_known([each.condition for each in request.weighings], self.tools.stelsel)
        ensure_has_been(request.first_contact_on, call, "/firstContactOn")
        viewer = self.tools.viewer(call)
        ground = await ground_of(self.tools, call, request, viewer.parties)
        checked = self._check(request, ground, local_date(call.now))
        ensure_referable(checked.answer, self.tools.stelsel)
        row = self._row(call, request, checked)
        if request.need is not None:
            self._without_plan(call, row, checked, request.need)
        async with self.tools.db.transaction(call.once) as session:
            await self._take_over(session, call, row, ground)
            check = AccessCheckAnswer.model_validate(row.access_check)
            row.access_check = await frozen_check(session, row.plan_id, check, self.tools.stelsel)
            movement = Movement(self.tools.outbox, session, call)
            await movement.first_step(row)
            if row.plan_id is not None and row.support_item_id is None:
                await tell_team(movement, row, self.tools.stelsel.front_party)
            await movement.parties_to_tell(row, self.tools)
            await Granting(self.tools, session, call).asked_before(row, ground.persons)
            await add_weighings(movement, self.tools.seals(), row, request.weighings)
            if not checked.waits:
                await go_on(movement, row, checked.answer)
            # The circle has just been taken over: the caller must be in it.
            row = await ReferralsRepository(session).referral(viewer, row.id)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    def _check(self, request: ReferralCreate, ground: Ground, today: date) -> _Checked:
        stelsel = self.tools.stelsel
        weighed = {each.condition for each in request.weighings if each.considered}
        facts = facts_of(request.facts.known(), ground.facts, weighed, stelsel)
        answer = judged(stelsel, Asked(request.voorziening, request.entry, facts), today)
        blocked = blocking(answer, weighed, stelsel)
        return _Checked(ground, answer, facts, blocked, weighed, today)

    def _row(self, call: Call, request: ReferralCreate, checked: _Checked) -> ReferralRow:
        stelsel, ground, answer = self.tools.stelsel, checked.ground, checked.answer
        wire = as_answer(answer, stelsel, checked.today)
        if ground.agreed is not None:
            wire = with_agreement(wire, agreed=ground.agreed)
        judge = judge_of(answer, stelsel, blocked=checked.waits)
        return ReferralRow(
            id=new_id(),
            household_id=ground.household,
            plan_id=ground.plan,
            support_item_id=request.support_item_id,
            person_id=request.person_id,
            contact_id=request.contact_id,
            voorziening=request.voorziening,
            entry=request.entry,
            status=_S.PREPARING,
            urgency=request.urgency,
            coordinator=ground.coordinator,
            first_contact_on=request.first_contact_on or checked.today,
            stelsel=answer.stelsel,
            stelsel_version=answer.version,
            facts=checked.facts,
            access_check=wire.model_dump(mode="json", by_alias=True),
            judge_party=judge,
            placing_party=placing_of(answer, stelsel, judge, plan=ground.plan is not None),
            wishes=request.wishes.model_dump(mode="json", by_alias=True),
            shortlist_number=0,
            round=FIRST_ROUND,
            created_by=call.principal.subject,
            created_at=call.now,
            changed_at=call.now,
        )

    def _without_plan(self, call: Call, row: ReferralRow, checked: _Checked, need: str) -> None:
        """What only a request at one's own door has: what is needed, and who follows it there."""
        stelsel, own = self.tools.stelsel, call.principal
        ensure_needs_no_plan(checked.answer, checked.blocked, stelsel)
        contact, plan = row.contact_id is not None, row.plan_id is not None
        ensure_team_hears(row.judge_party, stelsel, contact=contact, plan=plan)
        self.tools.seals().put(row, "need", need)
        row.entry_party = None if row.entry == stelsel.front_party else row.entry
        row.entry_team = own.team

    async def _take_over(
        self, session: Session, call: Call, row: ReferralRow, ground: Ground
    ) -> None:
        """The circle as plans told it now, and a plan that was opened since it answered."""
        if row.support_item_id is None:
            # Whoever opens a plan for this household waits here, and then finds this request.
            await lock_household(session, row.household_id, shared=True)
        if ground.circle is not None:
            await apply_circle(session, ground.circle, call.now)
        if row.plan_id is None:
            row.plan_id = await LeadingRepository(session).open_plan(row.household_id)
            row.facts = {**row.facts, "hasPlan": row.plan_id is not None}


async def go_on(movement: Movement, row: ReferralRow, answer: Answer) -> None:
    """To whoever judges; where nobody does, that step is skipped, visibly."""
    nobody = row.judge_party is None
    await movement.request(row, ToRequest(_S.JUDGING, Mover.TEAM, skipped=nobody))
    if nobody:
        await after_admission(movement, row, answer, Mover.SYSTEM)
        await note_decision_needed(movement, row)


async def after_admission(movement: Movement, row: ReferralRow, answer: Answer, by: Mover) -> None:
    """On to the formal decision, or past it where nobody needs or asked one (AMS-REF-09)."""
    granting = needs_grant(answer)
    await movement.request(row, ToRequest(_S.GRANTING, by, skipped=not granting))
    if not granting:
        await movement.request(row, ToRequest(_S.PLACING, Mover.SYSTEM))


async def add_weighings(
    movement: Movement, seals: Seals, row: ReferralRow, weighings: Sequence[Weighing]
) -> None:
    """Keep every weighing, with who made it and when (AMS-REF-02); what was said is sealed."""
    call = movement.call
    for each in weighings:
        weighing = WeighingRow(
            household_id=row.household_id,
            changed_at=call.now,
            referral_id=row.id,
            condition=each.condition,
            considered=each.considered,
            made_by=call.principal.subject,
            made_at=call.now,
        )
        seals.put(weighing, "outcome", each.outcome)
        seals.put(weighing, "motivation", each.motivation)
        await ReferralsRepository(movement.session).add(weighing)
