"""Persons and households."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.plans.dependencies import Service
from shared.schemas.base import Body
from shared.schemas.persons import (
    HouseholdCreate,
    HouseholdRead,
    MemberCreate,
    PersonMatches,
    PersonSearch,
)
from shared.web.route import READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute)


@router.post("/persons/_zoek", openapi_extra=READS)
async def search_persons(
    request: Body[PersonSearch], caller: Caller, service: Service
) -> PersonMatches:
    """Search the register in one of three ways; everybody shown is recorded as looked at.

    By BSN; by surname (at least two letters) and birth date; by postcode and house number. A
    shielded address is in no answer and finds nobody.
    """
    return await service.persons.search(caller, request)


@router.post("/households", status_code=HTTPStatus.CREATED)
async def create_household(
    request: Body[HouseholdCreate], caller: Caller, service: Service
) -> HouseholdRead:
    """Write a household down: persons from the register and new ones, exactly one of them main."""
    return await service.households.create(caller, request)


@router.get("/households/{household_id}")
async def read_household(household_id: UUID, caller: Caller, service: Service) -> HouseholdRead:
    """A household and who is in it now. With an open plan only the circle of the plan sees it."""
    return await service.households.read(caller, household_id)


@router.post("/households/{household_id}/members", status_code=HTTPStatus.CREATED)
async def add_member(
    household_id: UUID, request: Body[MemberCreate], caller: Caller, service: Service
) -> HouseholdRead:
    """Somebody more in the household, from today."""
    return await service.households.add_member(caller, household_id, request)
