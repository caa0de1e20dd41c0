"""The circle around a plan: who coordinates, who is called in, and telling the other services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.plans.models import CircleMemberRow, PlanRow
from services.plans.repository import PlansRepository, WorkRepository
from services.plans.service.common import (
    PLAN,
    Happened,
    Parts,
    audit_members,
    changed,
    plan_read,
    plan_to_change,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import ConflictError
from shared.identifiers import new_id
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.base import Page
from shared.schemas.events import CIRCLE_CHANGED, CircleChanged, CirclePerson, PlanState
from shared.schemas.plans import CircleMemberCreate, CircleRead, CoordinatorChange, PlanRead
from shared.vocabulary import CirclePart, PlanStatus, ServiceName

_RECEIVERS: Final = (ServiceName.INTAKE, ServiceName.REFERRALS)


@dataclass(frozen=True, slots=True)
class Circle:
    """Use cases around who works on a plan. A specialist joins it and never takes it over."""

    parts: Parts

    async def change_coordinator(
        self, call: Call, plan_id: UUID, request: CoordinatorChange
    ) -> PlanRead:
        """Another coordinator: one moment ends the old one and begins the new one (AMS-ROL-04)."""
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id, versioned=True)
            repository = PlansRepository(session)
            current = (await repository.circle(plan.id))[0]
            if current.subject == request.coordinator:
                raise ConflictError("Deze medewerker is al de coördinator van dit plan.")
            moment = max(call.now, current.valid_from)
            current.valid_until = current.changed_at = moment
            await repository.flush()
            await repository.add(
                CircleMemberRow(
                    id=new_id(),
                    plan_id=plan.id,
                    subject=request.coordinator,
                    part=CirclePart.COORDINATOR,
                    reason=request.reason,
                    valid_from=moment,
                    changed_at=moment,
                )
            )
            await WorkRepository(session).give(plan.id, request.coordinator, call.now)
            await announce(session, self.parts.outbox, plan, call)
            await changed(session, call, plan, Happened("coordinator_changed"))
            return await plan_read(session, call, plan)

    async def engage(self, call: Call, plan_id: UUID, request: CircleMemberCreate) -> CircleRead:
        """Somebody more works on the plan; the coordinator stays (AMS-PLN-12)."""
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            repository = PlansRepository(session)
            await repository.add(
                CircleMemberRow(
                    id=new_id(),
                    plan_id=plan.id,
                    subject=request.subject,
                    part=CirclePart(request.part),
                    reason=request.reason,
                    valid_from=call.now,
                    changed_at=call.now,
                )
            )
            await announce(session, self.parts.outbox, plan, call)
            await changed(session, call, plan, Happened("circle_joined", code=request.part))
            found = circle_read(plan, await repository.circle(plan.id))
            return call.answer(found, PLAN, plan.id)

    async def read(self, call: Call, plan_id: UUID) -> CircleRead:
        """Who is around the plan now."""
        async with self.parts.db.transaction() as session:
            repository = PlansRepository(session)
            plan = await repository.plan(call, plan_id)
            found = circle_read(plan, await repository.circle(plan.id))
            await audit_members(session, call, Act.READ, plan.household_id)
            return found

    async def list_all(self, call: Call, size: int, cursor: str | None) -> Page[CircleRead]:
        """The circle of every plan, also of closed ones: a service rebuilds what it knows.

        It holds opaque ids of plans, households, teams and workers, and nothing about a person.
        """
        query = f"circles/{size}"
        after = call.position(query, cursor)
        async with self.parts.db.transaction() as session:
            repository = PlansRepository(session)
            plans = await repository.after(None if after is None else UUID(after[0]), size)
            shown = plans[:size]
            people: dict[UUID, list[CircleMemberRow]] = {plan.id: [] for plan in shown}
            for person in await repository.circles(list(people)):
                people[person.plan_id].append(person)
        more = call.cursor(query, [str(shown[-1].id)]) if len(plans) > size else None
        return Page(items=tuple(circle_read(plan, people[plan.id]) for plan in shown), next=more)


async def announce(session: Session, outbox: Outbox, plan: PlanRow, call: Call) -> None:
    """Tell intake and referrals the whole circle, and remember the number of this state."""
    await announce_at(session, outbox, plan, call.now)


async def announce_at(session: Session, outbox: Outbox, plan: PlanRow, now: datetime) -> None:
    """The same, for what another service told."""
    people = await PlansRepository(session).circle(plan.id)
    told = CircleChanged(
        plan_id=plan.id,
        household_id=plan.household_id,
        team_id=plan.team_id,
        open=plan.status is PlanStatus.OPEN,
        circle=circle_people(people),
    )
    where = f"/plans/v1/plans/{plan.id}/circle"
    notice = Notice(CIRCLE_CHANGED, plan.id, told, _RECEIVERS, where)
    plan.circle_sequence = await outbox.emit(session, notice, now)


async def tell_state(
    session: Session, outbox: Outbox, kind: str, plan: PlanRow, call: Call
) -> None:
    """Tell referrals where a plan stands; intake hears by the circle whether it is open."""
    told = PlanState(plan_id=plan.id, status=plan.status)
    notice = Notice(kind, plan.id, told, (ServiceName.REFERRALS,), f"/plans/v1/plans/{plan.id}")
    await outbox.emit(session, notice, call.now)


def circle_people(rows: Iterable[CircleMemberRow]) -> tuple[CirclePerson, ...]:
    """The circle as it crosses the wire."""
    return tuple(CirclePerson.model_validate(row) for row in rows)


def circle_read(plan: PlanRow, rows: Sequence[CircleMemberRow]) -> CircleRead:
    """The circle of a plan with the number of its last announcement."""
    return CircleRead(
        plan_id=plan.id,
        household_id=plan.household_id,
        team_id=plan.team_id,
        open=plan.status is PlanStatus.OPEN,
        sequence=plan.circle_sequence,
        circle=circle_people(rows),
    )
