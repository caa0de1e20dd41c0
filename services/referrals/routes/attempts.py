"""The attempt: what lies with one provider, and what it answers."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.referrals.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.base import Subject as SubjectId
from shared.schemas.referrals import (
    AcceptanceCreate,
    AttemptRead,
    AttemptReceipt,
    CancellationCreate,
    CoordinationRead,
    DeclineCreate,
    InboxItem,
    IntakeAppointmentCreate,
    ReferralRead,
    StartCreate,
    StopCreate,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post(
    "/referrals/{referral_id}/cancellations", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def cancel_attempt(
    referral_id: UUID, request: Body[CancellationCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Take back the offer that lies with a provider, also once it is accepted, until help begins.

    Its place is given back and the request goes on; you ask the next provider of the shortlist.
    """
    return await service.placing.cancel(caller, referral_id, request)


@router.get("/attempts", response_model=Page[InboxItem])
async def list_attempts(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Response:
    """What lies with the caller's provider: most urgent first, then longest waiting."""
    found = await service.reading.inbox(caller, page_size, cursor)
    return Response(found, media_type="application/json")


@router.get("/attempts/{attempt_id}")
async def read_attempt(attempt_id: UUID, caller: Caller, service: Service) -> AttemptRead:
    """One attempt while it is open: the need, and after acceptance who it is."""
    return await service.reading.attempt(caller, attempt_id)


@router.post(
    "/attempts/{attempt_id}/declines", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def decline_attempt(
    attempt_id: UUID, request: Body[DeclineCreate], caller: Caller, service: Service
) -> AttemptReceipt:
    """Say no, with a code. From then on the attempt cannot be read any more."""
    return await service.attempts.decline(caller, attempt_id, request)


@router.post(
    "/attempts/{attempt_id}/acceptances", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def accept_attempt(
    attempt_id: UUID, request: Body[AcceptanceCreate], caller: Caller, service: Service
) -> AttemptRead:
    """Say yes: a place is held in the registry, and the answer says who it is."""
    return await service.attempts.accept(caller, attempt_id, request)


@router.post(
    "/attempts/{attempt_id}/intake-appointments",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def plan_intake(
    attempt_id: UUID, request: Body[IntakeAppointmentCreate], caller: Caller, service: Service
) -> AttemptRead:
    """Plan the first meeting, or plan it again."""
    return await service.attempts.plan_intake(caller, attempt_id, request)


@router.post("/attempts/{attempt_id}/starts", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE)
async def start_attempt(
    attempt_id: UUID, request: Body[StartCreate], caller: Caller, service: Service
) -> AttemptRead:
    """Say that delivery has begun."""
    return await service.attempts.start(caller, attempt_id, request)


@router.post("/attempts/{attempt_id}/stops", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE)
async def stop_attempt(
    attempt_id: UUID, request: Body[StopCreate], caller: Caller, service: Service
) -> AttemptReceipt:
    """Say that delivery has ended; the place is given back."""
    return await service.attempts.stop(caller, attempt_id, request)


@router.get("/coordinations/{subject}")
async def read_coordination(
    subject: Annotated[SubjectId, Path()], caller: Caller, service: Service
) -> CoordinationRead:
    """Whether the caller's provider works with this coordinator now; else 404."""
    return await service.reading.coordination(caller, subject)
