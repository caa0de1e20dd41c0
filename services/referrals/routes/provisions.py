"""Help that is arranged at once, and accounted for afterwards."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.referrals.dependencies import Service
from shared.schemas.applications import (
    MandateConfirmationCreate,
    TemporaryEndingCreate,
    TemporaryFollowUpCreate,
    TemporaryProvisionCreate,
    TemporaryProvisionRead,
)
from shared.schemas.base import Body, Page
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])
_CREATED = HTTPStatus.CREATED


@router.post("/temporary-provisions", status_code=_CREATED)
async def arrange_temporarily(
    request: Body[TemporaryProvisionCreate], caller: Caller, service: Service
) -> TemporaryProvisionRead:
    """Arrange help at once (Wmo 2.3.3). Everything that must follow is listed with its date."""
    return await service.provisions.arrange(caller, request)


@router.get("/temporary-provisions")
async def list_temporary_provisions(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[TemporaryProvisionRead]:
    """What runs: yours, of your team, your party and the plans you work on; nearest end first."""
    return await service.provisions.list_running(caller, page_size, cursor)


@router.get("/temporary-provisions/{provision_id}")
async def read_temporary_provision(
    provision_id: UUID, caller: Caller, service: Service
) -> TemporaryProvisionRead:
    """One provision with everything that is still owed."""
    return await service.provisions.read(caller, provision_id)


@router.post(
    "/temporary-provisions/{provision_id}/follow-ups", status_code=_CREATED, openapi_extra=CHANGE
)
async def follow_up_temporary_provision(
    provision_id: UUID, request: Body[TemporaryFollowUpCreate], caller: Caller, service: Service
) -> TemporaryProvisionRead:
    """One thing that was owed is done: the plan, the investigation, the decision."""
    return await service.provisions.follow_up(caller, provision_id, request)


@router.post(
    "/temporary-provisions/{provision_id}/endings", status_code=_CREATED, openapi_extra=CHANGE
)
async def end_temporary_provision(
    provision_id: UUID, request: Body[TemporaryEndingCreate], caller: Caller, service: Service
) -> TemporaryProvisionRead:
    """The temporary help ended; its place is given back."""
    return await service.provisions.end(caller, provision_id, request)


@router.post(
    "/temporary-provisions/{provision_id}/mandate-confirmations",
    status_code=_CREATED,
    openapi_extra=CHANGE,
)
async def confirm_mandate(
    provision_id: UUID, request: Body[MandateConfirmationCreate], caller: Caller, service: Service
) -> TemporaryProvisionRead:
    """Somebody else confirms that the officer had the mandate, where the roster does not say so."""
    return await service.mandates.confirm(caller, provision_id, request)
