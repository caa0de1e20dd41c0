"""Making a request by the right door, and judging it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.judging import (
    PlanFacts,
    blocking,
    ensure_conditions_known,
    ensure_referable,
    facts_of,
    judge_of,
    needs_grant,
)
from services.referrals.domain.lifecycle import Mover
from services.referrals.models import ReferralRow, WeighingRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.access import Asked, as_answer, judged, with_agreement
from services.referrals.service.answers import referral_answer
from services.referrals.service.movement import Movement, ToRequest
from services.referrals.service.tools import LEADING, Tools, audit, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.circle import Circle, apply_circle
from shared.db.database import Session
from shared.errors import ConflictError, Fault
from shared.identifiers import new_id
from shared.schemas.plans import CircleRead, ReferralBasis
from shared.schemas.referrals import ReferralCreate, ReferralRead, Weighing
from shared.stelsel.model import FactValue
from shared.stelsel.routes import Answer, Outcome
from shared.vocabulary import ReferralStatus, SupportStatus

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a new request is made of, beside what was sent."""

    basis: ReferralBasis
    answer: Answer
    facts: dict[str, FactValue]
    blocked: bool
    today: date


@dataclass(frozen=True, slots=True)
class Requests:
    """Use cases of the worker who asks for support on a plan."""

    tools: Tools

    async def create(self, call: Call, request: ReferralCreate) -> ReferralRead:
        """Make a request; the access check is made here and frozen (AMS-REF-01, 02, 09).

        Raises `RuleViolationError` at a wrong door, naming how the contact is carried over.
        """
        ensure_conditions_known([each.condition for each in request.weighings], self.tools.stelsel)
        ensure_has_been(request.first_contact_on, call, "/firstContactOn")
        basis = await self.tools.plans.basis(request.plan_id, request.support_item_id, call.behalf)
        _ensure_fits(request, basis)
        checked = self._check(call, request, basis)
        ensure_referable(checked.answer, self.tools.stelsel)
        async with self.tools.db.transaction(call.once) as session:
            await apply_circle(session, _circle(basis.circle), call.now)
            row = self._row(call, request, checked)
            movement = Movement(self.tools.outbox, session, call)
            await movement.first_step(row)
            await add_weighings(session, call, row, request.weighings)
            if not checked.blocked:
                await self._go_on(movement, row, checked.answer)
            # The circle has just been taken over: the caller must be in it.
            row = await ReferralsRepository(session).referral(self.tools.viewer(call), row.id)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row)

    def _check(self, call: Call, request: ReferralCreate, basis: ReferralBasis) -> _Checked:
        stelsel, today = self.tools.stelsel, local_date(call.now)
        weighed = {each.condition for each in request.weighings if each.considered}
        plan = PlanFacts(open=basis.open, age=basis.age)
        facts = facts_of(request.facts.known(), plan, weighed, stelsel)
        answer = judged(stelsel, Asked(request.voorziening, request.entry, facts), today)
        blocked = bool(blocking(answer, weighed, stelsel))
        undetermined = answer.outcome is Outcome.NOT_DETERMINED
        return _Checked(basis, answer, facts, blocked or undetermined, today)

    def _row(self, call: Call, request: ReferralCreate, checked: _Checked) -> ReferralRow:
        stelsel, basis, answer = self.tools.stelsel, checked.basis, checked.answer
        wire = with_agreement(as_answer(answer, stelsel, checked.today), agreed=basis.agreed)
        return ReferralRow(
            id=new_id(),
            household_id=basis.circle.household_id,
            plan_id=request.plan_id,
            support_item_id=request.support_item_id,
            voorziening=request.voorziening,
            entry=request.entry,
            status=_S.PREPARING,
            urgency=request.urgency,
            coordinator=basis.coordinator,
            first_contact_on=request.first_contact_on or checked.today,
            stelsel=answer.stelsel,
            stelsel_version=answer.version,
            facts=checked.facts,
            access_check=wire.model_dump(mode="json", by_alias=True),
            judge_party=judge_of(answer, stelsel, blocked=checked.blocked),
            wishes=request.wishes.model_dump(mode="json", by_alias=True),
            shortlist_number=0,
            created_by=call.principal.subject,
            created_at=call.now,
            changed_at=call.now,
        )

    async def _go_on(self, movement: Movement, row: ReferralRow, answer: Answer) -> None:
        """To whoever judges; where nobody does, that step is skipped, visibly."""
        nobody = row.judge_party is None
        await movement.request(row, ToRequest(_S.JUDGING, Mover.TEAM, skipped=nobody))
        if nobody:
            await after_admission(movement, row, answer, Mover.SYSTEM)


async def after_admission(movement: Movement, row: ReferralRow, answer: Answer, by: Mover) -> None:
    """On to the formal decision, or past it where nobody needs or asked one (AMS-REF-09)."""
    granting = needs_grant(answer)
    await movement.request(row, ToRequest(_S.GRANTING, by, skipped=not granting))
    if not granting:
        await movement.request(row, ToRequest(_S.PLACING, Mover.SYSTEM))


async def add_weighings(
    session: Session, call: Call, row: ReferralRow, weighings: Sequence[Weighing]
) -> None:
    """Keep every weighing, with who made it and when (AMS-REF-02)."""
    for each in weighings:
        await ReferralsRepository(session).add(
            WeighingRow(
                household_id=row.household_id,
                changed_at=call.now,
                referral_id=row.id,
                made_by=call.principal.subject,
                made_at=call.now,
                **each.model_dump(by_alias=False),
            )
        )


def _ensure_fits(request: ReferralCreate, basis: ReferralBasis) -> None:
    """The plan is open, and the item on it is what is asked for (AMS-REF-01)."""
    if not basis.open:
        raise ConflictError("Dit plan is gesloten. Open een plan voor dit huishouden.")
    if basis.support_item_status is SupportStatus.STOPPED:
        raise ConflictError(
            "Dit onderdeel van het plan is gestopt. Zet de hulp opnieuw in het plan."
        )
    if basis.voorziening != request.voorziening:
        detail = "In het plan staat bij dit onderdeel een andere voorziening. Pas het plan aan."
        raise ConflictError(detail, [Fault("/voorziening", "other-voorziening", detail)])


def _circle(read: CircleRead) -> Circle:
    return Circle(
        plan_id=read.plan_id,
        household_id=read.household_id,
        team_id=read.team_id,
        open=read.open,
        sequence=read.sequence,
        people=read.circle,
    )
