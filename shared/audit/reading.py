"""Reading who looked. Reading the log is itself recorded."""

from datetime import datetime
from uuid import UUID

from shared.audit.records import About, Act, AuditRecordRow, SubjectKind, record, records_about
from shared.auth.call import Call
from shared.db.database import Database
from shared.errors import InvalidRequestError
from shared.schemas.base import Page
from shared.schemas.events import AuditRecordRead

_QUERY = "audit-records"


async def read_audit_records(
    db: Database, call: Call, subject_id: UUID, size: int, cursor: str | None
) -> Page[AuditRecordRead]:
    """One page of the records about one data subject, newest first."""
    query = f"{_QUERY}/{subject_id}/{size}"
    position = call.position(query, cursor)
    async with db.transaction() as session:
        found = await session.scalars(records_about(subject_id, _after(position), size))
        rows = list(found)
        # Which kind of subject this is, the log itself knows; unknown subjects show nobody.
        kinds: set[SubjectKind] = {row.subject_kind for row in rows}
        await record(session, call, Act.READ, "audit", [About(kind, subject_id) for kind in kinds])
    shown = rows[:size]
    more = call.cursor(query, _place(shown[-1])) if len(rows) > size else None
    return Page(items=tuple(AuditRecordRead.model_validate(row) for row in shown), next=more)


def _place(row: AuditRecordRow) -> list[str]:
    return [row.at.isoformat(), str(row.id)]


def _after(position: list[str] | None) -> tuple[datetime, UUID] | None:
    if position is None:
        return None
    try:
        at, row = position
        return datetime.fromisoformat(at), UUID(row)
    except ValueError as exc:
        raise InvalidRequestError("Deze cursor klopt niet. Begin opnieuw zonder cursor.") from exc
