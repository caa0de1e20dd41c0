"""The access check and the codes: public knowledge, nothing stored."""

from fastapi import APIRouter

from services.referrals.dependencies import Service
from shared.schemas.access import (
    AccessCheckAnswer,
    AccessCheckRequest,
    AccessComparison,
    AccessOverview,
    AccessOverviewRequest,
)
from shared.schemas.base import Body
from shared.schemas.codes import CodesRead
from shared.web.route import READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post("/access-checks", openapi_extra=READS)
async def check_access(
    request: Body[AccessCheckRequest], caller: Caller, service: Service
) -> AccessCheckAnswer:
    """By which door, who judges, what first, and why. Nothing of it is stored or logged."""
    return await service.access.check(caller, request)


@router.post("/access-overviews", openapi_extra=READS)
async def overview_access(
    request: Body[AccessOverviewRequest], caller: Caller, service: Service
) -> AccessOverview:
    """Everything there is for this situation, the lightest help first. Nothing of it is stored."""
    return await service.access.overview(caller, request)


@router.post("/access-comparisons", openapi_extra=READS)
async def compare_access(
    request: Body[AccessCheckRequest], caller: Caller, service: Service
) -> AccessComparison:
    """Which single fact would change the answer, and how; what opens most comes first."""
    return await service.access.compare(caller, request)


@router.get("/codes")
async def list_codes(caller: Caller, service: Service) -> CodesRead:
    """Every code list of the stelsel of this deployment, with Dutch labels."""
    del caller
    return await service.access.codes()
