"""Direct registration: a provider registers its own client where the route allows it."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.referrals.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.registrations import (
    DirectRegistrationCreate,
    DirectRegistrationRead,
    DirectRegistrationReceipt,
    RegistrationDeclineCreate,
    RegistrationStartCreate,
    RegistrationStopCreate,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post("/direct-registrations", status_code=HTTPStatus.ACCEPTED)
async def register_directly(
    request: Body[DirectRegistrationCreate], caller: Caller, service: Service
) -> DirectRegistrationReceipt:
    """Register a client who came to you; a place of your own contract is held.

    The answer is the same whether or not the client or a plan is known anywhere. Where there is no
    direct track the answer is 409 and names how the question is carried over to the team.
    """
    return await service.registering.register(caller, request)


@router.get("/direct-registrations")
async def list_direct_registrations(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[DirectRegistrationRead]:
    """The registrations of your own organisation, the newest first."""
    return await service.registrations.list_all(caller, page_size, cursor)


@router.get("/direct-registrations/{registration_id}")
async def read_direct_registration(
    registration_id: UUID, caller: Caller, service: Service
) -> DirectRegistrationRead:
    """One registration of your own organisation; after its end without the client."""
    return await service.registrations.read(caller, registration_id)


@router.post(
    "/direct-registrations/{registration_id}/starts",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def start_direct_registration(
    registration_id: UUID, request: Body[RegistrationStartCreate], caller: Caller, service: Service
) -> DirectRegistrationRead:
    """Help began. Was the place lost because it took long, then one is taken again, if there is."""
    return await service.registrations.start(caller, registration_id, request)


@router.post(
    "/direct-registrations/{registration_id}/stops",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def stop_direct_registration(
    registration_id: UUID, request: Body[RegistrationStopCreate], caller: Caller, service: Service
) -> DirectRegistrationRead:
    """Help ended: the place is free, and the client is deleted from the registration."""
    return await service.registrations.stop(caller, registration_id, request)


@router.post(
    "/direct-registrations/{registration_id}/declines",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def decline_direct_registration(
    registration_id: UUID,
    request: Body[RegistrationDeclineCreate],
    caller: Caller,
    service: Service,
) -> DirectRegistrationRead:
    """You cannot do it after all, and told the client where to go; the client is deleted here."""
    return await service.registrations.decline(caller, registration_id, request)
