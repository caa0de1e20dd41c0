"""Keyed requests: key, effect and answer in one transaction, so that a retry has one effect."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import About, SharedRow
from shared.db.sealing import KeyRing, Place
from shared.errors import KeyReusedError


class IdempotencyKeyRow(About, SharedRow):
    """One keyed request and its sealed answer; kept 48 hours."""

    __tablename__ = "idempotency_keys"
    subject_key = "about_id"
    changed_column = "created_at"

    caller: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    answer: Mapped[bytes | None]
    about_kind: Mapped[str | None]
    about_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Shown(NamedTuple):
    """A data subject of an answer: the processing activity, the kind of subject, its id."""

    activity: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, so that a retry hears the same; and which record it was about.

    `shown` names whose data the answer holds: giving it again is looking again.
    """

    status: int
    body: str
    headers: dict[str, str]
    kind: str
    id: UUID
    shown: tuple[Shown, ...] = ()


class ReplayError(Exception):
    """This keyed request was done before; carries the answer given then. Not a failure."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("replayed")
        self.answer = answer


@dataclass(slots=True)
class Once:
    """A keyed request under way. The use case sets `answer` inside its transaction."""

    caller: str
    operation: str
    key: str
    fingerprint: bytes
    at: datetime
    answer: Answer | None = field(default=None)
    shown: list[Shown] = field(default_factory=list)

    def place(self) -> Place:
        """Where the sealed answer lives."""
        return Place("idempotency_keys", f"{self.caller}|{self.operation}|{self.key}", "answer")


def _where(once: Once) -> tuple[object, ...]:
    row = IdempotencyKeyRow
    return (row.caller == once.caller, row.operation == once.operation, row.key == once.key)


async def find_answer(session: AsyncSession, once: Once, ring: KeyRing) -> Answer | None:
    """What was answered to this key before; `KeyReusedError` if it asked another thing."""
    row = await session.scalar(select(IdempotencyKeyRow).where(*_where(once)))  # type: ignore[arg-type]
    if row is None:
        return None
    if row.fingerprint != once.fingerprint:
        raise KeyReusedError
    assert row.answer is not None
    assert row.about_kind is not None
    assert row.about_id is not None
    stored = json.loads(ring.open(row.answer, once.place()))
    return Answer(
        stored["status"],
        stored["body"],
        stored["headers"],
        row.about_kind,
        row.about_id,
        tuple(Shown(*subject) for subject in stored["shown"]),
    )


async def claim(session: AsyncSession, once: Once, ring: KeyRing) -> None:
    """Take the key first. A second request with it waits here, then hears the first answer."""
    claimed = await session.scalar(
        insert(IdempotencyKeyRow)
        .values(
            caller=once.caller,
            operation=once.operation,
            key=once.key,
            fingerprint=once.fingerprint,
            created_at=once.at,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKeyRow.key)
    )
    if claimed is not None:
        return
    answer = await find_answer(session, once, ring)
    assert answer is not None
    raise ReplayError(answer)


async def keep(session: AsyncSession, once: Once, ring: KeyRing) -> None:
    """Store the sealed answer beside the effect; a keyed use case without an answer is a bug."""
    answer = once.answer
    if answer is None:
        raise AssertionError(f"{once.operation} is keyed and must set its answer")
    text = json.dumps(
        {
            "status": answer.status,
            "body": answer.body,
            "headers": answer.headers,
            "shown": once.shown,
        }
    )
    await session.execute(
        update(IdempotencyKeyRow)
        .where(*_where(once))  # type: ignore[arg-type]
        .values(answer=ring.seal(text, once.place()), about_kind=answer.kind, about_id=answer.id)
    )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete the keys made before a moment (48 hours ago)."""
    await session.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.created_at < before))
