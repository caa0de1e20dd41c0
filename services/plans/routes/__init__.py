"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from fastapi import APIRouter

from services.plans.routes import (
    circle,
    consents,
    grants,
    leading,
    notices,
    persons,
    plans,
    support,
    work,
)
from shared.web.route import GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["plans"])
for part in (persons, plans, circle, support, consents, leading, grants, notices, work):
    router.include_router(part.router)
