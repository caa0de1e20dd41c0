"""What lies with a party that must be around a request and does not judge it."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.referrals.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.involving import InvolvementItem, InvolvementReceiptCreate
from shared.web.common import Cursor, PageSize
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.get("/involvements")
async def list_involvements(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[InvolvementItem]:
    """Requests that your party must be around and nobody of it took up: safety first.

    Nobody recognisable is in it: call who coordinates. Where your party may be around a request it
    is here once somebody told or asked it.
    """
    return await service.involving.page(caller, page_size, cursor)


@router.post("/referrals/{referral_id}/involvement-receipts", status_code=HTTPStatus.CREATED)
async def take_up_involvement(
    referral_id: UUID,
    request: Body[InvolvementReceiptCreate],
    caller: Caller,
    service: Service,
) -> InvolvementItem:
    """Your party took this up: whoever coordinates sees it. Said twice it is said once."""
    return await service.involving.take_up(caller, referral_id, request)
