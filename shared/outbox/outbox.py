"""Events out: written with the change, delivered afterwards, in order per subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import SharedRow
from shared.db.database import Session
from shared.http.delivery import Deliver
from shared.identifiers import new_id
from shared.outbox.jobs import Jobs
from shared.schemas.events import CloudEvent
from shared.schemas.urgent_events import EventData
from shared.vocabulary import ServiceName

_DELIVER = "deliver"


class OutboxSequenceRow(SharedRow):
    """The last sequence number given per subject; its row lock orders writers of one subject."""

    __tablename__ = "outbox_sequences"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told: the type, whose state it is, the state, and who is to hear it."""

    type: str
    subject: UUID
    data: EventData
    to: Sequence[ServiceName]
    dataref: str | None = None


async def next_sequence(session: Session, subject: UUID) -> int:
    """The next number of a subject. The row stays locked until the transaction ends."""
    row = OutboxSequenceRow
    statement = (
        insert(row)
        .values(subject=subject, last=1)
        .on_conflict_do_update(index_elements=[row.subject], set_={"last": row.last + 1})
        .returning(row.last)
    )
    number = await session.scalar(statement)
    assert number is not None
    return number


class Outbox:
    """The outgoing events of one service."""

    def __init__(self, service: ServiceName, jobs: Jobs, deliver: Deliver) -> None:
        self._source = f"urn:nld:buurtteam:{service}"
        self._jobs = jobs
        self._deliver = deliver
        jobs.add(_DELIVER, self._deliver_one)

    async def emit(self, session: Session, notice: Notice, now: datetime) -> int:
        """Write one event, and a job per receiver, in the caller's transaction.

        Answers the sequence number that the event carries.
        """
        sequence = await next_sequence(session, notice.subject)
        event = CloudEvent(
            id=new_id(),
            source=self._source,
            type=notice.type,
            subject=notice.subject,
            time=now,
            sequence=str(sequence),
            dataref=notice.dataref,
            data=notice.data.model_dump(mode="json", by_alias=True),
        )
        body = event.model_dump_json(exclude_none=True)
        for receiver in notice.to:
            lock = f"{receiver}:{notice.subject}"
            await self._jobs.defer(session, _DELIVER, lock, receiver=receiver.value, event=body)
        return sequence

    async def _deliver_one(self, receiver: str, event: str) -> None:
        await self._deliver(receiver, event)
