"""The two operations every service has: who looked, and taking in an event."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, ValidationError

from shared.audit.reading import read_audit_records
from shared.errors import Fault, InvalidRequestError
from shared.outbox.inbox import Inbox
from shared.schemas.base import Body, Page
from shared.schemas.events import OWNERS, AuditRecordRead, CloudEvent, EventAccepted
from shared.web.kernel import Kernel
from shared.web.route import DELIVERY, Caller, GuardedRoute


def _digits(value: object) -> object:
    """Only digits: `1_0` and ` 1` are numbers to Python and to nobody else."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("Hier hoort een geheel getal.")
    return value


PageSize = Annotated[int, Query(alias="pageSize", ge=1, le=100), BeforeValidator(_digits)]
Cursor = Annotated[str | None, Query(max_length=500)]


def common_router(service: str) -> APIRouter:
    """The router with the operations every service has."""
    router = APIRouter(route_class=GuardedRoute, tags=[service])

    @router.get("/audit-records")
    async def list_audit_records(
        request: Request,
        caller: Caller,
        subject_id: Annotated[UUID, Query(alias="subjectId")],
        page_size: PageSize = 50,
        cursor: Cursor = None,
    ) -> Page[AuditRecordRead]:
        """Who looked at this person, household or contact: newest first."""
        kernel: Kernel = request.app.state.kernel
        return await read_audit_records(kernel.db, caller, subject_id, page_size, cursor)

    @router.post("/events", status_code=HTTPStatus.ACCEPTED, openapi_extra=DELIVERY)
    async def receive_event(
        request: Request, caller: Caller, event: Body[CloudEvent]
    ) -> EventAccepted:
        """Take in an event of another service: stored first, applied exactly once afterwards."""
        inbox: Inbox = request.app.state.inbox
        _check_sender(event, caller.principal.subject)
        try:
            return await inbox.receive(event)
        except ValidationError:
            detail = "De gegevens passen niet bij deze soort gebeurtenis."
            raise InvalidRequestError(detail, [Fault("/data", "wrong-data", detail)]) from None

    return router


def _check_sender(event: CloudEvent, client: str) -> None:
    """A service may tell of its own state only; whose state a type is about is fixed."""
    if (
        event.source.rsplit(":", maxsplit=1)[-1] != client
        or OWNERS.get(event.type, client) != client
    ):
        detail = "De bron is niet de dienst die dit stuurt, of dit is niet haar eigen nieuws."
        raise InvalidRequestError(detail, [Fault("/source", "wrong-source", detail)])
