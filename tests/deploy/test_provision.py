"""The databases of compose and of the embedded server come out the same."""

import os
import subprocess
from pathlib import Path
from typing import Final

import psycopg

from deploy.local.binaries import installed_programs
from deploy.local.compose import write_secrets
from deploy.local.postgres import bare_server, temporary_data_folder
from deploy.postgres.provision import provision
from shared.vocabulary import ServiceName

POSTGRES: Final = Path(__file__).parents[2] / "deploy" / "postgres"

CLUSTER: Final = (
    ("SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles ORDER BY 1"),
    (
        "SELECT datname, pg_get_userbyid(datdba), datlocprovider, datlocale, datcollate, datctype,"
        " pg_encoding_to_char(encoding), datacl::text FROM pg_database ORDER BY 1"
    ),
)
DATABASE: Final = (
    "SELECT pg_get_userbyid(nspowner), nspacl::text FROM pg_namespace WHERE nspname = 'public'",
    (
        "SELECT pg_get_userbyid(defaclrole), defaclobjtype, defaclacl::text FROM pg_default_acl"
        " ORDER BY 1, 2"
    ),
)


def described(admin_dsn: str) -> list[object]:
    """Roles, databases and rights, as the server has them."""
    with psycopg.connect(admin_dsn) as admin:
        found: list[object] = [admin.execute(query).fetchall() for query in CLUSTER]
    for service in ServiceName:
        with psycopg.connect(admin_dsn, dbname=service) as inside:
            found += [inside.execute(query).fetchall() for query in DATABASE]
    return found


def test_compose_and_the_embedded_server_make_the_same(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    with temporary_data_folder() as folder, bare_server(folder, fsync=False) as server:
        environment = {
            "PATH": f"{installed_programs()}:{os.environ['PATH']}",
            "PGHOST": str(server.socket_dir),
            "PGPASSWORD": server.passwords["postgres"],
            "POSTGRES_USER": "postgres",
            "PROVISION_FOLDER": str(POSTGRES),
            "SECRETS_FOLDER": str(tmp_path),
        }
        subprocess.run([POSTGRES / "init.sh"], check=True, env=environment)  # noqa: S603
        by_compose = described(server.admin_dsn)
        for service in ServiceName:
            password = (tmp_path / f"{service}_database_password").read_text("utf-8")
            socket = server.socket_dir
            psycopg.connect(f"postgresql://{service}:{password}@/{service}?host={socket}").close()
    with temporary_data_folder() as folder, bare_server(folder, fsync=False) as server:
        provision(server.admin_dsn, server.passwords)
        first = described(server.admin_dsn)
        provision(server.admin_dsn, server.passwords)

        assert described(server.admin_dsn) == first
    assert by_compose == first
