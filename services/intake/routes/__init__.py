"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from fastapi import APIRouter

from services.intake.routes import contacts, directory, talks

router = APIRouter()
for part in (contacts.router, talks.router, directory.router):
    router.include_router(part)
