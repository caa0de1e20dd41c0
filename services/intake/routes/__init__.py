"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from fastapi import APIRouter

from services.intake.routes import contacts, directory, duty, talks

router = APIRouter()
for part in (contacts.router, talks.router, directory.router, duty.router):
    router.include_router(part)
