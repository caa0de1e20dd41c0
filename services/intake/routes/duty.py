"""When everything is closed: who is reachable, a crisis, who else is told, and handing back."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.intake.dependencies import Service
from shared.schemas.base import Body, Code, Moment, Page
from shared.schemas.crisis import CrisisContactCreate, CrisisReceipt
from shared.schemas.duty import (
    DutyCancellationCreate,
    DutyRead,
    DutyReviewCreate,
    DutyReviewRead,
    DutyShiftPut,
    DutyShiftRead,
    HandbackCreate,
    HandbackRead,
    InvolvementCreate,
    InvolvementRead,
)
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["intake"])

Party = Annotated[Code, Query()]
At = Annotated[Moment | None, Query()]


@router.get("/duty")
async def read_duty(caller: Caller, service: Service, party: Party, at: At = None) -> DutyRead:
    """Who of a party is reachable now, or at a moment (Wmo 2015 art. 2.3.3).

    When nobody is: when the next shift begins, which other parties answer, and what always works.
    """
    return await service.duty.who(caller, party, at)


@router.get("/duty-shifts")
async def list_duty_shifts(
    caller: Caller, service: Service, party: Party, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[DutyShiftRead]:
    """The roster of a party: the shifts that run or must still begin, in their order."""
    return await service.duty.shifts(caller, party, page_size, cursor)


@router.get("/duty-shifts/{shift_id}")
async def read_duty_shift(shift_id: UUID, caller: Caller, service: Service) -> DutyShiftRead:
    """One shift of the roster."""
    return await service.duty.read_shift(caller, shift_id)


@router.put("/duty-shifts/{shift_id}")
async def put_duty_shift(
    shift_id: UUID, request: Body[DutyShiftPut], caller: Caller, service: Service
) -> DutyShiftRead:
    """Make a shift (`If-None-Match: *`) or change it (`If-Match`); two desks may answer at once.

    At most seven days, never in the past. A shift that runs keeps its begin and its person.
    """
    return await service.duty.put_shift(caller, shift_id, request)


@router.post("/duty-shifts/{shift_id}/cancellations", openapi_extra=CHANGE)
async def cancel_duty_shift(
    shift_id: UUID, request: Body[DutyCancellationCreate], caller: Caller, service: Service
) -> DutyShiftRead:
    """Nobody answers this desk after all: from now on nobody is told that somebody does."""
    del request
    return await service.duty.cancel(caller, shift_id)


@router.post("/crisis-contacts", status_code=HTTPStatus.CREATED)
async def create_crisis_contact(
    request: Body[CrisisContactCreate], caller: Caller, service: Service
) -> CrisisReceipt:
    """Take in somebody who needs help now, in three fields; the rest may follow.

    It is a melding from today, at your own door. It goes to the team of the wijk; on duty, and
    where no team is known, it stays with you until you hand it back. `owed` says what must follow.
    """
    return await service.crisis.create(caller, request)


@router.post("/contacts/{contact_id}/involvements", status_code=HTTPStatus.CREATED)
async def create_involvement(
    contact_id: UUID, request: Body[InvolvementCreate], caller: Caller, service: Service
) -> InvolvementRead:
    """Write down that another party was told, asked or came along; a meldcode step with it.

    The contact stays with you. With `share` and a reason that party gets a contact of its own with
    what was told: not your notes, no household, no plan.
    """
    return await service.involvements.add(caller, contact_id, request)


@router.post(
    "/contacts/{contact_id}/handbacks", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def hand_back_contact(
    contact_id: UUID, request: Body[HandbackCreate], caller: Caller, service: Service
) -> HandbackRead:
    """Give what was done out of hours to the team of the area: name the team, or the wijk.

    You read a contact that you took in on duty until the end of the next working day.
    """
    return await service.handbacks.hand_back(caller, contact_id, request)


@router.get("/duty-reviews")
async def list_duty_reviews(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[DutyReviewRead]:
    """What was taken in on duty and nobody looked at yet: the oldest first, without content."""
    return await service.handbacks.reviews(caller, page_size, cursor)


@router.post("/contacts/{contact_id}/duty-reviews", status_code=HTTPStatus.CREATED)
async def review_duty(
    contact_id: UUID, request: Body[DutyReviewCreate], caller: Caller, service: Service
) -> DutyReviewRead:
    """Confirm that somebody else than the maker looked at what was done on duty."""
    return await service.handbacks.review(caller, contact_id, request)
