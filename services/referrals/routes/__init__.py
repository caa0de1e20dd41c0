"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from fastapi import APIRouter

from services.referrals.routes import (
    access,
    applications,
    attempts,
    consultations,
    continuity,
    contributions,
    involving,
    provisions,
    queue,
    registrations,
    requests,
    service_requests,
    transfers,
)

router = APIRouter()
for part in (
    access,
    requests,
    involving,
    queue,
    attempts,
    continuity,
    applications,
    consultations,
    contributions,
    provisions,
    service_requests,
    registrations,
    transfers,
):
    router.include_router(part.router)
