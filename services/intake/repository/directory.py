"""Queries about teams, the areas they serve, and workers."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.intake.models import (
    ONE_ENTRY_PER_WORKER,
    ONE_TEAM_PER_DAY,
    IntakeRow,
    TeamAreaRow,
    TeamRow,
    WorkerRow,
)
from shared.db.database import Session, points_nowhere, violates
from shared.errors import ConflictError, StaleVersionError

_TAKEN: Final = (
    "Een ander team van deze partij bedient een van deze wijken al op die dag. "
    "Laat dat eerst eindigen."
)
_NO_TEAM: Final = "Dit team bestaat niet. Maak eerst het team."
_ONE_ENTRY: Final = frozenset({ONE_ENTRY_PER_WORKER, "pk_teams"})


class DirectoryRepository:
    """Questions about who works where."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, row: IntakeRow) -> None:
        """Store a new or changed team or worker."""
        self._session.add(row)
        await self._flush()

    async def replace_areas(self, team: UUID, areas: Sequence[TeamAreaRow]) -> None:
        """The areas of a team, whole; in the order of the wijken, so that no two wait in a ring."""
        await self._session.execute(delete(TeamAreaRow).where(TeamAreaRow.team_id == team))
        for area in sorted(areas, key=lambda each: (each.wijk, each.valid_from)):
            self._session.add(area)
            await self._flush()

    async def team(self, record: UUID) -> TeamRow | None:
        """A team by its id."""
        return await self._session.get(TeamRow, record)

    async def teams(self, after: list[str] | None, size: int) -> list[TeamRow]:
        """Teams by name, one page and one row more."""
        row = TeamRow
        query = select(row).order_by(row.name, row.id).limit(size + 1)
        if after is not None:
            query = query.where(tuple_(row.name, row.id) > (after[0], UUID(after[1])))
        return list(await self._session.scalars(query))

    async def areas_of(self, teams: Sequence[UUID]) -> list[TeamAreaRow]:
        """The areas of these teams, by wijk and first day."""
        row = TeamAreaRow
        query = select(row).where(row.team_id.in_(teams)).order_by(row.wijk, row.valid_from)
        return list(await self._session.scalars(query))

    async def serving(self, party: str, wijk: str | None, on: date) -> UUID | None:
        """The team of a party that serves a wijk on a day (AMS-INT-19); None is the queue."""
        if wijk is None:
            return None
        row = TeamAreaRow
        query = select(row.team_id).where(
            row.party == party,
            row.wijk == wijk,
            row.valid_from <= on,
            or_(row.valid_until.is_(None), row.valid_until >= on),
        )
        return await self._session.scalar(query)

    async def worker(self, subject: str) -> WorkerRow | None:
        """A worker by the subject of their tokens."""
        return await self._session.scalar(select(WorkerRow).where(WorkerRow.subject == subject))

    async def workers(
        self, team: UUID | None, after: list[str] | None, size: int
    ) -> list[WorkerRow]:
        """Workers by name, one page and one row more."""
        row = WorkerRow
        query = select(row).order_by(row.name, row.id).limit(size + 1)
        if team is not None:
            query = query.where(row.team_id == team)
        if after is not None:
            query = query.where(tuple_(row.name, row.id) > (after[0], UUID(after[1])))
        return list(await self._session.scalars(query))

    async def _flush(self) -> None:
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_TEAM_PER_DAY):
                raise ConflictError(_TAKEN) from exc
            if any(violates(exc, name) for name in _ONE_ENTRY):
                raise StaleVersionError from exc
            if points_nowhere(exc):
                raise ConflictError(_NO_TEAM) from exc
            raise
