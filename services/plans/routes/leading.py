"""What referrals asks of a household for which somebody is led without a plan."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.leading import HouseholdBasis, HouseholdPackageRequest
from shared.schemas.plans import DisclosurePackage
from shared.web.route import Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.get("/households/{household_id}/referral-basis")
async def read_household_basis(
    household_id: UUID,
    person_id: Annotated[UUID, Query(alias="personId")],
    caller: Caller,
    service: Service,
) -> HouseholdBasis:
    """What must be known of a household before leading somebody without a plan. No name is in it.

    Also for the party whose contact was linked to it not long ago, and for the party that judges
    or places an open request for it.
    """
    return await service.leading.basis(caller, household_id, person_id)


@router.post("/households/{household_id}/disclosure-packages")
async def compose_household_package(
    household_id: UUID, request: Body[HouseholdPackageRequest], caller: Caller, service: Service
) -> DisclosurePackage:
    """What one provider may hear of somebody without a plan item, recorded as a disclosure."""
    return await service.leading.compose(caller, household_id, request)
