"""HTTP surface. A route reads the request, calls one use case and returns its result."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from services.providers.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.providers import (
    CapacityChangeCreate,
    CapacityPut,
    CapacityRead,
    ConfirmationCreate,
    ContractEndingCreate,
    ContractPut,
    ContractRead,
    LocationPut,
    LocationRead,
    Matches,
    MatchSearch,
    OrganisationPut,
    OrganisationRead,
    PlaceReturnCreate,
    PlaceReturnRead,
    PlaceSearch,
    PlacesFound,
    ReleaseCreate,
    ReservationCreate,
    ReservationRead,
    ResumptionCreate,
    SuspensionCreate,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["providers"])


@router.get("/organisations")
async def list_organisations(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[OrganisationRead]:
    """Organisations of the registry, by name."""
    return await service.registry.list_organisations(caller, page_size, cursor)


@router.get("/organisations/{organisation_id}")
async def read_organisation(
    organisation_id: UUID, caller: Caller, service: Service
) -> OrganisationRead:
    """One organisation."""
    return await service.registry.read_organisation(caller, organisation_id)


@router.put("/organisations/{organisation_id}")
async def put_organisation(
    organisation_id: UUID, request: Body[OrganisationPut], caller: Caller, service: Service
) -> OrganisationRead:
    """Make an organisation (`If-None-Match: *`) or change it (`If-Match`)."""
    return await service.registry.put_organisation(caller, organisation_id, request)


@router.get("/locations/{location_id}")
async def read_location(location_id: UUID, caller: Caller, service: Service) -> LocationRead:
    """One location; of a confidential one neither name nor area."""
    return await service.registry.read_location(caller, location_id)


@router.put("/locations/{location_id}")
async def put_location(
    location_id: UUID, request: Body[LocationPut], caller: Caller, service: Service
) -> LocationRead:
    """Make a location (`If-None-Match: *`) or change it (`If-Match`)."""
    return await service.registry.put_location(caller, location_id, request)


@router.get("/contracts/{contract_id}")
async def read_contract(contract_id: UUID, caller: Caller, service: Service) -> ContractRead:
    """One contract."""
    return await service.registry.read_contract(caller, contract_id)


@router.put("/contracts/{contract_id}")
async def put_contract(
    contract_id: UUID, request: Body[ContractPut], caller: Caller, service: Service
) -> ContractRead:
    """Make a contract (`If-None-Match: *`) or change it (`If-Match`)."""
    return await service.registry.put_contract(caller, contract_id, request)


@router.post("/contracts/{contract_id}/endings", openapi_extra=CHANGE)
async def end_contract(
    contract_id: UUID, request: Body[ContractEndingCreate], caller: Caller, service: Service
) -> ContractRead:
    """End a contract: from that day nobody is offered or placed by it. Help that runs goes on."""
    return await service.endings.end_contract(caller, contract_id, request)


@router.post("/organisations/{organisation_id}/suspensions", openapi_extra=CHANGE)
async def suspend_organisation(
    organisation_id: UUID, request: Body[SuspensionCreate], caller: Caller, service: Service
) -> OrganisationRead:
    """Stop asking an organisation: open offers to it lapse, nobody new is placed there."""
    return await service.endings.suspend(caller, organisation_id, request)


@router.post("/organisations/{organisation_id}/resumptions", openapi_extra=CHANGE)
async def resume_organisation(
    organisation_id: UUID, request: Body[ResumptionCreate], caller: Caller, service: Service
) -> OrganisationRead:
    """End a suspension: the organisation can be asked again."""
    return await service.endings.resume(caller, organisation_id, request)


@router.get("/capacities/{capacity_id}")
async def read_capacity(capacity_id: UUID, caller: Caller, service: Service) -> CapacityRead:
    """The room of one contract at one location."""
    return await service.calendar.read(caller, capacity_id)


@router.put("/capacities/{capacity_id}")
async def put_capacity(
    capacity_id: UUID, request: Body[CapacityPut], caller: Caller, service: Service
) -> CapacityRead:
    """Say how many places there are, never fewer than are taken."""
    return await service.registry.put_capacity(caller, capacity_id, request)


@router.post("/capacities/{capacity_id}/changes", status_code=HTTPStatus.CREATED)
async def announce_capacity(
    capacity_id: UUID, request: Body[CapacityChangeCreate], caller: Caller, service: Service
) -> CapacityRead:
    """Say how many places there will be from a day on; matching and holding go by it that day."""
    return await service.calendar.announce(caller, capacity_id, request)


@router.post("/matches/_zoek", openapi_extra=READS)
async def search_matches(request: Body[MatchSearch], caller: Caller, service: Service) -> Matches:
    """Who is contracted for this, works here and has room; and who does not fit, with why not."""
    return await service.matching.match(caller, request)


@router.post("/places/_zoek", openapi_extra=READS)
async def search_places(
    request: Body[PlaceSearch], caller: Caller, service: Service
) -> PlacesFound:
    """Every free place tonight, or on a day, across providers, with how old that news is.

    A confidential location is "een plek": no name, no address, no area. Call the organisation.
    """
    return await service.places.search(caller, request)


@router.post("/reservations", status_code=HTTPStatus.CREATED)
async def create_reservation(
    request: Body[ReservationCreate], caller: Caller, service: Service
) -> ReservationRead:
    """Hold a place for an accepted attempt."""
    return await service.reservations.reserve(caller, request)


@router.post("/reservations/{reservation_id}/releases")
async def release_reservation(
    reservation_id: UUID, request: Body[ReleaseCreate], caller: Caller, service: Service
) -> ReservationRead:
    """Give a place back."""
    return await service.reservations.release(caller, reservation_id, request)


@router.post("/place-returns")
async def return_place(
    request: Body[PlaceReturnCreate], caller: Caller, service: Service
) -> PlaceReturnRead:
    """Give back what an attempt holds, by the attempt: also what was held and never answered."""
    return await service.reservations.return_of(caller, request)


@router.post("/reservations/{reservation_id}/confirmations")
async def confirm_reservation(
    reservation_id: UUID, request: Body[ConfirmationCreate], caller: Caller, service: Service
) -> ReservationRead:
    """Help began on this day: the place is used. A place that is not confirmed in time lapses.

    Told again for the same day it is answered again; another day is refused.
    """
    return await service.reservations.confirm(caller, reservation_id, request)
