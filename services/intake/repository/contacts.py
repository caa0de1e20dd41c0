"""Queries about contacts, their clocks, searches and redirects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, literal, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.intake.models import (
    ONE_ORIGIN,
    ONE_REDIRECT,
    CandidateSearchRow,
    ClockRow,
    ContactRow,
    IntakeRow,
    RedirectRow,
    TeamRow,
)
from services.intake.repository.reach import (
    Seeker,
    ensure_told_all,
    of_both_doors,
    sent_by,
    to_follow,
    to_read,
    to_work_on,
)
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.vocabulary import URGENCY_RANK, ContactStatus, RedirectStatus, Urgency

_CARRIED: Final = "Deze aanmelding is al overgedragen."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the work list begins."""

    rank: int
    first_contact_on: date
    id: UUID


class ContactRepository:
    """Questions about contacts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: IntakeRow) -> None:
        """Store new rows, and what was changed before them."""
        self._session.add_all(rows)
        await self.save()

    async def save(self) -> None:
        """Write what was changed; of two who carry one contact over, the second is told."""
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_ORIGIN) or violates(exc, ONE_REDIRECT):
                raise ConflictError(_CARRIED) from exc
            raise

    async def carried(self, contact: UUID) -> tuple[UUID, ...]:
        """The contacts that this one was carried over from, the nearest first."""
        row = ContactRow
        chain = select(row.carried_from.label("id"), literal(1).label("far"))
        chain_of = chain.where(row.id == contact).cte("chain", recursive=True)
        further = select(row.carried_from, chain_of.c.far + 1).where(row.id == chain_of.c.id)
        chain_of = chain_of.union_all(further)
        query = select(chain_of.c.id).where(chain_of.c.id.is_not(None)).order_by(chain_of.c.far)
        return tuple(await self._session.scalars(query))

    async def where_it_lies(self, contact: ContactRow) -> ContactRow:
        """The same contact where it was carried over to last; itself when it was not."""
        row = ContactRow
        onward = select(row.id.label("id"), literal(1).label("far"))
        chain = onward.where(row.carried_from == contact.id).cte("onward", recursive=True)
        further = select(row.id, chain.c.far + 1).where(row.carried_from == chain.c.id)
        chain = chain.union_all(further)
        query = select(row).join(chain, chain.c.id == row.id).order_by(chain.c.far.desc())
        return await self._session.scalar(query.limit(1)) or contact

    async def to_work_on(self, seeker: Seeker, record: UUID) -> ContactRow:
        """A contact that the caller may change, else `NotFoundError`."""
        return await self._one(record, to_work_on(seeker))

    async def to_read(self, seeker: Seeker, record: UUID) -> ContactRow:
        """A contact that the caller may read, else `NotFoundError`."""
        try:
            return await self._one(record, to_read(seeker))
        except NotFoundError:
            await ensure_told_all(self._session, seeker)
            raise

    async def to_follow(self, seeker: Seeker, record: UUID) -> ContactRow:
        """A contact whose receipt the caller may read, else `NotFoundError`."""
        try:
            return await self._one(record, to_follow(seeker))
        except NotFoundError:
            await ensure_told_all(self._session, seeker)
            raise

    async def by_id(self, record: UUID) -> ContactRow:
        """A contact that the service itself must have: the origin of a carried one."""
        return (await self._session.scalars(select(ContactRow).where(_at(record)))).one()

    async def work_list(
        self,
        seeker: Seeker,
        statuses: Collection[ContactStatus],
        after: Place | None,
        size: int,
    ) -> list[ContactRow]:
        """One page, and one row more: crisis first, then the oldest first contact."""
        row = ContactRow
        urgency = case(dict(URGENCY_RANK), value=row.urgency)
        query = select(row).where(to_work_on(seeker), row.status.in_(statuses))
        if after is not None:
            place = tuple_(urgency, row.first_contact_on, row.id)
            query = query.where(place > (after.rank, after.first_contact_on, after.id))
        ordered = query.order_by(urgency, row.first_contact_on, row.id).limit(size + 1)
        return list(await self._session.scalars(ordered))

    async def clocks(self, contacts: Sequence[UUID]) -> list[ClockRow]:
        """The legal terms of these contacts, the first to end first."""
        row = ClockRow
        query = select(row).where(row.contact_id.in_(contacts)).order_by(row.due_on, row.code)
        return list(await self._session.scalars(query))

    async def team_names(self, teams: Collection[UUID]) -> dict[UUID, str]:
        """The names of these teams."""
        row = TeamRow
        found = await self._session.execute(select(row.id, row.name).where(row.id.in_(teams)))
        return {team.id: team.name for team in found}

    async def searches(self, contact: UUID) -> list[CandidateSearchRow]:
        """Every search of the register that was made for this contact."""
        row = CandidateSearchRow
        return list(await self._session.scalars(select(row).where(row.contact_id == contact)))

    async def redirects_of(self, contacts: Collection[UUID]) -> list[RedirectRow]:
        """Where these contacts were carried to."""
        row = RedirectRow
        return list(await self._session.scalars(select(row).where(row.contact_id.in_(contacts))))

    async def redirect_to(self, contact: UUID) -> RedirectRow | None:
        """The redirect by which this contact came, if it was carried over."""
        row = RedirectRow
        return await self._session.scalar(select(row).where(row.carried_to == contact))

    async def redirect(self, seeker: Seeker, record: UUID) -> RedirectRow:
        """A redirect that one of both doors may follow, else `NotFoundError`."""
        row = RedirectRow
        query = select(row).where(row.id == record, of_both_doors(seeker))
        found = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def sent_away(
        self, seeker: Seeker, after: tuple[datetime, UUID] | None, size: int
    ) -> list[RedirectRow]:
        """Own redirects that nobody took up yet: the oldest first, one page and one row more."""
        row = RedirectRow
        query = select(row).where(row.status == RedirectStatus.SENT, sent_by(seeker))
        if after is not None:
            query = query.where(tuple_(row.sent_at, row.id) > after)
        ordered = query.order_by(row.sent_at, row.id).limit(size + 1)
        return list(await self._session.scalars(ordered))

    async def urgencies(self, contacts: Collection[UUID]) -> dict[UUID, Urgency]:
        """How soon somebody must act, by contact."""
        row = ContactRow
        found = await self._session.execute(select(row.id, row.urgency).where(row.id.in_(contacts)))
        return {each.id: each.urgency for each in found}

    async def _one(self, record: UUID, within: ColumnElement[bool]) -> ContactRow:
        query: Select[Row[ContactRow]] = select(ContactRow).where(_at(record), within)  # type: ignore[assignment]
        found: ContactRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found


def _at(record: UUID) -> ColumnElement[bool]:
    return ContactRow.id == record
