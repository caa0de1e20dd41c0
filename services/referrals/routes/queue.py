"""The queue of a party that judges or places."""

from fastapi import APIRouter, Response

from services.referrals.dependencies import Service
from shared.schemas.base import Page
from shared.schemas.queue import QueueItem
from shared.web.common import Cursor, PageSize
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.get("/queue-items", response_model=Page[QueueItem])
async def list_queue(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Response:
    """What lies with your party, judging and placing: safety first, then the first contact.

    With what is still missing. No names: open a request to see for whom it is.
    """
    found = await service.queue.page(caller, page_size, cursor)
    return Response(found, media_type="application/json")
