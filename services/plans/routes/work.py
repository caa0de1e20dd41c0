"""What lies on whose desk."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.plans.dependencies import Service
from shared.schemas.base import Page
from shared.schemas.plans import WorkItemRead
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.get("/work-items", response_model=Page[WorkItemRead])
async def list_work_items(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Response:
    """Open work of the caller and of the caller's team, by the day on which it is due."""
    found = await service.work.list_open(caller, page_size, cursor)
    return Response(found, media_type="application/json")


@router.get("/work-items/{work_item_id}")
async def read_work_item(work_item_id: UUID, caller: Caller, service: Service) -> WorkItemRead:
    """One work item, with the ETag that finishing it needs."""
    return await service.work.read(caller, work_item_id)


@router.post("/work-items/{work_item_id}/completions", openapi_extra=CHANGE)
async def complete_work_item(work_item_id: UUID, caller: Caller, service: Service) -> WorkItemRead:
    """This was done. Work that ends with what it asks for is not ticked off by hand."""
    return await service.work.complete(caller, work_item_id)
