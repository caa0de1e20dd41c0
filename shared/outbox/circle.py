"""What may be trusted of the projection `plan_circle`: news that waits closes, too much refuses.

Intake and referrals read by it (design 7). Three things keep it from showing too much:

* news of a plan's circle that is received and not applied closes that plan, also when it is parked;
* when news waits longer than accepted, what is known of circles is not shown at all;
* the whole projection is built anew every night, from what plans has.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    cast,
    column,
    exists,
    func,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from shared.clock import Clock
from shared.db.circle import Circle, CirclePlanRow, apply_circle
from shared.db.database import Database, Session
from shared.errors import StaleProjectionError
from shared.outbox.inbox import APPLY, InboxRow
from shared.schemas.base import Page
from shared.schemas.events import CIRCLE_CHANGED
from shared.schemas.plans import CircleRead

CirclePages = Callable[[str | None], Awaitable[Page[CircleRead]]]
"""`await pages(cursor)`: one page of the circles of all plans, as plans has them now."""

_WAITING: Final = ("todo", "doing")
# The job library's table: what is left to do. The inbox itself keeps everything there ever was.
_JOBS: Final = table(
    "procrastinate_jobs",
    column("id", Integer),
    column("task_name", String),
    column("lock", Text),
    column("status", String),
    column("attempts", Integer),
    column("args", JSONB),
)


def may_show(plan_id: ColumnElement[UUID], stale_before: datetime) -> ColumnElement[bool]:
    """A WHERE: what is known of this plan's circle is all there is to know, and not too old."""
    return and_(~_has_news(plan_id), ~_is_behind(stale_before))


async def ensure_not_behind(session: Session, stale_before: datetime) -> None:
    """Raise `StaleProjectionError` when news of any circle from before this moment still waits.

    To be asked where `may_show` left nothing: it may be there and only not be shown now.
    """
    if await session.scalar(select(_is_behind(stale_before))):
        raise StaleProjectionError


async def rebuild(db: Database, pages: CirclePages, clock: Clock) -> int:
    """Take over every circle that is newer than what is known here; answers how many were.

    Peers are asked between transactions. News that comes meanwhile has a higher number and stays.
    """
    cursor, taken = None, 0
    while True:
        page = await pages(cursor)
        async with db.transaction() as session:
            for found in page.items:
                taken += await apply_circle(session, _circle(found), clock())
        cursor = page.next
        if cursor is None:
            return taken


def _circle(found: CircleRead) -> Circle:
    return Circle(
        plan_id=found.plan_id,
        household_id=found.household_id,
        team_id=found.team_id,
        open=found.open,
        sequence=found.sequence,
        people=found.circle,
    )


def _has_news(plan_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """News that says more than what is known: every event carries the whole circle."""
    news, state = aliased(InboxRow), aliased(CirclePlanRow)
    # By the news' own subject: a subquery in a subquery does not see the outermost table, it would
    # list that table anew, every plan in it.
    known = select(state.sequence).where(state.plan_id == news.subject).scalar_subquery()
    return exists(
        select(news.id).where(
            news.subject == plan_id,
            news.type == CIRCLE_CHANGED,
            news.applied_at.is_(None),
            news.sequence > func.coalesce(known, 0),
        )
    )


def _is_behind(stale_before: datetime) -> ColumnElement[bool]:
    """The worker is behind: news older than this waits for its first turn.

    What failed before closes its own plan, and what waits behind it closes the same plan; one
    poisoned message does not close all the others.
    """
    news, job, first = aliased(InboxRow), _JOBS.alias("job"), _JOBS.alias("first")
    held_up = exists(
        select(first.c.id).where(
            first.c.lock == job.c.lock, first.c.id < job.c.id, first.c.attempts > 0
        )
    )
    its_event = and_(
        news.source == job.c.args["source"].astext,
        news.id == cast(job.c.args["event_id"].astext, Uuid),
    )
    return exists(
        select(news.id)
        .join(job, its_event)
        .where(
            job.c.task_name == APPLY,
            cast(job.c.status, Text).in_(_WAITING),
            job.c.attempts == 0,
            ~held_up,
            news.type == CIRCLE_CHANGED,
            news.applied_at.is_(None),
            news.occurred_at < stale_before,
        )
    )
