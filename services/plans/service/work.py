"""Work items: what lies on whose desk, until when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.plans.domain.work import ensure_by_hand
from services.plans.models import PlanRow, SupportItemRow, WorkItemRow
from services.plans.repository import PlansRepository, SupportRepository, WorkRepository
from services.plans.service.common import WORK_ITEM, Happened, Parts, timeline_entry
from services.plans.views import work_view
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.calendar import next_working_day
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.plans import WorkItemRead
from shared.vocabulary import WorkItemKind

_ACTIVITY = "work"
_FLAGGED: Final = {
    WorkItemKind.SUPPORT_UNCHANGED_LONG: "unchanged_long",
    WorkItemKind.ONWARD_STEP: "onward_step",
}


@dataclass(frozen=True, slots=True)
class Work:
    """Use cases around desks."""

    parts: Parts

    async def list_open(self, call: Call, size: int, cursor: str | None) -> bytes:
        """Open work of the caller and the caller's team by due date, one page, as JSON."""
        query = f"work-items/{size}"
        parameters = work_view.parameters(call, size, call.position(query, cursor))
        found = await self.parts.db.fetch_json(work_view.STATEMENT, parameters)
        assert found is not None
        head, _, items = found.partition(b"\n")
        seen = json.loads(head)
        about = [About(SubjectKind.HOUSEHOLD, UUID(each)) for each in seen["households"]]
        about += [About(SubjectKind.CONTACT, UUID(each)) for each in seen["contacts"]]
        async with self.parts.db.transaction() as session:
            await record(session, call, Act.READ, _ACTIVITY, about)
        more = None if seen["last"] is None else call.cursor(query, seen["last"])
        return b'{"items":' + items + b',"next":' + json.dumps(more).encode() + b"}"

    async def read(self, call: Call, record_id: UUID) -> WorkItemRead:
        """One work item, with the ETag for finishing it."""
        async with self.parts.db.transaction() as session:
            item = await WorkRepository(session).item(call, record_id)
            await _audit(session, call, Act.READ, item)
            return _answer(call, item)

    async def complete(self, call: Call, record_id: UUID) -> WorkItemRead:
        """What this asked for was done; what only ends by itself is not ticked off."""
        async with self.parts.db.transaction(call.once) as session:
            repository = WorkRepository(session)
            item = await repository.item(call, record_id)
            call.expect(WORK_ITEM, item.id, item.version)
            ensure_by_hand(item.kind, done=item.done_at is not None)
            item.done_at = item.changed_at = call.now
            await repository.flush()
            await _audit(session, call, Act.WRITE, item)
            return _answer(call, item)

    async def flag_unchanged(self, now: datetime) -> None:
        """Lay help that runs on long without being looked at on the coordinator's desk; a flag,
        never a block (AMS-PLN-09, OPN-25)."""
        long_ago = now - timedelta(days=self.parts.stelsel.evaluation.long_running_days)
        async with self.parts.db.transaction() as session:
            found = await SupportRepository(session).unchanged_since(long_ago)
            await _lay_down(session, WorkItemKind.SUPPORT_UNCHANGED_LONG, found, now)

    async def flag_onward(self, now: datetime) -> None:
        """Lay help that is meant to lead further on the coordinator's desk once it runs long: is
        the next step possible? Weighed with the client; a flag, never a block (AMS-ACC-18)."""
        for item in self.parts.stelsel.voorzieningen:
            if item.onward is None:
                continue
            async with self.parts.db.transaction() as session:
                repository = SupportRepository(session)
                found = await repository.running_longer(item.code, item.onward.after_days, now)
                await _lay_down(session, WorkItemKind.ONWARD_STEP, found, now)


async def _lay_down(
    session: Session,
    kind: WorkItemKind,
    found: Sequence[tuple[SupportItemRow, PlanRow]],
    now: datetime,
) -> None:
    """On the desk of each coordinator and on the timeline, once."""
    plans = PlansRepository(session)
    for item, plan in found:
        work = WorkItemRow(
            id=new_id(),
            kind=kind,
            plan_id=plan.id,
            about_id=item.id,
            code=item.voorziening,
            owner=await plans.coordinator(plan.id),
            team_id=plan.team_id,
            due_on=next_working_day(local_date(now) + timedelta(days=1)),
            created_at=now,
        )
        if await WorkRepository(session).put(work):
            told = Happened(f"support_item_{_FLAGGED[kind]}", item.voorziening, item.id)
            await plans.note(timeline_entry(plan.id, now, told, None))


async def _audit(session: Session, call: Call, act: Act, item: WorkItemRow) -> None:
    if item.plan_id is None:
        about = About(SubjectKind.CONTACT, item.about_id)
    else:
        plan = await WorkRepository(session).get(PlanRow, item.plan_id)
        about = About(SubjectKind.HOUSEHOLD, plan.household_id)
    await record(session, call, act, _ACTIVITY, [about])


def _answer(call: Call, item: WorkItemRow) -> WorkItemRead:
    found = WorkItemRead.model_validate(item)
    return call.answer(found, WORK_ITEM, item.id, item.version)
