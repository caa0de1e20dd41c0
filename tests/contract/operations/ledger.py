"""What the four databases hold, in short: a digest per table, to see that nothing changed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeAlias

import psycopg

from shared.vocabulary import ServiceName
from tests.support.postgres import TestServer

State: TypeAlias = dict[tuple[str, str], tuple[int, str]]
"""Service and table: how many rows, and a digest of all of them."""

AUDIT: Final = "audit_records"
KEYS: Final = "idempotency_keys"


class Ledger:
    """Open connections to the four databases, as the superuser, who sees every row."""

    def __init__(self, connections: dict[str, psycopg.Connection[Any]]) -> None:
        self._connections = connections
        self._questions = {name: _question(each) for name, each in connections.items()}

    def read(self) -> State:
        """The digests now, of every table of every service."""
        return {
            (service, table): (int(rows), digest)
            for service, connection in self._connections.items()
            for table, rows, digest in connection.execute(self._questions[service])
        }

    def ask(self, service: str, question: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement finds, or nothing when it changes rows."""
        cursor = self._connections[service].execute(question.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def age(self, service: str, record: str, by: int) -> int:
        """Change the version of a record, whatever its table; answers how many rows have that id.

        What another writer does to a record, without knowing what writes to it.
        """
        for key in ("id", "subject"):
            rows = 0
            for (table,) in self.ask(service, _VERSIONED, key):
                change = f"UPDATE {table} SET version = version + %s WHERE {key}::text = %s"  # noqa: S608
                rows += self._connections[service].execute(change.encode(), (by, record)).rowcount
            if rows:
                return rows
        return 0

    def forget(self, subject: str) -> None:
        """Put somebody else wherever a table names this subject, but in keys and audit records."""
        for service, connection in self._connections.items():
            for table, column in self.ask(service, _TEXTS):
                if table not in {AUDIT, KEYS}:
                    change = f"UPDATE {table} SET {column} = 'somebody-else' WHERE {column} = %s"  # noqa: S608
                    connection.execute(change.encode(), (subject,))


_TEXTS: Final = """
SELECT table_name, quote_ident(column_name) FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND data_type IN ('text', 'character varying')
"""
_VERSIONED: Final = """
SELECT table_name FROM information_schema.columns AS version
JOIN information_schema.columns AS key USING (table_schema, table_name)
WHERE table_schema = 'public' AND version.column_name = 'version' AND key.column_name = %s
"""
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def _question(connection: psycopg.Connection[Any]) -> bytes:
    parts = [
        f"SELECT '{table}', count(*), coalesce(md5(string_agg(row::text, '' "  # noqa: S608
        f"ORDER BY row::text)), '') FROM \"{table}\" AS row"
        for (table,) in connection.execute(_TABLES)
    ]
    return " UNION ALL ".join(parts).encode()


@contextmanager
def ledger(databases: TestServer) -> Iterator[Ledger]:
    """Open the ledger of this worker's databases."""
    with ExitStack() as stack:
        connections: dict[str, psycopg.Connection[Any]] = {}
        for service in ServiceName:
            dsn, name = databases.server.admin_dsn, databases.name(service)
            connection = psycopg.connect(dsn, dbname=name, autocommit=True)
            connections[service] = stack.enter_context(connection)
            connection.execute("SET session_replication_role = replica")
        yield Ledger(connections)


def differences(
    before: State, after: State, *, without: frozenset[tuple[str, str]] = frozenset()
) -> list[str]:
    """Which tables changed: `plans.goals 1 → 2`."""
    names = sorted(set(before) | set(after))
    return [
        f"{service}.{table} {before[service, table][0]} → {after[service, table][0]}"
        for service, table in names
        if before[service, table] != after[service, table] and (service, table) not in without
    ]
