"""The broad talk about the whole household."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.intake.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.intake import (
    ClarificationChange,
    ClarificationCreate,
    ClarificationRead,
    CompletionCreate,
)
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["intake"])


@router.post("/contacts/{contact_id}/clarifications", status_code=HTTPStatus.CREATED)
async def start_clarification(
    contact_id: UUID, request: Body[ClarificationCreate], caller: Caller, service: Service
) -> ClarificationRead:
    """Begin the broad talk about the household of a contact that was taken up.

    First tell of the personal plan and of free client support (Wmo 2015 art. 2.3.2 lid 2 and 3).
    """
    return await service.talks.start(caller, contact_id, request)


@router.get("/clarifications/{clarification_id}")
async def read_clarification(
    clarification_id: UUID, caller: Caller, service: Service
) -> ClarificationRead:
    """The talk as far as it was written down, and what is still missing."""
    return await service.talks.read(caller, clarification_id)


@router.patch("/clarifications/{clarification_id}")
async def change_clarification(
    clarification_id: UUID, request: Body[ClarificationChange], caller: Caller, service: Service
) -> ClarificationRead:
    """Write down what was said. A life domain that you send replaces that domain as it was."""
    return await service.talks.change(caller, clarification_id, request)


@router.post("/clarifications/{clarification_id}/completions", openapi_extra=CHANGE)
async def complete_clarification(
    clarification_id: UUID, request: Body[CompletionCreate], caller: Caller, service: Service
) -> ClarificationRead:
    """The talk is done: nothing is missing. The investigation of a melding is then done in time."""
    return await service.talks.complete(caller, clarification_id, request)
