"""Evaluations: planned at regular intervals, held with a decision about all help that runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plans.domain.support import (
    ItemState,
    decide,
    ensure_decided,
    has_active_referral,
)
from services.plans.models import (
    EvaluationDecisionRow,
    EvaluationMomentRow,
    EvaluationRow,
    PlanRow,
    SupportItemRow,
)
from services.plans.repository import (
    EvaluationsRepository,
    ServicesRepository,
    SupportRepository,
    WorkRepository,
)
from services.plans.service.common import (
    PLAN,
    Happened,
    Parts,
    changed,
    plan_moment,
    plan_to_change,
    refuse,
    usual_next_evaluation,
)
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError
from shared.identifiers import new_id
from shared.schemas.plans import (
    EvaluationCreate,
    EvaluationMomentCreate,
    EvaluationMomentRead,
    EvaluationRead,
    ItemDecision,
    ItemDecisionRead,
)
from shared.vocabulary import EvaluationDecision, SupportStatus, WorkItemKind


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Use cases of the evaluation cycle (AMS-PLN-07..10)."""

    parts: Parts

    async def plan(
        self, call: Call, plan_id: UUID, request: EvaluationMomentCreate
    ) -> EvaluationMomentRead:
        """A moment on which the plan is looked at again; two on one day are one."""
        today = local_date(call.now)
        if request.on is not None and request.on < today:
            raise refuse("/on", "in-the-past", "Kies vandaag of een latere dag.")
        day = request.on or usual_next_evaluation(self.parts.stelsel, call.now)
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            moment, is_new = await plan_moment(session, plan, day, call.now)
            if is_new:
                happened = Happened("evaluation_planned", subject_id=moment.id)
                await changed(session, call, plan, happened)
            return call.answer(_moment_read(moment), PLAN, plan.id)

    async def hold(self, call: Call, plan_id: UUID, request: EvaluationCreate) -> EvaluationRead:
        """An evaluation was held: all running help decided upon, the next moment set."""
        if request.next_on is not None and request.next_on <= local_date(call.now):
            raise refuse("/nextOn", "in-the-past", "Kies een dag na vandaag.")
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            moment = await self._held_moment(session, call, plan, request.moment_id)
            decided = await self._decide(session, call, plan, request.decisions)
            upcoming = await self._next_moment(session, call, plan, request.next_on)
            row = EvaluationRow(
                id=new_id(),
                plan_id=plan.id,
                moment_id=None if moment is None else moment.id,
                next_moment_id=upcoming.id,
                held_on=local_date(call.now),
                held_at=call.now,
                with_client=request.with_client,
                held_by=call.principal.subject,
            )
            repository = EvaluationsRepository(session)
            await repository.add(row)
            await repository.add(*_decisions(row, request.decisions))
            held = Happened("evaluation_held", subject_id=row.id)
            await changed(session, call, plan, held, *decided)
            return call.answer(_read(row, request.decisions, upcoming), PLAN, plan.id)

    async def _held_moment(
        self, session: Session, call: Call, plan: PlanRow, wanted: UUID | None
    ) -> EvaluationMomentRow | None:
        """The moment that this was: the one named, else the earliest that was planned."""
        repository = EvaluationsRepository(session)
        if wanted is None:
            moment = next(iter(await repository.planned(plan.id)), None)
        else:
            moment = await repository.moment(plan.id, wanted)
        if moment is None:
            return None
        if moment.held_at is not None:
            raise ConflictError("Deze evaluatie is al gehouden. Laat momentId weg of kies de open.")
        moment.held_at = moment.changed_at = call.now
        await repository.flush()
        await WorkRepository(session).finish(WorkItemKind.EVALUATION_DUE, moment.id, call.now)
        return moment

    async def _next_moment(
        self, session: Session, call: Call, plan: PlanRow, wanted: date | None
    ) -> EvaluationMomentRow:
        """The day asked for, else the next one planned already, else by the usual interval."""
        today = local_date(call.now)
        coming = [
            moment
            for moment in await EvaluationsRepository(session).planned(plan.id)
            if moment.planned_on > today
        ]
        if wanted is None and coming:
            return coming[0]
        day = wanted or usual_next_evaluation(self.parts.stelsel, call.now)
        moment, _ = await plan_moment(session, plan, day, call.now)
        return moment

    async def _decide(
        self, session: Session, call: Call, plan: PlanRow, decisions: Sequence[ItemDecision]
    ) -> list[Happened]:
        repository = SupportRepository(session)
        items = {item.id: item for item in await repository.items(plan.id)}
        _ensure_on_plan(items, decisions)
        running = [i.id for i in items.values() if i.status is SupportStatus.RUNNING]
        ensure_decided(running, [each.support_item_id for each in decisions])
        asked = await _asked_of_a_service(session, plan, items.values())
        happened = []
        for each in decisions:
            item = items[each.support_item_id]
            _apply(call, item, each, asked=item.id in asked)
            happened.append(Happened(f"support_item_{each.decision}", item.voorziening, item.id))
            kind = WorkItemKind.SUPPORT_UNCHANGED_LONG
            await WorkRepository(session).finish(kind, item.id, call.now)
        await repository.flush()
        return happened


def _ensure_on_plan(
    items: Mapping[UUID, SupportItemRow], decisions: Sequence[ItemDecision]
) -> None:
    for number, each in enumerate(decisions):
        if each.support_item_id not in items:
            detail = "Deze steun staat niet in dit plan."
            raise refuse(f"/decisions/{number}/supportItemId", "not-on-this-plan", detail)


async def _asked_of_a_service(
    session: Session, plan: PlanRow, items: Iterable[SupportItemRow]
) -> Collection[UUID]:
    """The items for which a light request is still open, of those that are being arranged."""
    if all(item.status is not SupportStatus.ARRANGING for item in items):
        return ()
    return await ServicesRepository(session).asked_for(plan.id)


def _apply(call: Call, item: SupportItemRow, decision: ItemDecision, *, asked: bool) -> None:
    """Change one item by its decision; going on leaves the item as it is."""
    state = ItemState(item.status, asked or has_active_referral(item.referral_status))
    decided = decide(state, decision.decision, decision.new_description)
    item.becomes(decided, local_date(call.now))
    if decision.decision is EvaluationDecision.CONTINUE:
        return
    item.description = decision.new_description or item.description
    item.changed_on = local_date(call.now)
    item.changed_at = call.now


def _decisions(
    row: EvaluationRow, decisions: Sequence[ItemDecision]
) -> list[EvaluationDecisionRow]:
    return [
        EvaluationDecisionRow(
            evaluation_id=row.id,
            support_item_id=each.support_item_id,
            position=position,
            decision=each.decision,
            motivation=each.motivation,
            new_description=each.new_description,
            decided_at=row.held_at,
        )
        for position, each in enumerate(decisions)
    ]


def _moment_read(moment: EvaluationMomentRow) -> EvaluationMomentRead:
    return EvaluationMomentRead(
        id=moment.id,
        plan_id=moment.plan_id,
        on=moment.planned_on,
        held=moment.held_at is not None,
    )


def _read(
    row: EvaluationRow, decisions: Sequence[ItemDecision], upcoming: EvaluationMomentRow
) -> EvaluationRead:
    return EvaluationRead(
        id=row.id,
        plan_id=row.plan_id,
        held_on=row.held_on,
        with_client=row.with_client,
        decisions=tuple(ItemDecisionRead.model_validate(each) for each in decisions),
        next_moment=_moment_read(upcoming),
    )
