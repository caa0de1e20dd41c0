"""The operations every service has: who looked, taking in an event, and its dead letters."""

from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, ValidationError

from shared.audit.reading import read_audit_records
from shared.auth.call import Call
from shared.errors import Fault, InvalidRequestError
from shared.outbox.inbox import Inbox
from shared.schemas.base import Body, Page
from shared.schemas.events import OWNERS, AuditRecordRead, CloudEvent, EventAccepted
from shared.schemas.operations import DeadLetterRead, RedriveRead
from shared.vocabulary import Reach
from shared.web.kernel import CanReach, Kernel
from shared.web.route import DELIVERY, Caller, GuardedRoute
from shared.web.upkeep import Doer, record_redrive

_DEAD_LETTER: Final = "dead_letter"


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

    _add_dead_letters(router)
    return router


def _add_dead_letters(router: APIRouter) -> None:
    @router.get("/dead-letters")
    async def list_dead_letters(
        request: Request, caller: Caller, page_size: PageSize = 50, cursor: Cursor = None
    ) -> Page[DeadLetterRead]:
        """What this service could not deliver or apply, the oldest first; never its content."""
        return await _dead_letters(request.app.state.kernel, caller, page_size, cursor)

    @router.post("/dead-letters/{letter_id}/redrives", status_code=HTTPStatus.ACCEPTED)
    async def redrive_dead_letter(letter_id: UUID, request: Request, caller: Caller) -> RedriveRead:
        """Put a dead letter back in line: it is due at once, with all its tries."""
        return await _redrive(request.app.state.kernel, caller, letter_id)


async def _dead_letters(
    kernel: Kernel, call: Call, size: int, cursor: str | None
) -> Page[DeadLetterRead]:
    query = f"dead-letters/{size}"
    position = call.position(query, cursor)
    after = None if position is None else UUID(position[0])
    async with kernel.db.transaction() as session:
        found = await kernel.jobs.dead_letters(session, after, size + 1)
    shown = found[:size]
    more = call.cursor(query, [str(shown[-1].id)]) if len(found) > size else None
    return Page(items=tuple(DeadLetterRead.model_validate(item) for item in shown), next=more)


async def _redrive(kernel: Kernel, call: Call, letter: UUID) -> RedriveRead:
    async with kernel.db.transaction(call.once) as session:
        found = await kernel.jobs.redrive(session, letter)
        answer = call.answer(RedriveRead(id=letter), _DEAD_LETTER, letter)
    principal = call.principal
    by = Doer(principal.subject, principal.client, call.trace.trace_id)
    record_redrive(kernel.name, call.operation, found, by)
    return answer


def with_common(own: CanReach) -> CanReach:
    """A service's own `can_reach`, and that of the records every service has."""

    async def can_reach(call: Call, kind: str, record: UUID) -> bool:
        if kind == _DEAD_LETTER:
            return call.may(Reach.ANY)
        return await own(call, kind, record)

    return can_reach


def _check_sender(event: CloudEvent, client: str) -> None:
    """A service may tell of its own state only; whose state a type is about is fixed."""
    if (
        event.source.rsplit(":", maxsplit=1)[-1] != client
        or OWNERS.get(event.type, client) != client
    ):
        detail = "De bron is niet de dienst die dit stuurt, of dit is niet haar eigen nieuws."
        raise InvalidRequestError(detail, [Fault("/source", "wrong-source", detail)])
