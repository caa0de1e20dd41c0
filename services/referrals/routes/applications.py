"""The formal decision: asked, taken, objected to; and the grant that came of it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.dependencies import Service
from shared.schemas.applications import (
    ApplicationCreate,
    ApplicationInShort,
    ApplicationRead,
    ApplicationWithdrawalCreate,
    DecisionCreate,
    ExtensionCreate,
    GrantChangeCreate,
    GrantRead,
    GrantWithdrawalCreate,
    ObjectionCreate,
    ObjectionOutcomeCreate,
    ObjectionRead,
    ReexaminationCreate,
    ResumptionCreate,
    SuspensionCreate,
)
from shared.schemas.base import Body, Page
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])
_CREATED = HTTPStatus.CREATED


@router.post("/applications", status_code=_CREATED)
async def apply_for_decision(
    request: Body[ApplicationCreate], caller: Caller, service: Service
) -> ApplicationRead:
    """Ask a formal decision: always possible, also after a no and without a plan or a request.

    Client support asks for who authorised it, by householdId and personId of the receipt of its
    contact; the request that it is about is found.
    """
    return await service.applying.apply(caller, request)


@router.get("/applications")
async def list_applications(
    caller: Caller,
    service: Service,
    plan_id: Annotated[UUID | None, Query(alias="planId")] = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ApplicationInShort]:
    """Nearest term first: those of a plan, or without one all that wait for a decision."""
    return await service.applications.list_all(caller, plan_id, page_size, cursor)


@router.get("/applications/{application_id}")
async def read_application(
    application_id: UUID, caller: Caller, service: Service
) -> ApplicationRead:
    """One application: its terms, what the grantor may know, the decision, the objections."""
    return await service.applications.read(caller, application_id)


@router.post(
    "/applications/{application_id}/suspensions", status_code=_CREATED, openapi_extra=CHANGE
)
async def suspend_application(
    application_id: UUID, request: Body[SuspensionCreate], caller: Caller, service: Service
) -> ApplicationRead:
    """Something is missing that only the person can give: the term stands still (Awb 4:15)."""
    return await service.deciding.suspend(caller, application_id, request)


@router.post(
    "/applications/{application_id}/resumptions", status_code=_CREATED, openapi_extra=CHANGE
)
async def resume_application(
    application_id: UUID, request: Body[ResumptionCreate], caller: Caller, service: Service
) -> ApplicationRead:
    """It came in: the term runs on."""
    return await service.deciding.resume(caller, application_id, request)


@router.post(
    "/applications/{application_id}/extensions", status_code=_CREATED, openapi_extra=CHANGE
)
async def extend_application(
    application_id: UUID, request: Body[ExtensionCreate], caller: Caller, service: Service
) -> ApplicationRead:
    """More time for the decision, once, with the reason (Awb 4:14)."""
    return await service.deciding.extend(caller, application_id, request)


@router.post("/applications/{application_id}/decisions", status_code=_CREATED, openapi_extra=CHANGE)
async def decide_application(
    application_id: UUID, request: Body[DecisionCreate], caller: Caller, service: Service
) -> ApplicationRead:
    """The formal decision, by the party that grants: reasons, and what now in plain Dutch.

    A request that waits for it goes on, or ends in a no; the household stays with the team.
    """
    return await service.deciding.decide(caller, application_id, request)


@router.post(
    "/applications/{application_id}/withdrawals", status_code=_CREATED, openapi_extra=CHANGE
)
async def withdraw_application(
    application_id: UUID,
    request: Body[ApplicationWithdrawalCreate],
    caller: Caller,
    service: Service,
) -> ApplicationRead:
    """The person does not want a decision any more."""
    return await service.applications.withdraw(caller, application_id, request)


@router.post(
    "/applications/{application_id}/objections", status_code=_CREATED, openapi_extra=CHANGE
)
async def lodge_objection(
    application_id: UUID, request: Body[ObjectionCreate], caller: Caller, service: Service
) -> ObjectionRead:
    """Object to the decision. Too late is written down as late; it is never refused here."""
    return await service.applications.object(caller, application_id, request)


@router.get("/objections/{objection_id}")
async def read_objection(objection_id: UUID, caller: Caller, service: Service) -> ObjectionRead:
    """One objection and what came of it."""
    return await service.applications.objection(caller, objection_id)


@router.post("/objections/{objection_id}/outcomes", status_code=_CREATED, openapi_extra=CHANGE)
async def settle_objection(
    objection_id: UUID, request: Body[ObjectionOutcomeCreate], caller: Caller, service: Service
) -> ObjectionRead:
    """What came of an objection. Upheld: the application waits for a new decision."""
    return await service.deciding.settle_objection(caller, objection_id, request)


@router.get("/grants")
async def list_grants(
    caller: Caller, service: Service, plan_id: Annotated[UUID, Query(alias="planId")]
) -> Page[GrantRead]:
    """The grants of one plan, the newest first."""
    return await service.grants.of_plan(caller, plan_id)


@router.get("/grants/{grant_id}")
async def read_grant(grant_id: UUID, caller: Caller, service: Service) -> GrantRead:
    """One grant: what, in which form, from when until when, and what happened to it."""
    return await service.grants.read(caller, grant_id)


@router.post("/grants/{grant_id}/changes", status_code=_CREATED, openapi_extra=CHANGE)
async def change_grant(
    grant_id: UUID, request: Body[GrantChangeCreate], caller: Caller, service: Service
) -> GrantRead:
    """Change a running grant; what is left out stays (Wmo 2.3.9)."""
    return await service.grants.change(caller, grant_id, request)


@router.post("/grants/{grant_id}/reexaminations", status_code=_CREATED, openapi_extra=CHANGE)
async def reexamine_grant(
    grant_id: UUID, request: Body[ReexaminationCreate], caller: Caller, service: Service
) -> GrantRead:
    """The grant was looked at again (Wmo 2.3.9)."""
    return await service.grants.reexamine(caller, grant_id, request)


@router.post("/grants/{grant_id}/withdrawals", status_code=_CREATED, openapi_extra=CHANGE)
async def withdraw_grant(
    grant_id: UUID, request: Body[GrantWithdrawalCreate], caller: Caller, service: Service
) -> GrantRead:
    """Withdraw a grant, with its ground, and what now (Wmo 2.3.10)."""
    return await service.grants.withdraw(caller, grant_id, request)
