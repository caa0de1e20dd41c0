"""The four databases as the superuser sees them: what is there, whatever a service says."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.rows import dict_row

from deploy.local.fleet import Fleet
from shared.vocabulary import ServiceName

SERVICES = tuple(name.value for name in ServiceName)


@dataclass(frozen=True, slots=True)
class Databases:
    """Direct access to the databases of a fleet."""

    fleet: Fleet

    @contextmanager
    def connect(self, service: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A connection in which every statement is its own transaction."""
        parts = urlsplit(self.fleet.database.admin_dsn)
        dsn = urlunsplit(parts._replace(path=f"/{service}"))
        with psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as opened:
            yield opened

    def rows(
        self, service: str, query: LiteralString, values: Sequence[Any] = ()
    ) -> list[dict[str, Any]]:
        """What a query finds."""
        with self.connect(service) as opened:
            return opened.execute(query, values).fetchall()

    def execute(self, service: str, statement: LiteralString, values: Sequence[Any] = ()) -> int:
        """Change something by hand; answers how many rows."""
        with self.connect(service) as opened:
            return opened.execute(statement, values).rowcount
