"""Consent to share with a provider: recorded, read, taken back."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.consents import ConsentCreate, ConsentRead, Consents, RevocationCreate
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/plans/{plan_id}/consents", status_code=HTTPStatus.CREATED)
async def give_consent(
    plan_id: UUID, request: Body[ConsentCreate], caller: Caller, service: Service
) -> ConsentRead:
    """Record that somebody agrees that one provider hears of them, for what and until when."""
    return await service.consents.give(caller, plan_id, request)


@router.get("/plans/{plan_id}/consents")
async def list_consents(plan_id: UUID, caller: Caller, service: Service) -> Consents:
    """Every consent of a plan, the newest first; what was revoked stays visible."""
    return await service.consents.list_all(caller, plan_id)


@router.get("/consents/{consent_id}")
async def read_consent(consent_id: UUID, caller: Caller, service: Service) -> ConsentRead:
    """One consent, with the ETag that revoking it needs."""
    return await service.consents.read(caller, consent_id)


@router.post("/consents/{consent_id}/revocations", openapi_extra=CHANGE)
async def revoke_consent(
    consent_id: UUID, request: Body[RevocationCreate], caller: Caller, service: Service
) -> ConsentRead:
    """Take a consent back. `revoking` until nothing can be read any more, then `revoked`."""
    return await service.consents.revoke(caller, consent_id, request)
