"""Events in: stored and acknowledged first, applied exactly once afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BigInteger, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.clock import Clock
from shared.db.base import SharedRow
from shared.db.database import Database, Session
from shared.errors import UnknownCodeError
from shared.outbox.jobs import Jobs
from shared.schemas.events import EVENTS, CloudEvent, EventAccepted
from shared.schemas.urgent_events import EventData

APPLY = "apply_event"


class InboxRow(SharedRow):
    """One event received. `applied_at` is set in the transaction of its effect."""

    __tablename__ = "inbox"

    source: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    subject: Mapped[UUID] = mapped_column(index=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class Received:
    """An event as a use case applies it: typed data, and where it stands in its subject's order."""

    def __init__(self, row: InboxRow) -> None:
        self.type = row.type
        self.subject = row.subject
        self.sequence = row.sequence
        self.at = row.occurred_at
        self.data: EventData = EVENTS[row.type].model_validate(row.data)


Apply: TypeAlias = Callable[[Session, Received], Awaitable[None]]


class Inbox:
    """The incoming events of one service."""

    def __init__(
        self, db: Database, jobs: Jobs, handlers: Mapping[str, Apply], clock: Clock
    ) -> None:
        self._db = db
        self._jobs = jobs
        self._handlers = handlers
        self._clock = clock
        jobs.add(APPLY, self._apply)

    async def receive(self, event: CloudEvent) -> EventAccepted:
        """Store an event; a second copy of it (source + id) changes nothing.

        Raises `UnknownCodeError` for a type this service does not take, and pydantic's
        `ValidationError` when the data do not fit the type.
        """
        if event.type not in self._handlers:
            raise UnknownCodeError("/type", "soort gebeurtenis", sorted(self._handlers))
        # Only what the type names is kept: an unknown field is nobody's to store.
        data = EVENTS[event.type].model_validate(event.data)
        async with self._db.transaction() as session:
            stored = await session.scalar(
                insert(InboxRow)
                .values(
                    source=event.source,
                    id=event.id,
                    type=event.type,
                    subject=event.subject,
                    sequence=int(event.sequence),
                    occurred_at=event.time,
                    data=data.model_dump(mode="json", by_alias=True),
                    received_at=self._clock(),
                )
                .on_conflict_do_nothing()
                .returning(InboxRow.id)
            )
            if stored is not None:
                await self._jobs.defer(
                    session, APPLY, str(event.subject), source=event.source, event_id=str(stored)
                )
        return EventAccepted(id=event.id)

    async def _apply(self, source: str, event_id: str) -> None:
        """One event, one transaction: its effect and the mark that it was applied."""
        async with self._db.transaction() as session:
            query = select(InboxRow).where(InboxRow.source == source, InboxRow.id == UUID(event_id))
            row = await session.scalar(query.with_for_update())
            if row is None or row.applied_at is not None:
                return
            await self._handlers[row.type](session, Received(row))
            row.applied_at = self._clock()
