"""The plan: opening, reading, changing and closing it."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Response

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.plans import (
    AgreementCreate,
    AgreementRead,
    EvaluationCreate,
    EvaluationMomentCreate,
    EvaluationMomentRead,
    EvaluationRead,
    PlanChange,
    PlanCreate,
    PlanRead,
    PlanView,
)
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/plans", status_code=HTTPStatus.CREATED)
async def open_plan(request: Body[PlanCreate], caller: Caller, service: Service) -> PlanRead:
    """Open the one plan of a household. Without `coordinator` the caller coordinates.

    The first evaluation is planned at once, by the interval of the stelsel.
    """
    return await service.plans.open(caller, request)


@router.get("/plans/{plan_id}", response_model=PlanView)
async def read_plan(plan_id: UUID, caller: Caller, service: Service) -> Response:
    """The plan with everything that the caller may see, in one answer; its ETag is the plan's."""
    found = await service.plans.read(caller, plan_id)
    return Response(found, media_type="application/json")


@router.patch("/plans/{plan_id}")
async def change_plan(
    plan_id: UUID, request: Body[PlanChange], caller: Caller, service: Service
) -> PlanRead:
    """Change what the plan says, or who directs it; a field left out stays as it is."""
    return await service.plans.change(caller, plan_id, request)


@router.post("/plans/{plan_id}/agreements", status_code=HTTPStatus.CREATED)
async def record_agreements(
    plan_id: UUID, request: Body[AgreementCreate], caller: Caller, service: Service
) -> AgreementRead:
    """Write down what members say of the plan. It runs without all of them; a no is kept."""
    return await service.agreements.record(caller, plan_id, request)


@router.post("/plans/{plan_id}/evaluation-moments", status_code=HTTPStatus.CREATED)
async def plan_evaluation(
    plan_id: UUID, request: Body[EvaluationMomentCreate], caller: Caller, service: Service
) -> EvaluationMomentRead:
    """Plan a moment to look at the plan again. Two on one day are one."""
    return await service.evaluations.plan(caller, plan_id, request)


@router.post("/plans/{plan_id}/evaluations", status_code=HTTPStatus.CREATED)
async def hold_evaluation(
    plan_id: UUID, request: Body[EvaluationCreate], caller: Caller, service: Service
) -> EvaluationRead:
    """An evaluation was held: a decision about all help that runs, and the next moment.

    Without `momentId` it was the earliest moment that was planned.
    """
    return await service.evaluations.hold(caller, plan_id, request)


@router.post("/plans/{plan_id}/closings", openapi_extra=CHANGE)
async def close_plan(plan_id: UUID, caller: Caller, service: Service) -> PlanRead:
    """Close a plan in which all help has stopped. The circle ends at the same moment."""
    return await service.plans.close(caller, plan_id)
