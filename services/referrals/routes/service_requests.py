"""Light requests: a municipal service asked, or a specialist called in. Nobody is handed over."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals.dependencies import Service
from services.referrals.service.called_in.service_requests import Wanted
from shared.schemas.base import Body, Page
from shared.schemas.service_requests import (
    ServiceDeclineCreate,
    ServiceInboxItem,
    ServiceRequestCreate,
    ServiceRequestRead,
    ServiceResultCreate,
    ServiceTakingUpCreate,
    ServiceWithdrawalCreate,
)
from shared.vocabulary import ServiceRequestStatus
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


def _wanted(
    plan_id: Annotated[UUID | None, Query(alias="planId")] = None,
    status: Annotated[ServiceRequestStatus | None, Query()] = None,
) -> Wanted:
    return Wanted(plan_id, status)


@router.post("/service-requests", status_code=HTTPStatus.CREATED)
async def create_service_request(
    request: Body[ServiceRequestCreate], caller: Caller, service: Service
) -> ServiceRequestRead:
    """Ask a municipal service or call a specialist in; the plan and its coordinator stay.

    The party follows from the voorziening. It reads the question and the area, and whom it is about
    from the moment a professional has taken it up: a question that points at somebody is a 400 that
    says by which kind of data. At a wrong door the answer is 409 and names how
    the contact is carried over; for another kind of help it names the right call.
    """
    return await service.service_requests.create(caller, request)


@router.get("/service-requests")
async def list_service_requests(
    caller: Caller,
    service: Service,
    wanted: Annotated[Wanted, Depends(_wanted)],
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ServiceInboxItem]:
    """What lies with your party or was asked around your plans; with `planId` of one plan.

    What cannot wait comes first, then who waits longest. Without plan and status: what is open.
    """
    return await service.service_requests.list_all(caller, wanted, page_size, cursor)


@router.get("/service-requests/{service_request_id}")
async def read_service_request(
    service_request_id: UUID, caller: Caller, service: Service
) -> ServiceRequestRead:
    """One light request with every step; whom it is about for who took it up, while it runs."""
    return await service.service_requests.read(caller, service_request_id)


@router.post(
    "/service-requests/{service_request_id}/takings-up",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def take_up_service_request(
    service_request_id: UUID,
    request: Body[ServiceTakingUpCreate],
    caller: Caller,
    service: Service,
) -> ServiceRequestRead:
    """Take it up by name, or take it over from a colleague; the answer says whom it is about."""
    return await service.serving.take_up(caller, service_request_id, request)


@router.post(
    "/service-requests/{service_request_id}/results",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def answer_service_request(
    service_request_id: UUID, request: Body[ServiceResultCreate], caller: Caller, service: Service
) -> ServiceRequestRead:
    """Say what came of it. The household stays with the team; you see it by name no more."""
    return await service.serving.answer(caller, service_request_id, request)


@router.post(
    "/service-requests/{service_request_id}/declines",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def decline_service_request(
    service_request_id: UUID, request: Body[ServiceDeclineCreate], caller: Caller, service: Service
) -> ServiceRequestRead:
    """Say that your party cannot do it, and what would be right; the team goes on from there."""
    return await service.serving.decline(caller, service_request_id, request)


@router.post(
    "/service-requests/{service_request_id}/withdrawals",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def withdraw_service_request(
    service_request_id: UUID,
    request: Body[ServiceWithdrawalCreate],
    caller: Caller,
    service: Service,
) -> ServiceRequestRead:
    """Take it back: it is not needed any more."""
    return await service.serving.withdraw(caller, service_request_id, request)
