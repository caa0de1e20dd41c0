"""The plan itself: opening it, what it says, reading it, closing it."""

import json
from dataclasses import dataclass
from uuid import UUID

from services.plans.domain.support import ensure_can_close
from services.plans.models import CircleMemberRow, PlanRow
from services.plans.repository import (
    DaysRepository,
    PlansRepository,
    SupportRepository,
    WorkRepository,
)
from services.plans.service.circle import announce, tell_state
from services.plans.service.common import (
    PLAN,
    Happened,
    Parts,
    audit_persons,
    changed,
    plan_moment,
    plan_read,
    plan_to_change,
    usual_next_evaluation,
)
from services.plans.views import plan_view
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import NotFoundError
from shared.identifiers import new_id
from shared.schemas.events import PLAN_CHANGED, PLAN_CLOSED, PLAN_OPENED
from shared.schemas.plans import PlanChange, PlanCreate, PlanRead
from shared.vocabulary import CirclePart, PlanStatus


@dataclass(frozen=True, slots=True)
class Plans:
    """Use cases around one plan, one household, one coordinator (AMS-PLN-01)."""

    parts: Parts

    async def open(self, call: Call, request: PlanCreate) -> PlanRead:
        """Open the plan of a household; its first evaluation is planned at once (AMS-PLN-08).

        Raises `ConflictError` when the household has an open plan.
        """
        plan = PlanRow(
            id=new_id(),
            household_id=request.household_id,
            team_id=call.principal.team,
            status=PlanStatus.OPEN,
            regie_holder=request.regie_holder,
            contact_id=request.contact_id,
            direction=request.direction,
            problems=request.problems,
            possibilities=request.possibilities,
            circle_sequence=0,
            opened_at=call.now,
            changed_at=call.now,
        )
        coordinator = CircleMemberRow(
            id=new_id(),
            plan_id=plan.id,
            subject=request.coordinator or call.principal.subject,
            part=CirclePart.COORDINATOR,
            valid_from=call.now,
            changed_at=call.now,
        )
        async with self.parts.db.transaction(call.once) as session:
            repository = PlansRepository(session)
            await repository.household_exists(request.household_id)
            await repository.add_each([plan, coordinator])
            day = usual_next_evaluation(self.parts.stelsel, call.now)
            moment, _ = await plan_moment(session, plan, day, call.now)
            await announce(session, self.parts.outbox, plan, call)
            await tell_state(session, self.parts.outbox, PLAN_OPENED, plan, call)
            planned = Happened("evaluation_planned", subject_id=moment.id)
            await changed(session, call, plan, Happened("plan_opened"), planned)
            return await plan_read(session, call, plan)

    async def read(self, call: Call, plan_id: UUID) -> bytes:
        """The plan with everything, as JSON; who is in it is recorded before it leaves."""
        ends_by = local_date(call.now) + self.parts.warn_before
        found = await self.parts.db.fetch_json(
            plan_view.STATEMENT, plan_view.parameters(call, plan_id, ends_by)
        )
        if found is None:
            raise NotFoundError
        head, _, body = found.partition(b"\n")
        seen = json.loads(head)
        async with self.parts.db.transaction() as session:
            await audit_persons(session, call, Act.READ, [UUID(each) for each in seen["persons"]])
        call.headers["ETag"] = call.tag(PLAN, plan_id, seen["version"])
        return body

    async def change(self, call: Call, plan_id: UUID, request: PlanChange) -> PlanRead:
        """Change what the plan says; who directs it is a choice of its own (DIS-11, AMS-ROL-05)."""
        values = request.model_dump(by_alias=False, exclude_unset=True)
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id, versioned=True)
            before = plan.regie_holder
            for name, value in values.items():
                if value is not None or name != "regie_holder":
                    setattr(plan, name, value)
            await tell_state(session, self.parts.outbox, PLAN_CHANGED, plan, call)
            happened = [Happened("plan_changed")]
            if plan.regie_holder is not before:
                happened.append(Happened("regie_changed", code=plan.regie_holder))
            await changed(session, call, plan, *happened)
            return await plan_read(session, call, plan)

    async def close(self, call: Call, plan_id: UUID) -> PlanRead:
        """Close a plan in which no help runs any more; the circle ends at the same moment."""
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id, versioned=True)
            items = await SupportRepository(session).items(plan.id)
            in_touch = await DaysRepository(session).in_touch(plan.id)
            ensure_can_close([item.status for item in items], in_touch=in_touch)
            repository = PlansRepository(session)
            for member in await repository.circle(plan.id):
                member.valid_until = max(call.now, member.valid_from)
                member.changed_at = call.now
            plan.status = PlanStatus.CLOSED
            plan.closed_at = call.now
            await repository.flush()
            await WorkRepository(session).finish_plan(plan.id, call.now)
            await announce(session, self.parts.outbox, plan, call)
            await tell_state(session, self.parts.outbox, PLAN_CLOSED, plan, call)
            await changed(session, call, plan, Happened("plan_closed"))
            return await plan_read(session, call, plan)
