"""Questions about work items, and how far referrals and attempts are known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.plans.models import AttemptProgressRow, ReferralProgressRow, WorkItemRow
from services.plans.repository.base import Repository
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.newer import keep_newer
from shared.errors import NotFoundError
from shared.identifiers import new_id
from shared.vocabulary import Reach, WorkItemKind


def _reachable(call: Call) -> ColumnElement[bool]:
    row = WorkItemRow
    found: list[ColumnElement[bool]] = [false()]
    if call.may(Reach.OWN) or call.may(Reach.OWN_TEAM):
        found.append(row.owner == call.principal.subject)
    if call.may(Reach.OWN_TEAM) and call.principal.team is not None:
        found.append(row.team_id == call.principal.team)
    return or_(*found)


class WorkRepository(Repository):
    """What lies on desks."""

    async def put(self, row: WorkItemRow) -> bool:
        """Lay something on a desk, once: what lies there already, or was taken up before its
        announcement came, is not laid there again (answers False)."""
        values: dict[str, Any] = {
            "id": row.id,
            "version": 1,
            "kind": row.kind,
            "plan_id": row.plan_id,
            "about_id": row.about_id,
            "code": row.code,
            "owner": row.owner,
            "team_id": row.team_id,
            "due_on": row.due_on,
            "done_at": row.done_at,
            "created_at": row.created_at,
            "changed_at": row.created_at,
        }
        statement = insert(WorkItemRow).values(values).on_conflict_do_nothing()
        return await self._session.scalar(statement.returning(WorkItemRow.id)) is not None

    async def finish(self, kind: WorkItemKind, about: UUID, now: datetime) -> None:
        """What this item asked for was done."""
        row = WorkItemRow
        await self._finish((row.kind == kind) & (row.about_id == about), now)

    async def finish_other(
        self, kind: WorkItemKind, about: UUID, code: str | None, now: datetime
    ) -> None:
        """Something newer is told of the same: what lay there for another reason says no more."""
        row = WorkItemRow
        same = (row.kind == kind) & (row.about_id == about)
        await self._finish(same & row.code.is_distinct_from(code), now)

    async def party_told(self, referral: UUID, party: str, now: datetime) -> None:
        """One party that must be around a request knows of it."""
        row = WorkItemRow
        about = (row.about_id == referral) & (row.code == party)
        await self._finish((row.kind == WorkItemKind.PARTY_TO_TELL) & about, now)

    async def finish_plan(self, plan: UUID, now: datetime) -> None:
        """A closed plan asks nothing any more; a redirect that nobody took up still does."""
        row = WorkItemRow
        left = row.kind != WorkItemKind.REDIRECT_TO_TAKE_UP
        await self._finish((row.plan_id == plan) & left, now)

    async def _finish(self, where: ColumnElement[bool], now: datetime) -> None:
        row = WorkItemRow
        done = update(row).where(where, row.done_at.is_(None))
        await self._session.execute(
            done.values(done_at=now, changed_at=now, version=row.version + 1)
        )

    async def redirect_taken_up(self, contact: UUID, now: datetime) -> None:
        """A carried contact was taken up; when that is known before the redirect itself, the
        finished item is already there and the redirect lays nothing on a desk."""
        row = WorkItemRow
        statement = insert(row).values(
            id=new_id(),
            version=1,
            kind=WorkItemKind.REDIRECT_TO_TAKE_UP,
            about_id=contact,
            due_on=local_date(now),
            done_at=now,
            created_at=now,
            changed_at=now,
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[row.about_id],
                index_where=text("kind = 'redirect_to_take_up'"),
                set_={"done_at": now, "changed_at": now, "version": row.version + 1},
                where=row.done_at.is_(None),
            )
        )

    async def give(self, plan: UUID, owner: str, now: datetime) -> None:
        """Open work of a plan goes along with its coordination."""
        row = WorkItemRow
        open_ones = update(row).where(row.plan_id == plan, row.done_at.is_(None))
        await self._session.execute(
            open_ones.where(row.owner.is_not(None)).values(
                owner=owner, changed_at=now, version=row.version + 1
            )
        )

    async def item(self, call: Call, record: UUID) -> WorkItemRow:
        """A work item on a desk of this caller, locked."""
        row = WorkItemRow
        await self._session.scalar(select(row.id).where(row.id == record).with_for_update())
        query = select(row).where(row.id == record, _reachable(call))
        found: WorkItemRow | None = await self._session.scalar(query)
        if found is None:
            raise NotFoundError
        return found

    async def referral_moves(self, row: ReferralProgressRow) -> bool:
        """Take over a newer state of a referral; an older or equal one answers False."""
        return await keep_newer(self._session, row)

    async def attempt_moves(self, row: AttemptProgressRow) -> bool:
        """Take over a newer state of an attempt; an older or equal one answers False."""
        return await keep_newer(self._session, row)

    async def open_items(self, plan: UUID) -> Sequence[WorkItemRow]:
        """What is still to be done around a plan, earliest first."""
        row = WorkItemRow
        query = (
            select(row)
            .where(row.plan_id == plan, row.done_at.is_(None))
            .order_by(row.due_on, row.id)
        )
        return list(await self._session.scalars(query))
