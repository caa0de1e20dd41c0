"""Calls, key rings and requests at library level, valid by default."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.auth.call import Call, Trace
from shared.auth.principal import Principal
from shared.db.idempotency import Once
from shared.db.sealing import KeyRing
from shared.http.peer import OnBehalf
from shared.vocabulary import Reach, Role

NOW = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
PRINCIPAL = Principal("somebody", frozenset({Role.TEAM_LEAD}), "cli", team=UUID(int=7))


def a_ring(current: str = "one", **more: bytes) -> KeyRing:
    """A key ring with one key, or with more."""
    return KeyRing(current, {"one": b"1" * 32, **more}, b"i" * 32)


def a_call(operation: str = "read_plan", subject: str = "somebody") -> Call:
    """A call of a team lead."""
    return Call(
        principal=replace(PRINCIPAL, subject=subject),
        operation=operation,
        reaches=frozenset({Reach.OWN_TEAM}),
        now=NOW,
        trace=Trace("a" * 32, "b" * 16),
        behalf=OnBehalf(),
        keyed_hash=a_ring().keyed_hash,
    )


def a_request(key: str | None = None, asked: bytes = b"this", operation: str = "create_x") -> Once:
    """A keyed request."""
    return Once("cli||somebody", operation, key or str(uuid4()), asked, NOW)
