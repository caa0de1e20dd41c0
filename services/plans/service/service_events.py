"""What referrals told of services that were asked: the item follows, a specialist is called in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.plans.domain.support import FOLLOWS_SERVICE, SERVICE_ASKED
from services.plans.models import CircleMemberRow, PlanRow, ServiceProgressRow, SupportItemRow
from services.plans.repository import ServicesRepository, SupportRepository, WorkRepository
from services.plans.service.circle import announce_at
from services.plans.service.common import Happened
from services.plans.service.telling import lay_on_desk, plan_told_of, tell
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.inbox import Received
from shared.outbox.outbox import Outbox
from shared.schemas.events import ServiceRequestMoved
from shared.vocabulary import (
    CirclePart,
    PlanStatus,
    ServiceRequestStatus,
    SupportStatus,
    WorkItemKind,
)

_OURS: Final = (ServiceRequestStatus.ANSWERED, ServiceRequestStatus.DECLINED)
"""The states after which the next step is the coordinator's."""


@dataclass(frozen=True, slots=True)
class ServiceEvents:
    """The use case of help that another party takes up. Applied once, an older state never."""

    outbox: Outbox

    async def moved(self, session: Session, event: Received) -> None:
        """The support item follows; a specialist works on the plan as long as it runs.

        Plan and coordinator stay where they are: nobody is handed over (AMS-PLN-12). A result and
        a no lie on the coordinator's desk.
        """
        told = event.data
        assert isinstance(told, ServiceRequestMoved)
        plan = await plan_told_of(session, told.plan_id)
        item = await SupportRepository(session).item(plan.id, told.support_item_id)
        row = await _newer(session, event, told)
        if row is None:
            return
        still_open = plan.status is PlanStatus.OPEN
        await self._call_in(session, plan, row, told.taken_up_by if still_open else None)
        await _follow(session, item, row)
        kind = WorkItemKind.SERVICE_REQUEST_STEP
        await WorkRepository(session).finish(kind, told.service_request_id, event.at)
        if told.status in _OURS and still_open:
            step = Happened("service", told.code, told.service_request_id)
            await lay_on_desk(session, plan, kind, step, event.at)
        code = told.code or told.voorziening
        happened = Happened(f"service_{told.status}", code, told.service_request_id)
        await tell(session, plan, happened, event.at)

    async def _call_in(
        self, session: Session, plan: PlanRow, row: ServiceProgressRow, subject: str | None
    ) -> None:
        """Who took it up joins the circle, and leaves it again; who is there by hand stays."""
        if subject == row.subject:
            return
        left = await _leave(session, row)
        row.subject = subject
        joined = subject is not None and await _join(session, row, subject)
        await ServicesRepository(session).flush()
        if left or joined:
            await announce_at(session, self.outbox, plan, row.changed_at)


async def _newer(
    session: Session, event: Received, told: ServiceRequestMoved
) -> ServiceProgressRow | None:
    """How far this light request is known from now on; None where this is no news."""
    repository = ServicesRepository(session)
    row = await repository.progress(told.service_request_id)
    if row is None:
        row = ServiceProgressRow(
            service_request_id=told.service_request_id,
            plan_id=told.plan_id,
            support_item_id=told.support_item_id,
            status=told.status,
            sequence=event.sequence,
            changed_at=event.at,
        )
        await repository.add(row)
        return row
    if event.sequence <= row.sequence:
        return None
    row.status, row.sequence, row.changed_at = told.status, event.sequence, event.at
    return row


async def _leave(session: Session, row: ServiceProgressRow) -> bool:
    """End the part that this light request began, unless another one of the same specialist runs;
    whether it ended."""
    member, row.circle_member_id = row.circle_member_id, None
    if member is None:
        return False
    repository = ServicesRepository(session)
    await repository.flush()
    part = await repository.get(CircleMemberRow, member)
    if part.valid_until is not None or await repository.called_in_by(member):
        return False
    part.valid_until = part.changed_at = max(row.changed_at, part.valid_from)
    await repository.flush()
    return True


async def _join(session: Session, row: ServiceProgressRow, subject: str) -> bool:
    """Begin a part for who took it up, or share the one another light request began; whether it
    began."""
    repository = ServicesRepository(session)
    part = await repository.specialist(row.plan_id, subject)
    if part is not None:
        if await repository.called_in_by(part.id):
            row.circle_member_id = part.id
        return False
    part = _part(row, subject, row.changed_at)
    await repository.add(part)
    row.circle_member_id = part.id
    return True


def _part(row: ServiceProgressRow, subject: str, at: datetime) -> CircleMemberRow:
    return CircleMemberRow(
        id=new_id(),
        plan_id=row.plan_id,
        subject=subject,
        part=CirclePart.SPECIALIST,
        valid_from=at,
        changed_at=at,
    )


async def _follow(session: Session, item: SupportItemRow, row: ServiceProgressRow) -> None:
    """Bring the item to where its light request is. What was stopped stays stopped, and the end of
    an earlier one changes nothing for the one that was asked since."""
    asked = await ServicesRepository(session).asked_for(item.plan_id)
    if item.status is SupportStatus.STOPPED:
        return
    if row.status not in SERVICE_ASKED and item.id in asked:
        return
    status = FOLLOWS_SERVICE[row.status]
    if status is not item.status:
        item.changed_on = local_date(row.changed_at)
    item.becomes(status, local_date(row.changed_at))
    item.changed_at = row.changed_at
