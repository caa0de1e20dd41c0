"""What referrals asks for whoever takes the formal decision."""

from uuid import UUID

from fastapi import APIRouter

from services.plans.dependencies import Service
from shared.schemas.applications import GrantProjection, GrantProjectionRequest
from shared.schemas.base import Body
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/plans/{plan_id}/grant-projections")
async def compose_grant_projection(
    plan_id: UUID, request: Body[GrantProjectionRequest], caller: Caller, service: Service
) -> GrantProjection:
    """What the party that grants may know of this plan, recorded as a disclosure; no journal."""
    return await service.grants.of_plan(caller, plan_id, request)


@router.post("/households/{household_id}/grant-projections")
async def compose_household_grant_projection(
    household_id: UUID, request: Body[GrantProjectionRequest], caller: Caller, service: Service
) -> GrantProjection:
    """What the party that grants may know of somebody without a plan item."""
    return await service.grants.of_household(caller, household_id, request)
