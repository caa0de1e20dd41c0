"""What FastAPI injects into the routes."""

from typing import Annotated

from fastapi import Depends, Request

from services.providers.service import ProvidersService


async def get_service(request: Request) -> ProvidersService:
    """The use cases of this process."""
    service: ProvidersService = request.app.state.service
    return service


Service = Annotated[ProvidersService, Depends(get_service)]
