"""The directory: teams with their areas, workers with their team. Other services know subjects."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.intake.clients import ReferralsClient
from services.intake.domain import areas
from services.intake.models import TeamAreaRow, TeamRow, WorkerRow
from services.intake.repository import DirectoryRepository
from services.intake.service.codes import ensure_known
from services.intake.service.desk import Desk
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import NotFoundError, StaleVersionError
from shared.identifiers import new_id
from shared.schemas.base import Page
from shared.schemas.directory import (
    AreaAssignmentRead,
    TeamPut,
    TeamRead,
    WorkerPut,
    WorkerRead,
)
from shared.vocabulary import Reach

TEAM: Final = "team"
WORKER: Final = "worker"


@dataclass(frozen=True, slots=True)
class Directory:
    """Use cases of who keeps the directory, and of everybody who looks in it."""

    desk: Desk
    referrals: ReferralsClient

    async def put_team(self, call: Call, record: UUID, request: TeamPut) -> TeamRead:
        """Make or change a team and its areas, from-until (AMS-INT-19, AMS-INT-23).

        Raises `ConflictError` when another team of the party serves a wijk on the same day, and
        `UnknownCodeError` when a lead names a party that the lead does not speak for: the contacts
        of that party would come to the lead's team.
        """
        self._check_team(request)
        _ensure_own_team(call, record)
        self._ensure_own_party(call, request.party)
        async with self.desk.db.transaction() as session:
            directory = DirectoryRepository(session)
            row = await directory.team(record)
            ensure_expected(call, TEAM, None if row is None else (row.id, row.version))
            row = row or TeamRow(id=record)
            row.party, row.name = request.party, request.name
            row.stadsdeel, row.phone = request.stadsdeel, request.phone
            row.changed_at = call.now
            await directory.save(row)
            await directory.replace_areas(record, _area_rows(record, request))
            return await self._team(session, call, row)

    async def read_team(self, call: Call, record: UUID) -> TeamRead:
        """One team."""
        async with self.desk.db.transaction() as session:
            row = await DirectoryRepository(session).team(record)
            if row is None:
                raise NotFoundError
            return await self._team(session, call, row)

    async def list_teams(self, call: Call, size: int, cursor: str | None) -> Page[TeamRead]:
        """Teams by name."""
        query = f"teams/{size}"
        after = call.position(query, cursor)
        async with self.desk.db.transaction() as session:
            rows = await DirectoryRepository(session).teams(after, size)
            items = await _team_reads(session, rows[:size])
        last = items[-1] if len(rows) > size else None
        more = None if last is None else call.cursor(query, [last.name, str(last.id)])
        return Page(items=tuple(items), next=more)

    async def put_worker(self, call: Call, subject: str, request: WorkerPut) -> WorkerRead:
        """Make or change a worker; a lead only into and out of their own team."""
        _ensure_own_team(call, request.team_id)
        async with self.desk.db.transaction() as session:
            directory = DirectoryRepository(session)
            row = await directory.worker(subject)
            if row is not None:
                _ensure_own_team(call, row.team_id)
            ensure_expected(call, WORKER, None if row is None else (row.id, row.version))
            row = row or WorkerRow(id=new_id(), subject=subject)
            for name, value in request.model_dump(by_alias=False).items():
                setattr(row, name, list(value) if isinstance(value, tuple) else value)
            row.changed_at = call.now
            await directory.save(row)
            return _worker(call, row)

    async def read_worker(self, call: Call, subject: str) -> WorkerRead:
        """One worker; for a provider only the coordinator of an attempt of its own.

        Raises `NotFoundError`, also where referrals knows of no such attempt.
        """
        async with self.desk.db.transaction() as session:
            row = await DirectoryRepository(session).worker(subject)
        if row is None:
            raise NotFoundError
        if not call.may(Reach.PUBLIC):
            await self.referrals.read_coordination(row.subject, call.behalf)
        return _worker(call, row)

    async def list_workers(
        self, call: Call, team: UUID | None, size: int, cursor: str | None
    ) -> Page[WorkerRead]:
        """Workers by name, of one team when it is named."""
        query = f"workers/{team}/{size}"
        after = call.position(query, cursor)
        async with self.desk.db.transaction() as session:
            rows = await DirectoryRepository(session).workers(team, after, size)
        last = rows[size - 1] if len(rows) > size else None
        more = None if last is None else call.cursor(query, [last.name, str(last.id)])
        items = tuple(WorkerRead.model_validate(row) for row in rows[:size])
        return Page(items=items, next=more)

    def _check_team(self, request: TeamPut) -> None:
        codes = self.desk.codes
        ensure_known("/party", "partij", request.party, codes.parties)
        for index, area in enumerate(request.areas):
            if codes.wijken:
                ensure_known(f"/areas/{index}/wijk", "wijk", area.wijk, codes.wijken)
        areas.check([areas.Served(a.wijk, a.valid_from, a.valid_until) for a in request.areas])

    def _ensure_own_party(self, call: Call, party: str) -> None:
        if not call.may(Reach.ANY):
            own = self.desk.codes.spoken_for(call.principal.roles)
            ensure_known("/party", "partij waarvoor u spreekt", party, own)

    async def _team(self, session: Session, call: Call, row: TeamRow) -> TeamRead:
        (found,) = await _team_reads(session, [row])
        return call.answer(found, TEAM, row.id, row.version)


async def _team_reads(session: Session, rows: list[TeamRow]) -> list[TeamRead]:
    served = await DirectoryRepository(session).areas_of([row.id for row in rows])
    return [
        TeamRead(
            id=row.id,
            version=row.version,
            party=row.party,
            name=row.name,
            stadsdeel=row.stadsdeel,
            phone=row.phone,
            areas=tuple(
                AreaAssignmentRead.model_validate(area) for area in served if area.team_id == row.id
            ),
        )
        for row in rows
    ]


def _worker(call: Call, row: WorkerRow) -> WorkerRead:
    return call.answer(WorkerRead.model_validate(row), WORKER, row.id, row.version)


def _area_rows(team: UUID, request: TeamPut) -> list[TeamAreaRow]:
    return [
        TeamAreaRow(
            id=new_id(),
            team_id=team,
            party=request.party,
            wijk=area.wijk,
            valid_from=area.valid_from,
            valid_until=area.valid_until,
        )
        for area in request.areas
    ]


def _ensure_own_team(call: Call, team: UUID) -> None:
    """Another's team does not exist for who may change only their own."""
    if not call.may(Reach.ANY) and team != call.principal.team:
        raise NotFoundError


def ensure_expected(call: Call, kind: str, known: tuple[UUID, int] | None) -> None:
    """What is made is new, what is changed is there and was seen (If-None-Match, If-Match)."""
    if known is None:
        if not call.only_if_new:
            raise NotFoundError
        return
    if call.only_if_new:
        raise StaleVersionError
    call.expect(kind, *known)
