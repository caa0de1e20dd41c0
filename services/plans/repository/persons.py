"""Questions about persons and households."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select
from sqlalchemy.orm.attributes import flag_modified

from services.plans.models import (
    CircleMemberRow,
    HouseholdRow,
    MemberRow,
    PersonRow,
    PlanRow,
)
from services.plans.repository.base import Repository
from services.plans.repository.reach import household_reach
from shared.auth.call import Call
from shared.errors import NotFoundError
from shared.vocabulary import CirclePart, HouseholdRole, PlanStatus


@dataclass(frozen=True, slots=True)
class MemberOf:
    """A person in a household now."""

    member: MemberRow
    person: PersonRow


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person found, with the household that says most about where help already is."""

    person: PersonRow
    household_id: UUID | None
    role: HouseholdRole | None
    coordinator: str | None
    has_open_plan: bool


class PersonsRepository(Repository):
    """The register."""

    async def household(self, call: Call, record: UUID, *, lock: bool = False) -> HouseholdRow:
        """A household that this call may touch. Locked first, judged after: a waiting request
        judges by what is true when it goes on."""
        row = HouseholdRow
        if lock:
            await self._session.scalar(select(row.id).where(row.id == record).with_for_update())
        query = select(row).where(row.id == record, household_reach(call))
        found: HouseholdRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found

    async def touch(self, row: HouseholdRow, call: Call) -> None:
        """A change of who is in a household is a new version of it."""
        row.changed_at = call.now
        flag_modified(row, "changed_at")
        await self.flush()

    async def members(self, household: UUID) -> Sequence[MemberOf]:
        """Who is in a household now: the main member first, then as they came."""
        row = MemberRow
        query = (
            select(row, PersonRow)
            .join(PersonRow, PersonRow.id == row.person_id)
            .where(row.household_id == household, row.member_until.is_(None))
            .order_by(row.role != HouseholdRole.MAIN, row.position, row.id)
        )
        return [MemberOf(member, person) for member, person in await self._session.execute(query)]

    async def open_plan_of(self, household: UUID) -> UUID | None:
        """The open plan of a household, if there is one."""
        row = PlanRow
        is_open = row.status == PlanStatus.OPEN
        found: UUID | None = await self._session.scalar(
            select(row.id).where(row.household_id == household, is_open)
        )
        return found

    async def by_bsn(self, index: bytes, size: int) -> list[PersonHit]:
        """Who has this BSN."""
        return await self._hits(PersonRow.bsn_index == index, size)

    async def by_name(self, folded: str, birth_date: date, size: int) -> list[PersonHit]:
        """Whose folded surname begins so and who was born on this day."""
        row = PersonRow
        begins = row.surname_folded.startswith(folded, autoescape=True)
        return await self._hits(and_(row.birth_date == birth_date, begins), size)

    async def by_address(self, postcode: str, number: int, size: int) -> list[PersonHit]:
        """Who lives here. A shielded address finds nobody: the hit would tell the address."""
        row = PersonRow
        here = and_(row.postcode == postcode, row.house_number == number)
        return await self._hits(and_(here, row.address_shielded.is_(False)), size)

    async def only_by_bsn(self, index: bytes) -> PersonRow | None:
        """The one person with this BSN."""
        return await self._only(PersonRow.bsn_index == index)

    async def only_by_name(self, folded: str, birth_date: date) -> PersonRow | None:
        """The one person with exactly this folded surname and day of birth; None of several."""
        row = PersonRow
        return await self._only(and_(row.birth_date == birth_date, row.surname_folded == folded))

    async def only_open_plan(self, person: UUID) -> UUID | None:
        """The one open plan of the households somebody is in now; None of several."""
        member, plan = MemberRow, PlanRow
        query = (
            select(plan.id)
            .join(member, member.household_id == plan.household_id)
            .where(
                member.person_id == person,
                member.member_until.is_(None),
                plan.status == PlanStatus.OPEN,
            )
            .distinct()
            .limit(2)
        )
        found = list(await self._session.scalars(query))
        return found[0] if len(found) == 1 else None

    async def _only(self, where: ColumnElement[bool]) -> PersonRow | None:
        found = list(await self._session.scalars(select(PersonRow).where(where).limit(2)))
        return found[0] if len(found) == 1 else None

    async def _hits(self, where: ColumnElement[bool], size: int) -> list[PersonHit]:
        found = await self._session.execute(_search(where).limit(size))
        return [
            PersonHit(person, household, role, coordinator, plan is not None)
            for person, household, role, plan, coordinator in found
        ]


def _membership(of: ColumnElement[bool]) -> Subquery:
    """Where these people are members now, with the open plan there. Rank 1 says most: the household
    with an open plan, then the one where somebody is main, then the newest."""
    member, plan = MemberRow, PlanRow
    here = and_(plan.household_id == member.household_id, plan.status == PlanStatus.OPEN)
    rank = func.row_number().over(
        partition_by=member.person_id,
        order_by=(
            plan.id.is_(None),
            case((member.role == HouseholdRole.MAIN, 0), else_=1),
            member.member_from.desc(),
            member.id,
        ),
    )
    query = select(
        member.person_id,
        member.household_id,
        member.role,
        plan.id.label("plan_id"),
        rank.label("rank"),
    )
    found = member.person_id.in_(select(PersonRow.id).where(of))
    return query.outerjoin(plan, here).where(member.member_until.is_(None), found).subquery()


def _search(where: ColumnElement[bool]) -> Select[Any]:
    """Each person once, with the household that says most."""
    at, person, circle = _membership(where), PersonRow, CircleMemberRow
    coordinates = and_(
        circle.plan_id == at.c.plan_id,
        circle.part == CirclePart.COORDINATOR,
        circle.valid_until.is_(None),
    )
    return (
        select(person, at.c.household_id, at.c.role, at.c.plan_id, circle.subject)
        .outerjoin(at, and_(at.c.person_id == person.id, at.c.rank == 1))
        .outerjoin(circle, coordinates)
        .where(where)
        .order_by(person.surname_folded, person.birth_date, person.id)
    )
