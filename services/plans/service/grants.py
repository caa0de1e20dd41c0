"""What the party that grants may know of a household: asked by referrals, never by a screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.plans.domain.disclosure import Member, client_of, concerned
from services.plans.models import GoalRow, PlanRow, SupportItemRow
from services.plans.repository import (
    GrantsRepository,
    MemberOf,
    PersonsRepository,
    SupportRepository,
)
from services.plans.service.common import GRANT_PROJECTION, Parts, audit_persons
from services.plans.service.disclosures import disclosed_person, leader
from shared.audit.records import Act
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import ForbiddenError, NotFoundError
from shared.schemas.applications import (
    GrantProjection,
    GrantProjectionGoal,
    GrantProjectionRequest,
)
from shared.vocabulary import GoalStatus

_ACTIVITY: Final = "granting"
_FOR_THE_GRANTOR: Final = (
    "Deze gegevens zijn voor wie het besluit neemt. Vraag een besluit aan; dan vraagt de dienst "
    "verwijzen ze op."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the application is about, as the plan says it; nothing of it without a plan."""

    household: UUID
    plan: UUID | None
    item: SupportItemRow | None
    goals: Sequence[GoalRow]
    person: UUID
    persons: Sequence[UUID]
    members: Sequence[MemberOf]


@dataclass(frozen=True, slots=True)
class Grants:
    """Use cases of referrals, for whoever asks a formal decision (Wmo 2.3.5, design section 8)."""

    parts: Parts

    async def of_plan(
        self, call: Call, plan_id: UUID, request: GrantProjectionRequest
    ) -> GrantProjection:
        """Members concerned, goals and the item; never the journal. Recorded as a disclosure.

        Raises `ForbiddenError` for a user who asks directly: a BSN is in it, sealed in referrals
        for the party that decides. `NotFoundError` out of reach, and for who is not in the plan.
        """
        async with self.parts.db.transaction(call.once) as session:
            asking = leader(call, self.parts.stelsel)
            plan = await GrantsRepository(session).plan(asking, plan_id, request.support_item_id)
            _ensure_for_the_grantor(call)
            asked = await _of_plan(session, plan, request)
            return await self._compose(session, call, asked, request.voorziening)

    async def of_household(
        self, call: Call, household: UUID, request: GrantProjectionRequest
    ) -> GrantProjection:
        """The same of somebody for whom no item of a plan says what is needed."""
        async with self.parts.db.transaction(call.once) as session:
            asking = leader(call, self.parts.stelsel)
            await GrantsRepository(session).household(asking, household, request.person_id)
            _ensure_for_the_grantor(call)
            members = await PersonsRepository(session).members(household)
            if request.support_item_id is not None:
                raise NotFoundError
            person = _whose(members, (), request.person_id)
            plan = await PersonsRepository(session).open_plan_of(household)
            asked = _Asked(household, plan, None, (), person, (person,), members)
            return await self._compose(session, call, asked, request.voorziening)

    async def still_shown(self, session: Session, call: Call, household: UUID) -> None:
        """Whether what was composed may be given again; `NotFoundError` where reach ended."""
        asking = leader(call, self.parts.stelsel)
        await GrantsRepository(session).household(asking, household, None)

    async def _compose(
        self, session: Session, call: Call, asked: _Asked, voorziening: str | None
    ) -> GrantProjection:
        ring = self.parts.db.ring
        await audit_persons(session, call, Act.DISCLOSE, asked.persons, _ACTIVITY)
        item = asked.item
        found = GrantProjection(
            plan_id=asked.plan,
            household_id=asked.household,
            person_id=asked.person,
            same_support_item_ids=await _same_items(session, asked, voorziening),
            composed_at=call.now,
            persons=tuple(
                disclosed_person(each.person, ring)
                for each in asked.members
                if each.person.id in asked.persons
            ),
            goals=tuple(
                GrantProjectionGoal(domain=goal.domain, text=goal.text) for goal in asked.goals
            ),
            description=None if item is None else item.description,
            lighter_steps=()
            if item is None
            else tuple(f"{each['step']}: {each['motivation']}" for each in item.lighter_steps),
        )
        return call.answer(found, GRANT_PROJECTION, asked.household)


async def _of_plan(session: Session, plan: PlanRow, request: GrantProjectionRequest) -> _Asked:
    support = SupportRepository(session)
    members = await PersonsRepository(session).members(plan.household_id)
    goals = [goal for goal in await support.goals(plan.id) if goal.status is not GoalStatus.DROPPED]
    item = None
    if request.support_item_id is not None:
        item = await support.item(plan.id, request.support_item_id)
        wanted = set(await support.goals_of_item(item.id))
        goals = [goal for goal in goals if goal.id in wanted]
    named = await support.members_of_goals([goal.id for goal in goals])
    if item is None:
        person = _whose(members, (), request.person_id)
        # Without an item: the goals of the household, and those of this person.
        goals = [goal for goal in goals if not named[goal.id] or person in named[goal.id]]
        return _Asked(plan.household_id, plan.id, None, goals, person, (person,), members)
    of_goals = [person for each in named.values() for person in each]
    person = _whose(members, of_goals, request.person_id)
    whose = [each.person_id for each in concerned(_people(members), of_goals)]
    persons = tuple(dict.fromkeys([person, *whose]))
    return _Asked(plan.household_id, plan.id, item, goals, person, persons, members)


async def _same_items(session: Session, asked: _Asked, voorziening: str | None) -> tuple[UUID, ...]:
    """The items of the open plan that are about the same for this person: by them referrals finds
    the request that a decision is about, also where who asks knows no plan (AMS-ROL-36)."""
    if asked.plan is None or voorziening is None:
        return ()
    support, people = SupportRepository(session), _people(asked.members)
    found = []
    for item in await support.items(asked.plan):
        if item.voorziening != voorziening:
            continue
        named = await support.members_of_goals(await support.goals_of_item(item.id))
        of_goals = [person for each in named.values() for person in each]
        if asked.person in {each.person_id for each in concerned(people, of_goals)}:
            found.append(item.id)
    return tuple(found)


def _whose(members: Sequence[MemberOf], of_goals: Sequence[UUID], wanted: UUID | None) -> UUID:
    """For whom the decision is asked; `NotFoundError` for who is not in the household now."""
    people = _people(members)
    found = client_of(concerned(people, of_goals)) if wanted is None else None
    person = wanted if found is None else found.person_id
    if person is None or person not in {each.person_id for each in people}:
        raise NotFoundError
    return person


def _people(members: Sequence[MemberOf]) -> list[Member]:
    return [Member(each.person.id, each.member.role, each.person.birth_date) for each in members]


def _ensure_for_the_grantor(call: Call) -> None:
    if call.principal.via is None:
        raise ForbiddenError(_FOR_THE_GRANTOR)
