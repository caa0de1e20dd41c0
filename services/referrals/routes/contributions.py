"""What help costs: that it was told, and when help ran for which a contribution is due."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.dependencies import Service
from shared.schemas.base import Body, Moment, Page
from shared.schemas.contributions import ContributionNoticeCreate, ContributionPeriodRead
from shared.schemas.referrals import ReferralRead
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["contributions"])


@router.post(
    "/referrals/{referral_id}/contribution-notices",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def tell_contribution(
    referral_id: UUID, request: Body[ContributionNoticeCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record that the person was told what this help costs. Nothing is calculated."""
    return await service.contributing.tell(caller, referral_id, request)


@router.get("/contribution-periods")
async def list_contribution_periods(
    caller: Caller,
    service: Service,
    since: Annotated[
        Moment | None, Query(description="Only what began, stopped or changed since then.")
    ] = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ContributionPeriodRead]:
    """When help ran for which a contribution is due, for who tells the CAK: ids and days, no names.

    What changed longest ago comes first.
    """
    return await service.contributions.periods(caller, since, page_size, cursor)
