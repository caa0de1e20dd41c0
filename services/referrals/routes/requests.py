"""The request: made, judged, led along a shortlist, ended."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals.dependencies import Service
from services.referrals.service.requests.reading import Asking
from shared.schemas.base import Body, Page
from shared.schemas.referrals import (
    EndingCreate,
    InvolvementCreate,
    JudgementCreate,
    OfferCreate,
    ReferralCreate,
    ReferralRead,
    ShortlistCreate,
    WeighingsCreate,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post("/referrals", status_code=HTTPStatus.CREATED)
async def create_referral(
    request: Body[ReferralCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Ask for a voorziening, by the right door. A wrong door is carried over.

    From the plan; or without one, at the door of your own party, where that door asks for no plan.
    """
    return await service.requests.create(caller, request)


def _asking(
    plan_id: Annotated[UUID | None, Query(alias="planId")] = None,
    household_id: Annotated[UUID | None, Query(alias="householdId")] = None,
) -> Asking:
    return Asking(plan_id, household_id)


@router.get("/referrals")
async def list_referrals(
    caller: Caller,
    service: Service,
    asking: Annotated[Asking, Depends(_asking)],
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ReferralRead]:
    """The requests of one plan, or of one household, newest first. Name exactly one of both."""
    return await service.reading.referrals(caller, asking, page_size, cursor)


@router.get("/referrals/{referral_id}")
async def read_referral(referral_id: UUID, caller: Caller, service: Service) -> ReferralRead:
    """One request with its reasons, its attempts and every step."""
    return await service.reading.referral(caller, referral_id)


@router.post(
    "/referrals/{referral_id}/weighings", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def add_weighings(
    referral_id: UUID, request: Body[WeighingsCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record what was weighed since. When nothing is in the way any more, it is to be judged."""
    return await service.preparing.weigh(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/involvements", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def record_involvement(
    referral_id: UUID, request: Body[InvolvementCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record that another party was told, asked or joined. Nothing is sent to it by this."""
    return await service.preparing.involve(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/judgements", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def judge_referral(
    referral_id: UUID, request: Body[JudgementCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Judge access, by the party that owns it. This is not the formal decision."""
    return await service.judging.judge(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/shortlists", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def agree_shortlist(
    referral_id: UUID, request: Body[ShortlistCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record which providers the client agreed to, in this order."""
    return await service.placing.agree(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/attempts", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def offer_next(
    referral_id: UUID, request: Body[OfferCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Ask the next provider of the shortlist. After a coded no the next one is asked by itself."""
    return await service.placing.offer(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/endings", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def end_referral(
    referral_id: UUID, request: Body[EndingCreate], caller: Caller, service: Service
) -> ReferralRead:
    """End a request before delivery; an open offer is cancelled and disclosure ends."""
    return await service.placing.end(caller, referral_id, request)
