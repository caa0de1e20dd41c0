"""Support items: help for the goals, as light as fits, all of it at the same time if need be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.plans.domain.support import (
    SupportAction,
    ensure_fitting_step,
    ensure_may_start,
    ensure_weighed,
    has_active_referral,
    next_support_status,
)
from services.plans.models import PlanRow, SupportGoalRow, SupportItemRow
from services.plans.repository import SupportRepository
from services.plans.service.common import (
    SUPPORT_ITEM,
    Happened,
    Parts,
    audit_members,
    changed,
    plan_to_change,
    refuse,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import UnknownCodeError
from shared.identifiers import new_id
from shared.schemas.plans import SupportItemCreate, SupportItemRead
from shared.stelsel.model import Kind, Stelsel
from shared.stelsel.model import UnknownCodeError as UnknownInStelselError
from shared.stelsel.routes import find_voorziening, ladder_below
from shared.vocabulary import SupportStatus

_STEP: Final = "trede van de ladder"


@dataclass(frozen=True, slots=True)
class Support:
    """Use cases around the help on a plan."""

    parts: Parts

    async def add(self, call: Call, plan_id: UUID, request: SupportItemCreate) -> SupportItemRead:
        """Help on the plan, with the weighing of every lighter step (AMS-INT-33, AMS-PLN-42)."""
        self._judge(request)
        item = SupportItemRow(
            id=new_id(),
            plan_id=plan_id,
            ladder_step=request.ladder_step,
            lighter_steps=[each.model_dump(by_alias=False) for each in request.lighter_steps],
            description=request.description,
            result=request.result,
            voorziening=request.voorziening,
            status=SupportStatus.PROPOSED,
            changed_on=local_date(call.now),
            created_at=call.now,
            changed_at=call.now,
        )
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            repository = SupportRepository(session)
            known = {goal.id for goal in await repository.goals(plan.id)}
            goals = request.goal_ids
            if len(set(goals)) != len(goals) or set(goals) - known:
                detail = "Noem doelen van dit plan, elk één keer."
                raise refuse("/goalIds", "not-on-this-plan", detail)
            await repository.add(item)
            await repository.add(*_goals(item, goals))
            happened = Happened("support_item_added", item.voorziening, item.id)
            await changed(session, call, plan, happened)
            return await _answer(session, call, item)

    async def start(self, call: Call, plan_id: UUID, item_id: UUID) -> SupportItemRead:
        """Help without a referral begins: the team's own, or of the sociale basis (AMS-PLN-19)."""
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            item = await SupportRepository(session).item(plan.id, item_id)
            call.expect(SUPPORT_ITEM, item.id, item.version)
            ensure_may_start(
                needs_referral=needs_referral(self.parts.stelsel, item.voorziening),
                referral_active=has_active_referral(item.referral_status),
            )
            started = next_support_status(item.status, SupportAction.START)
            item.changed_on = local_date(call.now)
            item.becomes(started, item.changed_on)
            item.changed_at = call.now
            happened = Happened("support_item_started", item.voorziening, item.id)
            await changed(session, call, plan, happened)
            return await _answer(session, call, item)

    async def read(self, call: Call, plan_id: UUID, item_id: UUID) -> SupportItemRead:
        """One support item, with the ETag for changing it."""
        async with self.parts.db.transaction() as session:
            repository = SupportRepository(session)
            item = await repository.item_seen(call, item_id)
            plan = await repository.get(PlanRow, plan_id)
            await repository.item(plan.id, item_id)
            await audit_members(session, call, Act.READ, plan.household_id)
            return await _answer(session, call, item)

    def _judge(self, request: SupportItemCreate) -> None:
        stelsel = self.parts.stelsel
        step = request.ladder_step
        lighter = _lighter(stelsel, step)
        for number, weighed in enumerate(request.lighter_steps):
            if weighed.step not in lighter:
                pointer = f"/lighterSteps/{number}/step"
                raise UnknownCodeError(pointer, "lichtere trede", lighter or ["geen"])
        if request.voorziening is not None:
            kind = _kind(stelsel, request.voorziening)
            fitting = [rung.code for rung in stelsel.ladder if kind in rung.voorziening_kinds]
            ensure_fitting_step(step, fitting)
        ensure_weighed(lighter, {each.step for each in request.lighter_steps})


def _lighter(stelsel: Stelsel, step: str) -> Sequence[str]:
    try:
        return [rung.code for rung in ladder_below(stelsel, step)]
    except UnknownInStelselError as exc:
        raise UnknownCodeError("/ladderStep", _STEP, exc.known) from exc


def _kind(stelsel: Stelsel, voorziening: str) -> Kind:
    try:
        return find_voorziening(stelsel, voorziening).kind
    except UnknownInStelselError as exc:
        raise UnknownCodeError("/voorziening", "voorziening", exc.known) from exc


def needs_referral(stelsel: Stelsel, voorziening: str | None) -> bool:
    """Whether this help is reached by a referral only."""
    return voorziening is not None and find_voorziening(stelsel, voorziening).kind is Kind.REFERRAL


def _goals(item: SupportItemRow, goals: Sequence[UUID]) -> list[SupportGoalRow]:
    return [
        SupportGoalRow(
            support_item_id=item.id, goal_id=goal, position=position, added_at=item.created_at
        )
        for position, goal in enumerate(goals)
    ]


async def _answer(session: Session, call: Call, item: SupportItemRow) -> SupportItemRead:
    found = SupportItemRead(
        id=item.id,
        version=item.version,
        plan_id=item.plan_id,
        goal_ids=tuple(await SupportRepository(session).goals_of_item(item.id)),
        ladder_step=item.ladder_step,
        description=item.description,
        result=item.result,
        voorziening=item.voorziening,
        status=item.status,
        referral_id=item.referral_id,
        referral_status=item.referral_status,
        changed_on=item.changed_on,
    )
    return call.answer(found, SUPPORT_ITEM, item.id, item.version)
