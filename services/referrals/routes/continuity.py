"""Around and after help: going back to the team, aftercare, and asking support again."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.referrals.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.continuity import (
    AftercareContactCreate,
    AftercareCreate,
    AftercareEndingCreate,
    RecallCreate,
    ReturnAgreementCreate,
)
from shared.schemas.referrals import ReferralRead
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


@router.post(
    "/referrals/{referral_id}/return-agreements",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def agree_return(
    referral_id: UUID, request: Body[ReturnAgreementCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record when the person can go back to support by the team. The last agreement holds."""
    return await service.returning.agree(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/aftercare", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def open_aftercare(
    referral_id: UUID, request: Body[AftercareCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Keep in touch after help has ended: how often, and when first."""
    return await service.aftercare.open(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/aftercare-contacts",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def record_aftercare_contact(
    referral_id: UUID, request: Body[AftercareContactCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Record that there was contact and how it goes; the day of the next one is set."""
    return await service.aftercare.record_contact(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/recalls", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def recall_referral(
    referral_id: UUID, request: Body[RecallCreate], caller: Caller, service: Service
) -> ReferralRead:
    """Ask intensive support again from aftercare, without a new intake.

    First contact and urgency stay. Every provider may be asked again, along a new shortlist; where
    the decision is over it is judged first.
    """
    return await service.aftercare.recall(caller, referral_id, request)


@router.post(
    "/referrals/{referral_id}/aftercare-endings",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def end_aftercare(
    referral_id: UUID, request: Body[AftercareEndingCreate], caller: Caller, service: Service
) -> ReferralRead:
    """End the aftercare with a code of `aftercareEndCodes`."""
    return await service.aftercare.end(caller, referral_id, request)
