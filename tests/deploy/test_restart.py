"""The embedded PostgreSQL killed, and started again in the same place."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from deploy.local.binaries import server_account
from deploy.local.postgres import controlled, remove_data_folder
from tests.deploy.processes import becomes, is_alive

# Tells the number of its backend, then keeps it busy.
ASK: Final = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as asking:
    print(asking.info.backend_pid, flush=True)
    asking.execute(sys.argv[2])
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "up"
    yield folder
    remove_data_folder(folder)


def test_a_killed_server_starts_again_in_the_same_place_with_what_was_committed(
    data_dir: Path,
) -> None:
    with controlled(data_dir) as control:
        before, dsn = control.server, control.server.admin_dsn
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute("CREATE TABLE noted AS SELECT 'ja' AS said")

        control.kill()
        control.kill()
        assert not is_alive(before.pid)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(dsn)
        control.start()
        control.start()

        assert control.server.admin_dsn == dsn
        assert control.server.pid != before.pid
        with psycopg.connect(dsn) as admin:
            assert admin.execute("SELECT said FROM noted").fetchall() == [("ja",)]
    assert not is_alive(control.server.pid)
    assert not before.socket_dir.exists()


def test_a_server_waits_for_what_a_killed_one_still_has_under_way(data_dir: Path) -> None:
    busy = "SELECT count(*) FROM generate_series(1, 3000000) AS a"
    active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = %s"
    with controlled(data_dir, fsync=False) as control:
        asking = subprocess.Popen(  # noqa: S603 - this Python, a fixed script
            [sys.executable, "-c", ASK, control.server.admin_dsn, busy],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert asking.stdout is not None
        with asking.stdout, psycopg.connect(control.server.admin_dsn, autocommit=True) as admin:
            backend = int(asking.stdout.readline())
            assert becomes(lambda: admin.execute(active, [busy]).fetchone() == (1,))

            control.kill()
            survived = is_alive(backend)
            control.start()

            assert (survived, is_alive(backend)) == (True, False)
        asking.wait()
        log = control.server.log_file.read_text(encoding="utf-8")
        assert "pre-existing shared memory block" in log
        psycopg.connect(control.server.admin_dsn).close()


def test_a_server_starts_again_when_a_stranger_got_the_number_of_the_killed_one(
    data_dir: Path,
) -> None:
    account = server_account().process()
    with (
        controlled(data_dir, fsync=False) as control,
        subprocess.Popen(["/bin/sleep", "60"], **account) as stranger,
    ):
        control.kill()
        written = control.server.log_file.parent / "data" / "postmaster.pid"
        _, *rest = written.read_text(encoding="utf-8").splitlines()
        written.write_text("\n".join([str(stranger.pid), *rest, ""]), encoding="utf-8")

        control.start()

        with psycopg.connect(control.server.admin_dsn) as opened:
            assert opened.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None, "a process that is not ours is left alone"
        stranger.kill()


def test_a_killed_server_that_was_not_started_again_leaves_nothing(data_dir: Path) -> None:
    with controlled(data_dir, fsync=False) as control:
        control.kill()

    assert not control.server.socket_dir.exists()
    with controlled(data_dir, fsync=False) as control:
        psycopg.connect(control.server.admin_dsn).close()
