"""Contacts: taken in, taken up, carried over, linked, ended."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.intake.dependencies import Service
from shared.schemas.base import Body, Page
from shared.schemas.intake import (
    Candidates,
    CandidateSearch,
    ConclusionCreate,
    ContactChange,
    ContactCreate,
    ContactRead,
    ContactReceipt,
    HouseholdLinkCreate,
    MeldingCreate,
    RedirectCreate,
    RedirectRead,
    TriageCreate,
)
from shared.vocabulary import ContactStatus
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["intake"])

Status = Annotated[ContactStatus | None, Query()]


@router.post("/contacts", status_code=HTTPStatus.CREATED)
async def create_contact(
    request: Body[ContactCreate], caller: Caller, service: Service
) -> ContactReceipt:
    """Take in anything that reaches a door, also without a name. No question is refused.

    Without `addressedTo` it goes to the front party; the team is the one that serves the wijk
    today, else it lies in the queue of every team of that party. A melding starts the legal terms
    on the day of the first contact (Wmo 2015 art. 2.3.2).
    """
    return await service.contacts.create(caller, request)


@router.get("/contacts")
async def list_contacts(
    caller: Caller,
    service: Service,
    status: Status = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ContactReceipt]:
    """What lies with your team and in the queue of your party: crisis first, then the oldest.

    Without `status`: everything that still asks something of somebody.
    """
    return await service.contacts.work_list(caller, status, page_size, cursor)


@router.get("/contacts/{contact_id}")
async def read_contact(contact_id: UUID, caller: Caller, service: Service) -> ContactRead:
    """A contact with everything that was told."""
    return await service.contacts.read(caller, contact_id)


@router.patch("/contacts/{contact_id}")
async def change_contact(
    contact_id: UUID, request: Body[ContactChange], caller: Caller, service: Service
) -> ContactRead:
    """Write down what was told later. What you send replaces that part; the rest stays."""
    return await service.contacts.change(caller, contact_id, request)


@router.get("/contacts/{contact_id}/receipt")
async def read_receipt(contact_id: UUID, caller: Caller, service: Service) -> ContactReceipt:
    """Where a contact that you brought in is now, without its content."""
    return await service.contacts.read_receipt(caller, contact_id)


@router.post("/contacts/{contact_id}/triage-decisions", openapi_extra=CHANGE)
async def triage_contact(
    contact_id: UUID, request: Body[TriageCreate], caller: Caller, service: Service
) -> ContactRead:
    """Take a contact up: how soon, which signals, who does it. You, unless you name a colleague.

    A contact that was carried over is then taken up for the door that sent it too.
    """
    return await service.triage.take_up(caller, contact_id, request)


@router.post("/contacts/{contact_id}/meldingen", openapi_extra=CHANGE)
async def mark_melding(
    contact_id: UUID, request: Body[MeldingCreate], caller: Caller, service: Service
) -> ContactRead:
    """Mark a contact as a melding, also afterwards; the earliest day of first contact holds."""
    return await service.triage.mark_melding(caller, contact_id, request)


@router.post("/contacts/{contact_id}/candidates/_zoek", openapi_extra=READS)
async def search_candidates(
    contact_id: UUID, request: Body[CandidateSearch], caller: Caller, service: Service
) -> Candidates:
    """Who of the register may this be? Searched with what was told; you type nothing again."""
    del request
    return await service.linking.search(caller, contact_id)


@router.post("/contacts/{contact_id}/household-links", openapi_extra=CHANGE)
async def link_household(
    contact_id: UUID, request: Body[HouseholdLinkCreate], caller: Caller, service: Service
) -> ContactRead:
    """Link a contact to a household of the register, or name the members of a new one.

    Search first. `personId` is who the contact is about; without it the main member.
    """
    return await service.linking.link(caller, contact_id, request)


@router.post("/contacts/{contact_id}/conclusions", openapi_extra=CHANGE)
async def conclude_contact(
    contact_id: UUID, request: Body[ConclusionCreate], caller: Caller, service: Service
) -> ContactRead:
    """End a contact with help, advice or a way that somebody took up. Refusing is not possible.

    Information and advice asks `advice` and nothing else; a plan asks `planId`, a linked household
    and a talk that is completed.
    """
    return await service.triage.conclude(caller, contact_id, request)


@router.post(
    "/contacts/{contact_id}/redirects", status_code=HTTPStatus.ACCEPTED, openapi_extra=CHANGE
)
async def redirect_contact(
    contact_id: UUID, request: Body[RedirectCreate], caller: Caller, service: Service
) -> RedirectRead:
    """Carry a contact over to another party, with its story, its first day and its legal terms.

    Follow `Location` until somebody there has taken it up.
    """
    return await service.redirects.redirect(caller, contact_id, request)


@router.get("/redirects")
async def list_redirects(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[RedirectRead]:
    """What you or your team sent to another door and nobody took up yet: the oldest first.

    `overdue`: it waits longer there than it should; call that door.
    """
    return await service.redirects.waiting(caller, page_size, cursor)


@router.get("/redirects/{redirect_id}")
async def read_redirect(redirect_id: UUID, caller: Caller, service: Service) -> RedirectRead:
    """Where a redirect stands; without content, for both doors."""
    return await service.redirects.read(caller, redirect_id)
