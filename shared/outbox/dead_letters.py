"""Dead letters: jobs that failed for good. They are kept, shown without their content, re-driven.

A periodic task is no dead letter: its next turn does the same work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text

from shared.db.database import Session
from shared.errors import ConflictError, NotFoundError

FIRST_FAILURE: Final = "first_failure"
"""The argument in which a job remembers why it failed the first time; no task ever sees it."""

_LARGEST_ID: Final = 2**63 - 1
_FAILED: Final = "status = 'failed' AND queueing_lock IS NULL"

# What a person may know of a job: never its arguments, which for a delivery are the whole event.
_FOUND: Final = f"""
SELECT job.id, job.task_name AS work, job.args ->> 'receiver' AS receiver, job.lock,
       coalesce(inbox.type, CAST(job.args ->> 'event' AS jsonb) ->> 'type') AS event_type,
       job.args ->> '{FIRST_FAILURE}' AS first_failure,
       (SELECT count(*) FROM procrastinate_events e
        WHERE e.job_id = job.id AND e.type = 'started') AS attempts,
       (SELECT max(e.at) FROM procrastinate_events e
        WHERE e.job_id = job.id AND e.type = 'failed') AS failed_at
FROM procrastinate_jobs job
LEFT JOIN inbox ON inbox.source = job.args ->> 'source'
  AND inbox.id = CAST(job.args ->> 'event_id' AS uuid)
"""  # noqa: S608  the only text put in is a constant of this module
_PAGE: Final = text(f"{_FOUND} WHERE job.{_FAILED} AND job.id > :after ORDER BY job.id LIMIT :size")
_ONE: Final = text(f"{_FOUND} WHERE job.id = :id")
_LOCKED: Final = text(
    "SELECT status = 'failed' FROM procrastinate_jobs"
    " WHERE id = :id AND queueing_lock IS NULL FOR UPDATE"
)
# Attempts begin anew, so that what is re-driven gets all its tries again.
_BACK: Final = (
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL,"
    " args = args - 'first_failure'"
)
_BACK_ONE: Final = text(f"{_BACK} WHERE id = :id")
_ALL_LOCKED: Final = text(f"{_FOUND} WHERE job.{_FAILED} ORDER BY job.id FOR UPDATE OF job")
_BACK_THESE: Final = text(f"{_BACK} WHERE id = ANY(:ids)")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One failed job: what it was to do and about which subject, never what it carries."""

    id: UUID
    work: str
    receiver: str | None
    event_type: str | None
    subject: UUID | None
    attempts: int
    failed_at: datetime
    first_failure: str | None


def letter_id(job: int) -> UUID:
    """The id of a job as the wire has it: ids are UUIDs everywhere."""
    return UUID(int=job)


async def page_of(session: Session, after: UUID | None, size: int) -> Sequence[DeadLetter]:
    """Dead letters, the oldest job first, after this one; at most `size`."""
    place = 0 if after is None else min(after.int, _LARGEST_ID)
    found = await session.execute(_PAGE, {"after": place, "size": size})
    return [_letter(row) for row in found.mappings()]


async def redrive(session: Session, letter: UUID) -> DeadLetter:
    """Put a failed job back: due at once, in the order of its subject, with all its tries.

    Raises `NotFoundError` when there is no such job, `ConflictError` when it is not failed any
    more: somebody else was first, or it is under way again.
    """
    if letter.int > _LARGEST_ID:
        raise NotFoundError
    failed = await session.scalar(_LOCKED, {"id": letter.int})
    if failed is None:
        raise NotFoundError
    if not failed:
        raise ConflictError("Dit bericht is al opnieuw in behandeling.")
    row = (await session.execute(_ONE, {"id": letter.int})).mappings().one()
    await session.execute(_BACK_ONE, {"id": letter.int})
    return _letter(row)


async def redrive_all(session: Session) -> Sequence[DeadLetter]:
    """Put every failed job back; answers which ones, as they were."""
    found = [_letter(row) for row in (await session.execute(_ALL_LOCKED)).mappings()]
    await session.execute(_BACK_THESE, {"ids": [letter.id.int for letter in found]})
    return found


def _letter(row: RowMapping) -> DeadLetter:
    return DeadLetter(
        id=letter_id(row["id"]),
        work=row["work"],
        receiver=row["receiver"],
        event_type=row["event_type"],
        subject=_subject(row["lock"]),
        attempts=row["attempts"],
        failed_at=row["failed_at"],
        first_failure=row["first_failure"],
    )


def _subject(lock: Any) -> UUID | None:
    """The lock of a job ends in the opaque id of its subject: the order it keeps."""
    try:
        return UUID(str(lock).rpartition(":")[2])
    except ValueError:
        return None
