"""What FastAPI injects into the routes."""

from typing import Annotated

from fastapi import Depends, Request

from services.intake.service import IntakeService


async def get_service(request: Request) -> IntakeService:
    """The use cases of this process."""
    service: IntakeService = request.app.state.service
    return service


Service = Annotated[IntakeService, Depends(get_service)]
