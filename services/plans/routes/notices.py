"""What the team hears of help that somebody arranged at a provider."""

from http import HTTPStatus

from fastapi import APIRouter

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.registrations import RegistrationNotice, RegistrationNoticeReceipt
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/registration-notices", status_code=HTTPStatus.ACCEPTED)
async def hear_registration(
    request: Body[RegistrationNotice], caller: Caller, service: Service
) -> RegistrationNoticeReceipt:
    """A client registered at a provider agreed that the coordinator hears; for referrals alone.

    The answer is the same whoever it is about, and whether there is a coordinator or not.
    """
    return await service.notices.hear(caller, request)
