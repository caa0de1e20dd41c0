"""Goals and the help for them."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.plans import (
    GoalChange,
    GoalCreate,
    GoalRead,
    SupportItemCreate,
    SupportItemRead,
)
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/plans/{plan_id}/goals", status_code=HTTPStatus.CREATED)
async def add_goal(
    plan_id: UUID, request: Body[GoalCreate], caller: Caller, service: Service
) -> GoalRead:
    """What the household wants to reach. Without `memberIds` it is for the whole household."""
    return await service.goals.add(caller, plan_id, request)


@router.get("/goals/{goal_id}")
async def read_goal(goal_id: UUID, caller: Caller, service: Service) -> GoalRead:
    """One goal, with the ETag that a change of it needs."""
    return await service.goals.read(caller, goal_id)


@router.patch("/goals/{goal_id}")
async def change_goal(
    goal_id: UUID, request: Body[GoalChange], caller: Caller, service: Service
) -> GoalRead:
    """A goal reached, dropped, taken up again or said better."""
    return await service.goals.change(caller, goal_id, request)


@router.post("/plans/{plan_id}/support-items", status_code=HTTPStatus.CREATED)
async def add_support_item(
    plan_id: UUID, request: Body[SupportItemCreate], caller: Caller, service: Service
) -> SupportItemRead:
    """Help for goals of the plan, as light as fits: every lighter step is weighed in words."""
    return await service.support.add(caller, plan_id, request)


@router.get("/plans/{plan_id}/support-items/{support_item_id}")
async def read_support_item(
    plan_id: UUID, support_item_id: UUID, caller: Caller, service: Service
) -> SupportItemRead:
    """One support item, with the ETag that a change of it needs."""
    return await service.support.read(caller, plan_id, support_item_id)


@router.post("/plans/{plan_id}/support-items/{support_item_id}/starts", openapi_extra=CHANGE)
async def start_support_item(
    plan_id: UUID, support_item_id: UUID, caller: Caller, service: Service
) -> SupportItemRead:
    """Help without a referral begins: by the team itself or from the sociale basis."""
    return await service.support.start(caller, plan_id, support_item_id)
