"""Wire contract of the directory of intake: teams with their areas, workers with their team."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    OptionalDate,
    Phone,
    RequestModel,
    ResponseModel,
    Version,
)
from shared.vocabulary import Role

Codes = Annotated[tuple[Code, ...], Field(max_length=20)]


class AreaAssignment(RequestModel):
    """A wijk that a team serves, from-until (AMS-INT-23)."""

    wijk: AreaCode
    valid_from: date
    valid_until: OptionalDate = None


class TeamPut(RequestModel):
    """A team: its party, its full name (AMS-INT-19) and its areas."""

    party: Code
    name: Line
    stadsdeel: AreaCode | None = None
    phone: Phone | None = None
    areas: Annotated[tuple[AreaAssignment, ...], Field(max_length=200)] = ()


class AreaAssignmentRead(ResponseModel):
    """A wijk that a team serves."""

    wijk: str
    valid_from: date
    valid_until: OptionalDate = None


class TeamRead(ResponseModel):
    """A team in the directory."""

    id: UUID
    version: Version
    party: str
    name: str
    stadsdeel: str | None
    phone: str | None
    areas: tuple[AreaAssignmentRead, ...]


class WorkerPut(RequestModel):
    """A worker in the directory: other services know the subject only."""

    name: Line
    team_id: UUID
    role: Role
    phone: Phone | None = None
    specialisms: Codes = ()
    languages: Codes = ()
    working_days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(max_length=7)] = ()


class WorkerRead(ResponseModel):
    """A worker in the directory; days are ISO weekdays, Monday is 1."""

    subject: str
    version: Version
    name: str
    team_id: UUID
    role: Role
    phone: str | None
    specialisms: tuple[str, ...]
    languages: tuple[str, ...]
    working_days: tuple[int, ...]
