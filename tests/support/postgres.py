"""One embedded server per run; one database per service and worker, cloned and emptied."""

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from deploy.local.postgres import EmbeddedServer
from deploy.postgres.provision import create_database, drop_database
from shared.db.migrate import upgrade
from shared.vocabulary import ServiceName

_KEEP: Final = frozenset({"alembic_version"})


def template_name(service: str) -> str:
    """The migrated, empty database that the others are cloned from."""
    return f"template_{service}"


def make_templates(server: EmbeddedServer) -> None:
    """Migrate one database per service, once per run."""
    for service in ServiceName:
        name = template_name(service)
        create_database(server.admin_dsn, service, name)
        upgrade(service, server.owner_url(service, name))


@dataclass(frozen=True)
class TestServer:
    """The server of this run, as one worker uses it."""

    __test__ = False

    server: EmbeddedServer
    worker: str

    def name(self, service: str) -> str:
        """This worker's own database of a service."""
        return f"{service}_{self.worker}"

    def clone(self, service: str) -> None:
        """Make this worker's database of a service, from its template."""
        name = self.name(service)
        drop_database(self.server.admin_dsn, name)
        create_database(self.server.admin_dsn, service, name, template_name(service))

    def url(self, service: str) -> str:
        """What the service runs with."""
        return self.server.url(service, self.name(service))

    def owner_url(self, service: str) -> str:
        """The owner of the tables: for tests that change a constraint."""
        return self.server.owner_url(service, self.name(service))

    def empty(self, service: str) -> None:
        """Delete every row. As the superuser, since audit records refuse it to everybody else."""
        with psycopg.connect(self.server.admin_dsn, dbname=self.name(service)) as admin:
            admin.execute("SET session_replication_role = replica")
            found = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in found.fetchall():
                if table not in _KEEP:
                    admin.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

    def execute(self, service: str, statement: str) -> None:
        """Run a statement as the owner: dropping a constraint to see a test go red, say."""
        owner = self.server.owner_url(service, self.name(service))
        address = owner.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
