"""Who looked at whom: one append-only record per operation and data subject.

One record carries what NEN 7513, the Logboek Dataverwerkingen and "who looked at my file" need;
those are views of it. It is written in the transaction of the use case, so that no personal data
leaves unrecorded, and the role that runs may only insert and read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Select, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.auth.call import Call
from shared.db.base import SharedRow
from shared.db.idempotency import Shown
from shared.identifiers import new_id


class Act(StrEnum):
    """What was done with the data."""

    READ = "read"
    WRITE = "write"
    DISCLOSE = "disclose"


class SubjectKind(StrEnum):
    """Whose data it is. A contact is a person nobody has identified yet."""

    PERSON = "person"
    HOUSEHOLD = "household"
    CONTACT = "contact"


class AuditRecordRow(SharedRow):
    """One operation on one data subject. Rows are never changed or deleted by what runs."""

    __tablename__ = "audit_records"
    __table_args__ = (Index("ix_audit_records_subject_id_at_id", "subject_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    act: Mapped[Act]
    operation: Mapped[str]
    activity: Mapped[str]
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[UUID]
    actor: Mapped[str]
    actor_roles: Mapped[list[str]]
    actor_organisation: Mapped[UUID | None]
    actor_team: Mapped[UUID | None]
    actor_provider: Mapped[UUID | None]
    client: Mapped[str]
    via: Mapped[str | None]
    grounds: Mapped[list[str]]
    trace_id: Mapped[str]
    span_id: Mapped[str]


@dataclass(frozen=True, slots=True)
class About:
    """A data subject of one operation."""

    kind: SubjectKind
    id: UUID


async def record(
    session: AsyncSession, call: Call, act: Act, activity: str, about: Iterable[About]
) -> None:
    """Write one record per data subject, in the caller's transaction.

    `activity` is the processing activity of the register (GDPR art. 30), a short code such as
    `intake` or `leading`. An empty `about` writes nothing: an empty list shows nobody.
    """
    principal = call.principal
    rows = [
        {
            "id": new_id(),
            "at": call.now,
            "act": act,
            "operation": call.operation,
            "activity": activity,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "actor": principal.subject,
            "actor_roles": sorted(principal.roles),
            "actor_organisation": principal.organisation,
            "actor_team": principal.team,
            "actor_provider": principal.provider,
            "client": principal.client,
            "via": principal.via,
            "grounds": sorted(call.reaches),
            "trace_id": call.trace.trace_id,
            "span_id": call.trace.span_id,
        }
        for subject in dict.fromkeys(about)
    ]
    if rows:
        await session.execute(insert(AuditRecordRow), rows)
    if call.once is not None:
        call.once.shown += [
            Shown(activity, str(row["subject_kind"]), str(row["subject_id"])) for row in rows
        ]


async def record_replay(session: AsyncSession, call: Call, shown: Iterable[Shown]) -> None:
    """Giving a stored answer again is looking again: one record per data subject in it."""
    activities: dict[str, list[About]] = {}
    for subject in shown:
        known = About(SubjectKind(subject.kind), UUID(subject.id))
        activities.setdefault(subject.activity, []).append(known)
    for activity, subjects in activities.items():
        await record(session, call, Act.READ, activity, subjects)


def records_about(
    subject_id: UUID, after: tuple[datetime, UUID] | None, size: int
) -> Select[AuditRecordRow]:
    """The records of one data subject, newest first, one page and one row more."""
    row = AuditRecordRow
    query = select(row).where(row.subject_id == subject_id)
    if after is not None:
        query = query.where(tuple_(row.at, row.id) < after)
    return query.order_by(row.at.desc(), row.id.desc()).limit(size + 1)
