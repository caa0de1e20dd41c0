"""What FastAPI injects into the routes."""

from typing import Annotated

from fastapi import Depends, Request

from services.plans.service import PlansService


async def get_service(request: Request) -> PlansService:
    """The use cases of this process."""
    service: PlansService = request.app.state.service
    return service


Service = Annotated[PlansService, Depends(get_service)]
