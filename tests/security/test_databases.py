"""The role that runs owns nothing, makes nothing, rewrites no log and opens no other database."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from shared.audit.records import About, Act, SubjectKind, record
from shared.db.database import connect
from shared.vocabulary import ServiceName
from tests.support.calls import a_call, a_ring
from tests.support.postgres import TestServer

SERVICES = sorted(ServiceName)


def running(databases: TestServer, service: str) -> psycopg.Connection:
    """A connection as the service itself has it."""
    address = databases.url(service).replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(address, autocommit=True)


@pytest.mark.parametrize("service", SERVICES)
def test_the_running_role_has_no_power(databases: TestServer, service: str) -> None:
    with running(databases, service) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        ).fetchone()
    assert powers == (False,) * 5
    assert owned == (0,)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "ALTER TABLE audit_records DISABLE TRIGGER ALL",
        "DROP TABLE audit_records",
        "UPDATE audit_records SET actor = 'nobody'",
        "DELETE FROM audit_records",
        "TRUNCATE audit_records",
        "SET session_replication_role = replica",
    ],
)
def test_the_running_role_cannot(databases: TestServer, service: str, statement: str) -> None:
    with running(databases, service) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_records SET actor = 'x'", "DELETE FROM audit_records"]
)
async def test_not_even_the_owner_rewrites_the_log(databases: TestServer, statement: str) -> None:
    db = connect(databases.url("plans"), a_ring())
    async with db.transaction() as session:
        about = [About(SubjectKind.PERSON, uuid4())]
        await record(session, a_call(), Act.READ, "plan", about)
    await db.close()
    with pytest.raises(errors.InsufficientPrivilege):
        databases.execute("plans", statement)


@pytest.mark.parametrize("service", SERVICES)
def test_the_running_role_opens_no_other_database(databases: TestServer, service: str) -> None:
    mine, others = databases.url(service), [other for other in SERVICES if other != service]
    for other in others:
        address = mine.replace("postgresql+psycopg://", "postgresql://", 1)
        address = address.replace(databases.name(service), databases.name(other), 1)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(address)
