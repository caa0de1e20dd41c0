"""The directory of teams and workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.intake.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.base import Subject as SubjectText
from shared.schemas.directory import TeamPut, TeamRead, WorkerPut, WorkerRead
from shared.web.common import Cursor, PageSize
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["intake"])

TeamId = Annotated[UUID | None, Query(alias="teamId")]
Subject = Annotated[SubjectText, Path()]


@router.get("/teams")
async def list_teams(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[TeamRead]:
    """Teams by name, with the areas they serve."""
    return await service.directory.list_teams(caller, page_size, cursor)


@router.get("/teams/{team_id}")
async def read_team(team_id: UUID, caller: Caller, service: Service) -> TeamRead:
    """One team, with the areas it serves from-until."""
    return await service.directory.read_team(caller, team_id)


@router.put("/teams/{team_id}")
async def put_team(
    team_id: UUID, request: Body[TeamPut], caller: Caller, service: Service
) -> TeamRead:
    """Make a team (`If-None-Match: *`) or change it (`If-Match`); the areas are replaced whole.

    A wijk has one team per party on any day.
    """
    return await service.directory.put_team(caller, team_id, request)


@router.get("/workers")
async def list_workers(
    caller: Caller,
    service: Service,
    team_id: TeamId = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[WorkerRead]:
    """Workers by name, of one team when it is named."""
    return await service.directory.list_workers(caller, team_id, page_size, cursor)


@router.get("/workers/{subject}")
async def read_worker(subject: Subject, caller: Caller, service: Service) -> WorkerRead:
    """One worker. A provider reads only who coordinates an attempt of its own."""
    return await service.directory.read_worker(caller, subject)


@router.put("/workers/{subject}")
async def put_worker(
    subject: Subject, request: Body[WorkerPut], caller: Caller, service: Service
) -> WorkerRead:
    """Make a worker (`If-None-Match: *`) or change one (`If-Match`)."""
    return await service.directory.put_worker(caller, subject, request)
