"""What the use cases around a light request share: its steps, its answer, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.consultations import nobody_speaks_for
from services.referrals.domain.lifecycle import waiting_days
from services.referrals.domain.service_requests import Hand, hand_of
from services.referrals.models import ServiceRequestRow, ServiceRequestStepRow
from services.referrals.repository.service_requests import (
    Seen,
    ServiceRequestsRepository,
)
from services.referrals.service.tools import (
    LEADING,
    SERVICE_BY_NAME,
    SERVICE_REQUEST,
    Seals,
    Tools,
    audit,
    audit_persons,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.outbox import Notice
from shared.schemas.access import AccessCheckAnswer
from shared.schemas.events import SERVICE_REQUEST_MOVED, ServiceRequestMoved
from shared.schemas.plans import Identity
from shared.schemas.service_requests import ServiceRequestRead, ServiceRequestStep
from shared.stelsel.model import Kind
from shared.vocabulary import ServiceName, ServiceRequestStatus

_S: Final = ServiceRequestStatus
_WITH_PLAN: Final = "Het plan is gesloten."


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of light requests within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    async def first(self, row: ServiceRequestRow) -> None:
        """The first step of a new light request."""
        await ServiceRequestsRepository(self.session).add(row)
        await self._step(row, None)

    async def move(self, seen: Seen, to: ServiceRequestStatus) -> None:
        """Set the state by a hand of the caller; raises `ConflictError` where the table does not
        allow it."""
        alone = nobody_speaks_for(seen.row.party, self.tools.stelsel)
        hand_of(seen.row.status, to, seen.hands(nobody_else=alone))
        await self._move(seen.row, to)

    async def withdraw_with_plan(self, plan: UUID) -> None:
        """A closed plan asks nobody anything any more: whoever took it up hears so, and who it is
        about is deleted here."""
        for row in await ServiceRequestsRepository(self.session).open_of_plan(plan):
            hand_of(row.status, _S.WITHDRAWN, {Hand.SYSTEM})
            self.tools.seals().put(row, "answered_text", _WITH_PLAN)
            await self._move(row, _S.WITHDRAWN)
            await audit(self.session, self.call, Act.WRITE, row.household_id, LEADING)

    async def _move(self, row: ServiceRequestRow, to: ServiceRequestStatus) -> None:
        previous, row.status, row.changed_at = row.status, to, self.call.now
        if to is not _S.TAKEN_UP:
            row.ended_at, row.identity = self.call.now, None
        await self._step(row, previous)

    async def _step(self, row: ServiceRequestRow, previous: ServiceRequestStatus | None) -> None:
        row.last_step += 1
        step = ServiceRequestStepRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=self.call.now,
            service_request_id=row.id,
            number=row.last_step,
            previous=previous,
            status=row.status,
            code=row.code,
            actor=self.call.principal.subject,
        )
        await ServiceRequestsRepository(self.session).add(row, step)
        await self._tell(row)

    async def _tell(self, row: ServiceRequestRow) -> None:
        """Plans hears the state, and of a specialist who: that one joins the circle for a while."""
        called_in = row.kind == Kind.CALL_IN and row.status is _S.TAKEN_UP
        moved = ServiceRequestMoved(
            service_request_id=row.id,
            plan_id=row.plan_id,
            support_item_id=row.support_item_id,
            voorziening=row.voorziening,
            kind=row.kind,
            party=row.party,
            status=row.status,
            taken_up_by=row.taken_up_by if called_in else None,
            code=row.code,
        )
        notice = Notice(SERVICE_REQUEST_MOVED, row.id, moved, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)


async def service_answer(
    session: Session, call: Call, seen: Seen, tools: Tools, act: Act
) -> ServiceRequestRead:
    """The answer about one light request, with its ETag; every look at it is on record."""
    row, seals = seen.row, tools.seals()
    shown = identity_for(call, seen, seals)
    steps = await ServiceRequestsRepository(session).steps(row.id)
    await audit(session, call, act, row.household_id, LEADING)
    if shown is not None:
        await audit_persons(session, call, Act.READ, shown)
    found = service_read(seen, steps, seals, local_date(call.now))
    call.answer(found, SERVICE_REQUEST, row.id, row.version)
    if shown is None:
        return found
    return call.answer(found.model_copy(update=_named(row, shown)), SERVICE_BY_NAME, row.id)


def service_read(
    seen: Seen, steps: Sequence[ServiceRequestStepRow], seals: Seals, today: date
) -> ServiceRequestRead:
    """A light request as this side of it sees it; nobody is named in it."""
    row = seen.row
    ended_on = None if row.ended_at is None else local_date(row.ended_at)
    checked = AccessCheckAnswer.model_validate(row.access_check, strict=False)
    return ServiceRequestRead(
        id=row.id,
        version=row.version,
        kind=row.kind,
        voorziening=row.voorziening,
        party=row.party,
        status=row.status,
        urgency=row.urgency,
        plan_id=row.plan_id if seen.asks else None,
        support_item_id=row.support_item_id if seen.asks else None,
        stadsdeel=row.stadsdeel,
        question=seals.text(row, "question"),
        first_contact_on=row.first_contact_on,
        asked_by=row.created_by,
        asked_at=row.created_at,
        professional=seals.get(row, "professional"),
        professional_phone=seals.get(row, "professional_phone"),
        taken_up_by=row.taken_up_by,
        taken_up_at=row.taken_up_at,
        first_meeting_on=row.first_meeting_on,
        code=row.code,
        answered_text=seals.get(row, "answered_text"),
        answered_at=row.ended_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        waiting_days=waiting_days(row.first_contact_on, ended_on, today),
        access_check=checked if seen.asks else None,
        identity=None,
        steps=tuple(_step(each) for each in steps),
    )


def _named(row: ServiceRequestRow, shown: Identity) -> dict[str, object]:
    """What who took it up sees more."""
    return {
        "plan_id": row.plan_id,
        "support_item_id": row.support_item_id,
        "identity": shown,
    }


def identity_for(call: Call, seen: Seen, seals: Seals) -> Identity | None:
    """Whom it is about: for who took it up only, and as long as it runs."""
    row = seen.row
    if row.status is not _S.TAKEN_UP or row.taken_up_by != call.principal.subject:
        return None
    text = seals.get(row, "identity")
    return None if text is None else Identity.model_validate_json(text)


def _step(row: ServiceRequestStepRow) -> ServiceRequestStep:
    return ServiceRequestStep(
        at=row.changed_at,
        previous=row.previous,
        status=row.status,
        actor=row.actor,
        code=row.code,
    )
