"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.referrals.dependencies import Service
from shared.schemas.access import AccessCheckAnswer, AccessCheckRequest
from shared.schemas.base import Body, Page
from shared.schemas.base import Subject as SubjectId
from shared.schemas.referrals import (
    AcceptanceCreate,
    AttemptRead,
    AttemptReceipt,
    CodesRead,
    CoordinationRead,
    DeclineCreate,
    EndingCreate,
    InboxItem,
    IntakeAppointmentCreate,
    JudgementCreate,
    OfferCreate,
    ReferralCreate,
    ReferralRead,
    ShortlistCreate,
    StartCreate,
    StopCreate,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post("/access-checks", openapi_extra=READS)
async def check_access(
    request: Body[AccessCheckRequest], caller: Caller, service: Service
) -> AccessCheckAnswer:
    """By which door, who judges, what first, and why. Nothing of it is stored or logged."""
    return await service.access.check(caller, request)


@router.get("/codes")
async def list_codes(caller: Caller, service: Service) -> CodesRead:
    """Every code list of the stelsel of this deployment, with Dutch labels."""
    del caller
    return await service.access.codes()


@router.post("/referrals", status_code=HTTPStatus.CREATED)
async def create_referral(
    request: Body[ReferralCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Ask for a voorziening on the plan, by the right door. A wrong door is carried over."""
    return await service.requests.create(caller, request)


@router.get("/referrals")
async def list_referrals(
    caller: Caller,
    service: Service,
    plan_id: Annotated[UUID, Query(alias="planId")],
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ReferralRead]:
    """The requests of one plan, newest first."""
    return await service.reading.referrals(caller, plan_id, page_size, cursor)


@router.get("/referrals/{referral_id}")
async def read_referral(referral_id: UUID, caller: Caller, service: Service) -> ReferralRead:
    """One request with its reasons, its attempts and every step."""
    return await service.reading.referral(caller, referral_id)


@router.post(
    "/referrals/{referral_id}/judgements", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def judge_referral(
    referral_id: UUID, request: Body[JudgementCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Judge access, by the party that owns it. This is not the formal decision."""
    return await service.judging.judge(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/shortlists", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def agree_shortlist(
    referral_id: UUID, request: Body[ShortlistCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record which providers the client agreed to, in this order."""
    return await service.placing.agree(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/attempts", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def offer_next(
    referral_id: UUID, request: Body[OfferCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Ask the next provider of the shortlist. After a coded no the next one is asked by itself."""
    return await service.placing.offer(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/endings", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def end_referral(
    referral_id: UUID, request: Body[EndingCreate], caller: Caller, service: Service
) -> ReferralRead:
    """End a request before delivery; an open offer is cancelled and disclosure ends."""
    return await service.placing.end(caller, referral_id, request)


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
