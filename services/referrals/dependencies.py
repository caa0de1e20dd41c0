"""What FastAPI injects into the routes."""

from typing import Annotated

from fastapi import Depends, Request

from services.referrals.service import ReferralsService


async def get_service(request: Request) -> ReferralsService:
    """The use cases of this process."""
    service: ReferralsService = request.app.state.service
    return service


Service = Annotated[ReferralsService, Depends(get_service)]
