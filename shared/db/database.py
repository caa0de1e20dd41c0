"""Connections and transactions. The only module that commits."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from sqlalchemy import text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm.exc import StaleDataError

from shared.db.idempotency import Answer, Once, claim, find_answer, keep
from shared.db.sealing import KeyRing
from shared.errors import PeerUnavailableError, StaleVersionError

Session: TypeAlias = AsyncSession
"""What a use case writes with, inside a transaction."""


_FOREIGN_KEY_VIOLATION: Final = "23503"
_UNIQUE_VIOLATION: Final = "23505"
_NOT_THERE: Final = (OperationalError, InterfaceError, PoolTimeoutError)


class Database:
    """One service's own database: transactions for use cases, one statement for read models."""

    def __init__(self, engine: AsyncEngine, ring: KeyRing) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.ring = ring

    @asynccontextmanager
    async def transaction(self, once: Once | None = None) -> AsyncIterator[AsyncSession]:
        """One use case, one transaction: commit when the block ends, roll back when it raises.

        With a keyed request the key is claimed first and the answer kept last; `ReplayError`
        leaves when the request was done before. `StaleVersionError` when a row read here was
        changed by somebody else.
        """
        try:
            async with self._sessions.begin() as session:
                if once is not None:
                    await claim(session, once, self.ring)
                yield session
                if once is not None:
                    await session.flush()
                    await keep(session, once, self.ring)
        except StaleDataError as exc:
            raise StaleVersionError from exc
        except _NOT_THERE as exc:
            raise PeerUnavailableError("database") from exc

    async def answered(self, once: Once) -> Answer | None:
        """The answer of an earlier request with this key, if there was one."""
        try:
            async with self._sessions.begin() as session:
                return await find_answer(session, once, self.ring)
        except _NOT_THERE as exc:
            raise PeerUnavailableError("database") from exc

    async def fetch_json(self, statement: str, parameters: Mapping[str, Any]) -> bytes | None:
        """Run the one statement of a read model; PostgreSQL builds the JSON, we pass the bytes."""
        try:
            async with self._reader.connect() as connection:
                found = await connection.scalar(text(statement), dict(parameters))
        except _NOT_THERE as exc:
            raise PeerUnavailableError("database") from exc
        if found is None:
            return None
        return found.encode() if isinstance(found, str) else bytes(found)

    async def ping(self) -> str:
        """The migration this database stands at; `PeerUnavailableError` when it does not answer."""
        try:
            async with self._reader.connect() as connection:
                found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except (DBAPIError, PoolTimeoutError) as exc:
            raise PeerUnavailableError("database") from exc
        return str(found)

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()


def connect(url: str, ring: KeyRing, pool_size: int = 5) -> Database:
    """A database by its URL; nothing is opened until the first question."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
        hide_parameters=True,
    )
    return Database(engine, ring)


def violates(error: IntegrityError | DBAPIError, constraint: str) -> bool:
    """Whether the database said no by this constraint; its text is never shown to anybody."""
    diagnostics = getattr(error.orig, "diag", None)
    return getattr(diagnostics, "constraint_name", None) == constraint


def points_nowhere(error: IntegrityError) -> bool:
    """Whether a row pointed at one that is not there (SQLSTATE 23503)."""
    return getattr(error.orig, "sqlstate", None) == _FOREIGN_KEY_VIOLATION


def is_taken(error: IntegrityError) -> bool:
    """Whether another row has this key already (SQLSTATE 23505)."""
    return getattr(error.orig, "sqlstate", None) == _UNIQUE_VIOLATION
