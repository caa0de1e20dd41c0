"""Every table that every service has, for its migrations: importing a row declares its table."""

from typing import Final

from shared.audit.records import AuditRecordRow
from shared.db.base import shared_metadata
from shared.db.idempotency import IdempotencyKeyRow
from shared.outbox.inbox import InboxRow
from shared.outbox.outbox import OutboxSequenceRow

ROWS: Final = (AuditRecordRow, IdempotencyKeyRow, InboxRow, OutboxSequenceRow)
FOUNDATION: Final = shared_metadata
