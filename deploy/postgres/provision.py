"""Makes the roles and databases of the services from the SQL files beside this module."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from shared.vocabulary import ServiceName

_FOLDER: Final = Path(__file__).parent

# The variables of psql: :"name" is an identifier, :'name' a text. psql reads the same files.
_VARIABLE: Final = re.compile(r""":(?:"(?P<name>\w+)"|'(?P<text>\w+)')""")


def owner_role(service: str) -> str:
    """The role that owns the tables of a service; used for migrations only."""
    return f"{service}_owner"


def provision(admin_dsn: str, passwords: Mapping[str, str]) -> None:
    """Make what is missing: two roles and a database per service. `passwords` is by role."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        _run(admin, "cluster", {})
        for service in ServiceName:
            if not _exists(admin, "pg_roles", "rolname", service):
                _run(admin, "roles", _role_variables(service, passwords))
    for service in ServiceName:
        create_database(admin_dsn, service, service)


def create_database(admin_dsn: str, service: str, name: str, template: str | None = None) -> None:
    """Make the database `name` with the rights of the two roles of a service; may be repeated.

    With a template (nobody may be connected to it) a new database has its tables and rows.
    """
    variables = {"service": service, "owner": owner_role(service), "database": name}
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        if not _exists(admin, "pg_database", "datname", name):
            _run(admin, "database", variables | {"template": template or "template0"})
    with psycopg.connect(admin_dsn, dbname=name, autocommit=True) as inside:
        _run(inside, "rights", variables)


def drop_database(admin_dsn: str, name: str) -> None:
    """Remove a database that a test made, whoever is still connected to it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(statement)


def _role_variables(service: str, passwords: Mapping[str, str]) -> dict[str, str]:
    owner = owner_role(service)
    return {
        "service": service,
        "owner": owner,
        "service_password": passwords[service],
        "owner_password": passwords[owner],
    }


def _exists(
    admin: psycopg.Connection, table: LiteralString, column: LiteralString, name: str
) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return admin.execute(query, [name]).fetchone() is not None


def _run(connection: psycopg.Connection, file: str, variables: Mapping[str, str]) -> None:
    text = (_FOLDER / f"{file}.sql").read_text(encoding="utf-8")
    for statement in _statements(text):
        connection.execute(_filled(connection, statement, variables))


def _statements(text: str) -> list[str]:
    """One by one: CREATE DATABASE refuses to share a message with another statement."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [part for part in (piece.strip() for piece in bare.split(";")) if part]


def _filled(connection: psycopg.Connection, statement: str, variables: Mapping[str, str]) -> bytes:
    def value(found: re.Match[str]) -> str:
        name, text = found["name"], found["text"]
        quoted = sql.Identifier(variables[name]) if name else sql.Literal(variables[text])
        return quoted.as_string(connection)

    return _VARIABLE.sub(value, statement).encode()
