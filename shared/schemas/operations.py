"""Wire contract of keeping a service running: what could not be done, and doing it again."""

from typing import Literal
from uuid import UUID

from shared.schemas.base import Moment, ResponseModel


class DeadLetterRead(ResponseModel):
    """A job that failed for good: what it was to do, about which subject, why it failed first.

    `work` is `deliver` (an event to `receiver`), `apply_event` (an event that was received) or
    another task of the service; `subject` is an opaque id. What the job carries is never shown.
    """

    id: UUID
    work: str
    receiver: str | None
    event_type: str | None
    subject: UUID | None
    attempts: int
    failed_at: Moment
    first_failure: str | None


class RedriveRead(ResponseModel):
    """The job is back in line and due at once, with all its tries."""

    id: UUID
    status: Literal["queued"] = "queued"
