"""The embedded PostgreSQL: who may open what, and that nothing of it stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from pydantic import PostgresDsn, TypeAdapter

from deploy.local.binaries import EmbeddedPostgresError, server_account
from deploy.local.postgres import (
    DataFolderInUseError,
    EmbeddedServer,
    embedded,
    refuse_production,
    remove_data_folder,
    temporary_data_folder,
)
from deploy.postgres.provision import create_database, drop_database
from shared.vocabulary import ServiceName

ROOT = Path(__file__).parents[2]
SERVICES = sorted(ServiceName)

# Runs a server, tells us its number, and never stops it by itself.
HOLD = """
import sys, time
from pathlib import Path
from deploy.local.postgres import embedded
with embedded(Path(sys.argv[1]), fsync=False) as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server whose data was asked for below a folder that nobody else can enter."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    data_dir = closed / "checkout" / "var" / "up"
    with embedded(data_dir, fsync=False) as running:
        yield running
    remove_data_folder(data_dir)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "up"
    yield folder
    remove_data_folder(folder)


def opened(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_it_starts_below_a_closed_folder_and_opens_no_port(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_dsn) as admin:
        listening = admin.execute("SHOW listen_addresses").fetchone()
        version = admin.info.server_version

    assert listening == ("",)
    assert version >= 180000


def test_it_does_not_run_as_root(server: EmbeddedServer) -> None:
    owner = (server.log_file.parent / "data").stat()

    assert owner.st_uid == server_account().uid != 0
    assert owner.st_mode & 0o777 == 0o700


@pytest.mark.parametrize("service", SERVICES)
def test_settings_accept_its_urls(server: EmbeddedServer, service: str) -> None:
    for url in (server.url(service), server.owner_url(service)):
        assert str(TypeAdapter(PostgresDsn).validate_python(url)) == url


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_opens_its_own_database_and_no_other(server: EmbeddedServer, service: str) -> None:
    for url in (server.url, server.owner_url):
        opened(url(service)).close()
        for other in sorted({"postgres", "template1", *ServiceName} - {service}):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                opened(url(service, other))


@pytest.mark.parametrize("service", SERVICES)
def test_what_runs_reads_and_writes_rows_but_makes_no_tables(
    server: EmbeddedServer, service: str
) -> None:
    with opened(server.owner_url(service)) as owner, opened(server.url(service)) as runs:
        owner.execute("CREATE TABLE noted (id int GENERATED ALWAYS AS IDENTITY, said text)")
        runs.execute("INSERT INTO noted (said) VALUES ('ja')")
        assert runs.execute("SELECT id, said FROM noted").fetchall() == [(1, "ja")]
        for forbidden in (
            "CREATE TABLE mine (id int)",
            "CREATE TEMP TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "ALTER TABLE noted ADD COLUMN more int",
            "TRUNCATE noted",
            "SET ROLE postgres",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runs.execute(forbidden)
        owner.execute("DROP TABLE noted")


def test_no_role_of_a_service_is_privileged(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_dsn) as admin:
        privileged = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin"
            " AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)"
        ).fetchall()

    assert privileged == [("postgres",)]


def test_a_copy_of_a_migrated_database_has_its_tables_and_its_limits(
    server: EmbeddedServer,
) -> None:
    create_database(server.admin_dsn, "plans", "plans_template")
    with opened(server.owner_url("plans", "plans_template")) as owner:
        owner.execute("CREATE TABLE noted (said text)")

    create_database(server.admin_dsn, "plans", "plans_gw0", template="plans_template")

    with opened(server.url("plans", "plans_gw0")) as runs:
        runs.execute("INSERT INTO noted VALUES ('ja')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runs.execute("CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        opened(server.url("intake", "plans_gw0"))
    for name in ("plans_gw0", "plans_template"):
        drop_database(server.admin_dsn, name)


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    wrong = server.url("plans").replace(server.passwords["plans"], "wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        opened(wrong)


def test_order_is_the_same_everywhere(server: EmbeddedServer) -> None:
    with opened(server.url("plans")) as runs:
        rows = runs.execute(
            "SELECT name FROM (VALUES ('é'), ('b'), ('Z'), ('a')) AS v(name) ORDER BY name"
        ).fetchall()

    assert [name for (name,) in rows] == ["Z", "a", "b", "é"]


def test_one_data_folder_has_one_owner_and_two_folders_run_side_by_side(
    server: EmbeddedServer, data_dir: Path
) -> None:
    with embedded(data_dir, fsync=False) as other:
        assert other.socket_dir != server.socket_dir
        with pytest.raises(DataFolderInUseError), embedded(data_dir):
            pass


@pytest.mark.parametrize("name", ["ENVIRONMENT", "PLANS_ENVIRONMENT", "PROVIDERS_ENVIRONMENT"])
def test_it_refuses_production(name: str) -> None:
    refuse_production({name: "development"})
    with pytest.raises(EmbeddedPostgresError, match=f"{name} is `production`"):
        refuse_production({name: "Production"})


def test_what_a_killed_owner_left_is_stopped_at_the_next_start(data_dir: Path) -> None:
    owner, left = _hold(data_dir)
    watcher = _watcher_of(owner.pid)
    os.kill(watcher, signal.SIGKILL)
    owner.kill()
    owner.wait()
    assert _alive(left), "the server should have outlived its owner for this test to mean anything"

    with embedded(data_dir, fsync=False) as server:
        assert server.pid != left
        assert not _alive(left)
        opened(server.url("plans")).close()


def test_it_stops_with_its_owner_however_that_ends(data_dir: Path) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP):
        owner, running = _hold(data_dir)

        owner.send_signal(ending)
        owner.wait()

        assert _becomes(partial(_gone, running))


def test_the_databases_of_a_data_folder_that_is_gone_are_removed(
    data_dir: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    with embedded(tmp_path / "gone", fsync=False) as server:
        place = server.log_file.parent
    shutil.rmtree(tmp_path / "gone")

    with embedded(data_dir, fsync=False) as server:
        assert not place.exists()


def test_a_temporary_data_folder_leaves_nothing() -> None:
    with temporary_data_folder() as folder, embedded(folder, fsync=False) as server:
        socket_dir = server.socket_dir
        assert folder in server.log_file.parents

    assert not folder.exists()
    assert not socket_dir.exists()


def _hold(data_dir: Path) -> tuple["subprocess.Popen[str]", int]:
    owner = subprocess.Popen(  # noqa: S603 - this Python, a fixed script
        [sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert owner.stdout is not None
    with owner.stdout:
        return owner, int(owner.stdout.readline())


def _watcher_of(owner: int) -> int:
    listed = Path(f"/proc/{owner}/task/{owner}/children").read_text(encoding="utf-8").split()
    return next(
        int(child)
        for child in listed
        if Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8").startswith("/bin/sh")
    )


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _gone(pid: int) -> bool:
    return not _alive(pid)


def _becomes(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
