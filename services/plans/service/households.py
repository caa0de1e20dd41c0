"""Households: making one, reading it, and somebody more in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.plans.domain.households import ensure_one_main, ensure_one_source
from services.plans.models import HouseholdRow, MemberRow, PersonRow
from services.plans.repository import MemberOf, PersonsRepository
from services.plans.service.common import (
    HOUSEHOLD,
    Happened,
    Parts,
    audit_persons,
    changed,
    plan_to_change,
    refuse,
)
from services.plans.service.persons import ensure_person, new_person, person_read
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.identifiers import new_id
from shared.schemas.persons import HouseholdCreate, HouseholdRead, MemberCreate, MemberRead
from shared.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Households:
    """Use cases around who belongs together (DIS-12: not necessarily at one address)."""

    parts: Parts

    async def create(self, call: Call, request: HouseholdCreate) -> HouseholdRead:
        """Write a household down, with persons from the register and new ones.

        Raises `ConflictError` for a BSN that the register has, or a second main household.
        """
        ensure_one_main([member.role for member in request.members])
        for number, member in enumerate(request.members):
            self._judge(call, f"/members/{number}", member)
            _ensure_new(call, f"/members/{number}/personId", member)
        household = HouseholdRow(
            id=new_id(),
            created_team=call.principal.team,
            created_by=call.principal.subject,
            created_at=call.now,
            changed_at=call.now,
        )
        async with self.parts.db.transaction(call.once) as session:
            repository = PersonsRepository(session)
            await repository.add(household)
            for number, member in enumerate(request.members):
                await self._add(call, repository, household, (number, member))
            members = await repository.members(household.id)
            await audit_persons(session, call, Act.WRITE, [each.person.id for each in members])
            return _answer(call, household, members, None)

    async def read(self, call: Call, record: UUID) -> HouseholdRead:
        """A household and who is in it now."""
        async with self.parts.db.transaction() as session:
            repository = PersonsRepository(session)
            household = await repository.household(call, record)
            members = await repository.members(household.id)
            open_plan = await repository.open_plan_of(household.id)
            await audit_persons(session, call, Act.READ, [each.person.id for each in members])
            return _answer(call, household, members, open_plan)

    async def add_member(self, call: Call, record: UUID, request: MemberCreate) -> HouseholdRead:
        """Somebody more in a household, from today."""
        self._judge(call, "", request)
        async with self.parts.db.transaction(call.once) as session:
            repository = PersonsRepository(session)
            await repository.household(call, record)
            open_plan = await repository.open_plan_of(record)
            # The plan is locked first everywhere, so that no two requests wait for one another.
            plan = None if open_plan is None else await plan_to_change(session, call, open_plan)
            household = await repository.household(call, record, lock=True)
            position = len(await repository.members(household.id))
            person = await self._add(call, repository, household, (position, request))
            await repository.touch(household, call)
            members = await repository.members(household.id)
            if plan is None:
                await audit_persons(session, call, Act.WRITE, [each.person.id for each in members])
            else:
                happened = Happened("member_added", subject_id=person.id)
                await changed(session, call, plan, happened)
            return _answer(call, household, members, open_plan)

    def _judge(self, call: Call, pointer: str, member: MemberCreate) -> None:
        ensure_one_source(
            pointer, known=member.person_id is not None, new=member.person is not None
        )
        if member.person is not None:
            ensure_person(f"{pointer}/person", member.person, self.parts.stelsel, call.now)

    async def _add(
        self,
        call: Call,
        repository: PersonsRepository,
        household: HouseholdRow,
        at: tuple[int, MemberCreate],
    ) -> PersonRow:
        position, member = at
        if member.person is not None:
            person = new_person(member.person, self.parts.db.ring, call.now)
            await repository.add(person)
        else:
            assert member.person_id is not None
            person = await repository.get(PersonRow, member.person_id)
        await repository.add(
            MemberRow(
                id=new_id(),
                household_id=household.id,
                person_id=person.id,
                role=member.role,
                position=position,
                member_from=local_date(call.now),
                changed_at=call.now,
            )
        )
        return person


def _ensure_new(call: Call, pointer: str, member: MemberCreate) -> None:
    """Whose reach is what they wrote down may not write a known person down to read about them."""
    if member.person_id is not None and not call.may(Reach.OWN_TEAM):
        detail = "Deze persoon is al bekend. Koppel de aanmelding aan het huishouden dat u vond."
        raise refuse(pointer, "known-already", detail)


def _answer(
    call: Call, household: HouseholdRow, members: Sequence[MemberOf], open_plan: UUID | None
) -> HouseholdRead:
    found = HouseholdRead(
        id=household.id,
        version=household.version,
        members=tuple(
            MemberRead(
                person=person_read(each.person),
                role=each.member.role,
                member_from=each.member.member_from,
                member_until=each.member.member_until,
            )
            for each in members
        ),
        open_plan_id=open_plan,
    )
    return call.answer(found, HOUSEHOLD, household.id, household.version)
