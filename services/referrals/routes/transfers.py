"""Transfer batches: help that moves from a provider to the teams, in phases."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals.dependencies import Service
from services.referrals.service.transfers.entries import Wanted
from shared.schemas.base import Body, Page
from shared.schemas.transfers import (
    DoubleProvisionCreate,
    HandoverCreate,
    TransferAcceptanceCreate,
    TransferBatchCreate,
    TransferBatchRead,
    TransferEntryCreate,
    TransferEntryLine,
    TransferEntryRead,
    TransferProposalCreate,
    TransferStayCreate,
    TransferWithdrawalCreate,
)
from shared.vocabulary import TransferStatus
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


def _wanted(
    batch_id: Annotated[UUID | None, Query(alias="batchId")] = None,
    status: Annotated[TransferStatus | None, Query()] = None,
) -> Wanted:
    return Wanted(batch_id, status)


@router.post("/transfer-batches", status_code=HTTPStatus.CREATED)
async def create_transfer_batch(
    request: Body[TransferBatchCreate], caller: Caller, service: Service
) -> TransferBatchRead:
    """Agree on a transfer from one provider to the teams. Nobody is in it: no names in the text."""
    return await service.transfer_batches.create(caller, request)


@router.get("/transfer-batches")
async def list_transfer_batches(
    caller: Caller, service: Service, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[TransferBatchRead]:
    """The transfers and how far they are, the newest first; numbers only, rounded to 5 unless they
    are your own."""
    return await service.transfer_batches.list_all(caller, page_size, cursor)


@router.get("/transfer-batches/{batch_id}")
async def read_transfer_batch(
    batch_id: UUID, caller: Caller, service: Service
) -> TransferBatchRead:
    """One transfer and how far it is; numbers only, rounded to 5 unless they are your own."""
    return await service.transfer_batches.read(caller, batch_id)


@router.post(
    "/transfer-batches/{batch_id}/closings",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def close_transfer_batch(
    batch_id: UUID, caller: Caller, service: Service
) -> TransferBatchRead:
    """Everybody is somewhere: nobody is added from now on. Else 409."""
    return await service.transfer_batches.close(caller, batch_id)


@router.post(
    "/transfer-batches/{batch_id}/withdrawals",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def withdraw_transfer_batch(
    batch_id: UUID, caller: Caller, service: Service
) -> TransferBatchRead:
    """The transfer is off. What no team took over stays; what one did goes on as was agreed."""
    return await service.transfer_batches.withdraw(caller, batch_id)


@router.post("/transfer-batches/{batch_id}/entries", status_code=HTTPStatus.CREATED)
async def add_transfer_entry(
    batch_id: UUID, request: Body[TransferEntryCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """List somebody whom you help: who cannot finish in time, or who does and is finished here."""
    return await service.transfer_entries.add(caller, batch_id, request)


@router.get("/transfer-entries")
async def list_transfer_entries(
    caller: Caller,
    service: Service,
    wanted: Annotated[Wanted, Depends(_wanted)],
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[TransferEntryLine]:
    """Whose help moves: of your own provider, or around your plans; the newest first."""
    return await service.transfer_entries.list_all(caller, wanted, page_size, cursor)


@router.get("/transfer-entries/{entry_id}")
async def read_transfer_entry(
    entry_id: UUID, caller: Caller, service: Service
) -> TransferEntryRead:
    """One person's help that moves, and whether the old help was stopped."""
    return await service.transfer_entries.read(caller, entry_id)


@router.post(
    "/transfer-entries/{entry_id}/proposals",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def propose_transfer(
    entry_id: UUID, request: Body[TransferProposalCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """Ask the team of the plan to take over what the person agreed to; the coordinator hears so."""
    return await service.transfer_entries.propose(caller, entry_id, request)


@router.post(
    "/transfer-entries/{entry_id}/acceptances",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def accept_transfer(
    entry_id: UUID, request: Body[TransferAcceptanceCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """Take over, as the team itself or by a new referral to another provider."""
    return await service.taking_over.accept(caller, entry_id, request)


@router.post(
    "/transfer-entries/{entry_id}/double-provisions",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def plan_double_provision(
    entry_id: UUID, request: Body[DoubleProvisionCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """Say from when until when both help, within the days that were agreed."""
    return await service.taking_over.plan_double(caller, entry_id, request)


@router.post(
    "/transfer-entries/{entry_id}/handovers",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def record_handover(
    entry_id: UUID, request: Body[HandoverCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """The help moved on this day; the provider stops its own after this."""
    return await service.taking_over.hand_over(caller, entry_id, request)


@router.post(
    "/transfer-entries/{entry_id}/stays", status_code=HTTPStatus.CREATED, openapi_extra=CHANGE
)
async def record_stay(
    entry_id: UUID, request: Body[TransferStayCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """The person does not want to move: the help goes on, and the coordinator hears so."""
    return await service.transfer_entries.stay(caller, entry_id, request)


@router.post(
    "/transfer-entries/{entry_id}/withdrawals",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def withdraw_transfer_entry(
    entry_id: UUID, request: Body[TransferWithdrawalCreate], caller: Caller, service: Service
) -> TransferEntryRead:
    """It does not move after all; the help goes on."""
    return await service.transfer_entries.withdraw(caller, entry_id, request)
