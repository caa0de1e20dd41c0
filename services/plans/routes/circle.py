"""Who is around a plan, and what referrals needs to know of it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.plans.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.plans import (
    CircleMemberCreate,
    CircleRead,
    CoordinatorChange,
    DisclosurePackage,
    PackageRequest,
    PlanRead,
    ReferralBasis,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/plans/{plan_id}/coordinator-changes", openapi_extra=CHANGE)
async def change_coordinator(
    plan_id: UUID, request: Body[CoordinatorChange], caller: Caller, service: Service
) -> PlanRead:
    """Another coordinator from now on; the old one ends at the same moment."""
    return await service.circle.change_coordinator(caller, plan_id, request)


@router.post("/plans/{plan_id}/circle-members", status_code=HTTPStatus.CREATED)
async def engage(
    plan_id: UUID, request: Body[CircleMemberCreate], caller: Caller, service: Service
) -> CircleRead:
    """Call somebody in on the plan. Plan and coordinator stay where they are."""
    return await service.circle.engage(caller, plan_id, request)


@router.get("/plans/{plan_id}/circle")
async def read_circle(plan_id: UUID, caller: Caller, service: Service) -> CircleRead:
    """Who is around the plan now."""
    return await service.circle.read(caller, plan_id)


@router.get("/circles")
async def list_circles(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[CircleRead]:
    """The circle of every plan, for a service that rebuilds what it knows. Opaque ids only."""
    return await service.circle.list_all(caller, page_size, cursor)


@router.get("/plans/{plan_id}/referral-basis")
async def read_referral_basis(
    plan_id: UUID,
    support_item_id: Annotated[UUID, Query(alias="supportItemId")],
    caller: Caller,
    service: Service,
) -> ReferralBasis:
    """What must be known of a plan before leading somebody anywhere. No name is in it."""
    return await service.disclosures.basis(caller, plan_id, support_item_id)


@router.post("/plans/{plan_id}/disclosure-packages")
async def compose_package(
    plan_id: UUID, request: Body[PackageRequest], caller: Caller, service: Service
) -> DisclosurePackage:
    """What one provider may hear, in two stages; recorded as a disclosure of each person in it.

    The same key gives the same package, as long as it may still be shared.
    """
    return await service.disclosures.compose(caller, plan_id, request)
