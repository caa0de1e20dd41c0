"""One call under way: who asks, what they may reach, what they saw and what they will hear."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.idempotency import Answer, Once
from shared.errors import InvalidRequestError, MissingVersionError, StaleVersionError
from shared.http.peer import OnBehalf
from shared.schemas.base import ResponseModel
from shared.vocabulary import Reach

AnswerT = TypeVar("AnswerT", bound=ResponseModel)
PlaceT = TypeVar("PlaceT")
KeyedHash = Callable[[bytes], bytes]
_TAG_BYTES = 16
_NOT_OURS = "Deze cursor hoort niet bij deze vraag. Begin opnieuw zonder cursor."


@dataclass(frozen=True, slots=True)
class Trace:
    """Where this call stands in a W3C trace; stored in log and audit, passed on to peers."""

    trace_id: str
    span_id: str
    parent_id: str | None = None

    def traceparent(self) -> str:
        """The header for the next hop."""
        return f"00-{self.trace_id}-{self.span_id}-01"


@dataclass(slots=True)
class Call:
    """What a use case is told about the request it serves. `now` is the moment it began."""

    principal: Principal
    operation: str
    reaches: frozenset[Reach]
    now: datetime
    trace: Trace
    behalf: OnBehalf
    keyed_hash: KeyedHash
    once: Once | None = None
    if_match: str | None = None
    only_if_new: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def may(self, reach: Reach) -> bool:
        """Whether this caller has this reach for this operation."""
        return reach in self.reaches

    def tag(self, kind: str, record: UUID, version: int) -> str:
        """The ETag of one state of one record: a keyed hash, so that versions tell nothing."""
        digest = self.keyed_hash(f"etag\x1f{kind}\x1f{record}\x1f{version}".encode())
        return f'"{base64.urlsafe_b64encode(digest[:_TAG_BYTES]).rstrip(b"=").decode()}"'

    def expect(self, kind: str, record: UUID, version: int) -> None:
        """Refuse a change of a state that the caller did not see (412), or did not name (428)."""
        if self.if_match is None:
            raise MissingVersionError
        if self.if_match != self.tag(kind, record, version):
            raise StaleVersionError

    def answer(
        self, found: AnswerT, kind: str, record: UUID, version: int | None = None
    ) -> AnswerT:
        """Give an answer about a record. A keyed use case calls this inside its transaction.

        `kind` is the record's name in `can_reach`: a later replay is answered only to who may
        still see the record.
        """
        if version is not None:
            self.headers["ETag"] = self.tag(kind, record, version)
        if self.once is not None:
            body = found.model_dump_json(by_alias=True)
            self.once.answer = Answer(self.status, body, dict(self.headers), kind, record)
        return found

    def cursor(self, query: str, position: list[str]) -> str:
        """An authenticated place in a list, good for this caller and this query only."""
        payload = json.dumps(position).encode()
        packed = self._cursor_seal(query, payload) + payload
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    def place(self, query: str, cursor: str | None, read: Callable[..., PlaceT]) -> PlaceT | None:
        """Where a list goes on: the parts of a cursor, each a text, as `read` understands them.

        One that `read` cannot make anything of was given by another release; it is refused as well.
        """
        parts = self.position(query, cursor)
        if parts is None:
            return None
        try:
            return read(*parts)
        except (TypeError, ValueError) as exc:
            raise InvalidRequestError(_NOT_OURS) from exc

    def position(self, query: str, cursor: str | None) -> list[str] | None:
        """Where a cursor points to; `InvalidRequestError` when we did not give it this caller."""
        if cursor is None:
            return None
        try:
            packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            packed = b""
        seal, payload = packed[:_TAG_BYTES], packed[_TAG_BYTES:]
        if not payload or not hmac.compare_digest(seal, self._cursor_seal(query, payload)):
            raise InvalidRequestError(_NOT_OURS)
        found: Any = json.loads(payload)
        return [str(part) for part in found]

    def _cursor_seal(self, query: str, payload: bytes) -> bytes:
        bound = f"cursor\x1f{self.principal.subject}\x1f{self.operation}\x1f{query}\x1f".encode()
        return self.keyed_hash(bound + payload)[:_TAG_BYTES]
