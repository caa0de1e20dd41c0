"""Advice: asked of another party, given, and what was done with it. The question stays its own."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals.dependencies import Service
from services.referrals.service.advice.consultations import Wanted, Whose
from shared.schemas.base import Body, Page
from shared.schemas.consultations import (
    AdviceCreate,
    AskingCreate,
    ConsultationCreate,
    ConsultationRead,
    ConsultationRedirectCreate,
    ConsultationSearch,
    EarlierAdvice,
    InformationCreate,
    InformationRequestCreate,
    OutcomeCreate,
    TakingUpCreate,
    WithdrawalCreate,
)
from shared.vocabulary import ConsultationStatus
from shared.web.common import Cursor, PageSize
from shared.web.route import CHANGE, READS, Caller, GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["referrals"])


def _wanted(
    plan_id: Annotated[UUID | None, Query(alias="planId")] = None,
    status: Annotated[ConsultationStatus | None, Query()] = None,
    side: Annotated[
        Whose | None, Query(description="`asked`: by you; `addressed`: to your party. Absent: both")
    ] = None,
) -> Wanted:
    return Wanted(plan_id, status, side)


@router.post("/consultations", status_code=HTTPStatus.CREATED)
async def create_consultation(
    request: Body[ConsultationCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Ask advice; `draft` keeps it to yourself; `byTelephone` writes down what was advised already.

    `anonymous` needs no consent and may hold nothing that points at a person: a text in which one
    can be recognised is a 400 that says which kind of data it was, and nothing is stored.
    `identified` names the plan and the ground to share; a provider is asked on a recorded consent.
    """
    return await service.asking.create(caller, request)


@router.get("/consultations")
async def list_consultations(
    caller: Caller,
    service: Service,
    wanted: Annotated[Wanted, Depends(_wanted)],
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ConsultationRead]:
    """What you asked and what was asked of your party, or what was asked about one plan.

    The oldest asked first, counted from its first day.
    """
    return await service.consultations.list_all(caller, wanted, page_size, cursor)


@router.post("/advices/_zoek", openapi_extra=READS)
async def search_consultations(
    request: Body[ConsultationSearch], caller: Caller, service: Service
) -> Page[EarlierAdvice]:
    """Earlier advice, by kind of question, voorziening and party. Nothing in it is about a person.

    Of identified questions only the kind is told, and only where many others are like it.
    """
    return await service.consultations.search(caller, request)


@router.get("/consultations/{consultation_id}")
async def read_consultation(
    consultation_id: UUID, caller: Caller, service: Service
) -> ConsultationRead:
    """One consultation with every step."""
    return await service.consultations.read(caller, consultation_id)


@router.post(
    "/consultations/{consultation_id}/askings",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def ask_consultation(
    consultation_id: UUID, request: Body[AskingCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Ask what was kept as a draft."""
    return await service.asking.ask(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/takings-up",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def take_up_consultation(
    consultation_id: UUID, request: Body[TakingUpCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Take up a question that was asked of your party."""
    return await service.advising.take_up(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/information-requests",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def request_consultation_information(
    consultation_id: UUID,
    request: Body[InformationRequestCreate],
    caller: Caller,
    service: Service,
) -> ConsultationRead:
    """Ask to know more before you advise."""
    return await service.advising.request_information(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/additions",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def add_consultation_information(
    consultation_id: UUID, request: Body[InformationCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Add what who advises asked for; an anonymous question stays anonymous."""
    return await service.advising.add_information(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/advices",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def advise_consultation(
    consultation_id: UUID, request: Body[AdviceCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Give the advice. What is done with it is up to who asked."""
    return await service.advising.advise(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/outcomes",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def record_consultation_outcome(
    consultation_id: UUID, request: Body[OutcomeCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Say what you did with the advice: followed, departed (with why), or became a referral."""
    return await service.advising.record_outcome(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/withdrawals",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def withdraw_consultation(
    consultation_id: UUID, request: Body[WithdrawalCreate], caller: Caller, service: Service
) -> ConsultationRead:
    """Take the question back."""
    return await service.advising.withdraw(caller, consultation_id, request)


@router.post(
    "/consultations/{consultation_id}/redirections",
    status_code=HTTPStatus.CREATED,
    openapi_extra=CHANGE,
)
async def redirect_consultation(
    consultation_id: UUID,
    request: Body[ConsultationRedirectCreate],
    caller: Caller,
    service: Service,
) -> ConsultationRead:
    """Bring the question to another party, with its first date; it stays the asker's own.

    About a person and redirected by who advises, it becomes a draft that the asker can send.
    """
    return await service.passing.redirect(caller, consultation_id, request)
