"""Goals: what the household wants to reach, in which part of life, for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.plans.domain.support import next_goal_status
from services.plans.models import GoalMemberRow, GoalRow, PlanRow
from services.plans.repository import PersonsRepository, SupportRepository
from services.plans.service.common import (
    GOAL,
    Happened,
    Parts,
    audit_members,
    changed,
    plan_to_change,
    refuse,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import UnknownCodeError
from shared.identifiers import new_id
from shared.schemas.plans import GoalChange, GoalCreate, GoalRead
from shared.vocabulary import GoalStatus


@dataclass(frozen=True, slots=True)
class Goals:
    """Use cases around goals."""

    parts: Parts

    async def add(self, call: Call, plan_id: UUID, request: GoalCreate) -> GoalRead:
        """A goal on the plan, for the whole household or for the members named."""
        domains = [domain.code for domain in self.parts.stelsel.life_domains]
        if request.domain not in domains:
            raise UnknownCodeError("/domain", "levensdomein", domains)
        goal = GoalRow(
            id=new_id(),
            plan_id=plan_id,
            domain=request.domain,
            text=request.text,
            wanted_result=request.wanted_result,
            status=GoalStatus.OPEN,
            created_at=call.now,
            changed_at=call.now,
        )
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            await ensure_members(session, plan, request.member_ids, "/memberIds")
            repository = SupportRepository(session)
            before = {each.domain for each in await repository.goals(plan.id)}
            await repository.add(goal)
            await repository.add(*_members(goal, request.member_ids))
            happened = [Happened("goal_added", code=goal.domain, subject_id=goal.id)]
            happened += self._attention(before, goal.domain)
            await changed(session, call, plan, *happened)
            found = goal_read(goal, request.member_ids)
            return call.answer(found, GOAL, goal.id, goal.version)

    async def change(self, call: Call, goal_id: UUID, request: GoalChange) -> GoalRead:
        """A goal reached, dropped, taken up again or said better."""
        async with self.parts.db.transaction(call.once) as session:
            repository = SupportRepository(session)
            plan = await plan_to_change(session, call, await repository.plan_of_goal(goal_id))
            goal = await repository.goal_seen(call, goal_id)
            call.expect(GOAL, goal.id, goal.version)
            goal.status = next_goal_status(goal.status, request.status or goal.status)
            goal.text = request.text or goal.text
            if "wanted_result" in request.model_fields_set:
                goal.wanted_result = request.wanted_result
            goal.changed_at = call.now
            await repository.flush()
            kind = "goal_changed" if request.status is None else f"goal_{goal.status}"
            await changed(session, call, plan, Happened(kind, goal.domain, goal.id))
            members = await repository.members_of_goals([goal.id])
            return call.answer(goal_read(goal, members[goal.id]), GOAL, goal.id, goal.version)

    async def read(self, call: Call, goal_id: UUID) -> GoalRead:
        """One goal, with the ETag for changing it."""
        async with self.parts.db.transaction() as session:
            repository = SupportRepository(session)
            plan_id = await repository.plan_of_goal(goal_id)
            goal = await repository.goal_seen(call, goal_id)
            plan = await repository.get(PlanRow, plan_id)
            await audit_members(session, call, Act.READ, plan.household_id)
            members = await repository.members_of_goals([goal.id])
            return call.answer(goal_read(goal, members[goal.id]), GOAL, goal.id, goal.version)

    def _attention(self, before: set[str], added: str) -> list[Happened]:
        """When a plan comes to hold more than one part of life, the timeline asks attention for
        each basic security without a goal (AMS-PLN-47)."""
        if len(before) != 1 or added in before:
            return []
        basic = [each.code for each in self.parts.stelsel.life_domains if each.bestaanszekerheid]
        return [
            Happened("basic_security_without_goal", code=code)
            for code in basic
            if code not in before | {added}
        ]


async def ensure_members(
    session: Session, plan: PlanRow, persons: Sequence[UUID], pointer: str
) -> None:
    """Everybody named is in the household now, and named once."""
    members = await PersonsRepository(session).members(plan.household_id)
    if len(set(persons)) != len(persons) or set(persons) - {each.person.id for each in members}:
        detail = "Noem leden van dit huishouden, ieder één keer."
        raise refuse(pointer, "not-a-member", detail)


def _members(goal: GoalRow, persons: Sequence[UUID]) -> list[GoalMemberRow]:
    return [
        GoalMemberRow(
            goal_id=goal.id, person_id=person, position=position, added_at=goal.created_at
        )
        for position, person in enumerate(persons)
    ]


def goal_read(goal: GoalRow, members: Sequence[UUID]) -> GoalRead:
    """A goal as it crosses the wire."""
    return GoalRead(
        id=goal.id,
        version=goal.version,
        plan_id=goal.plan_id,
        domain=goal.domain,
        text=goal.text,
        member_ids=tuple(members),
        wanted_result=goal.wanted_result,
        status=goal.status,
    )
