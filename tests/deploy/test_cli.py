"""The command line: one sentence per fault and all at once, a token and nothing else."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from jose import jwt
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.postgres import bare_server, remove_data_folder, temporary_data_folder
from deploy.local.preflight import fleet_preflight
from deploy.local.product import DEFAULT_STELSEL
from deploy.local.roster import FREE_FLEET_PORTS
from deploy.local.runner import Instance, Setup, StartError, assembled
from deploy.local.sample import BIJLMER, CALLERS, NOOR
from deploy.local.state import is_owned
from shared.db.migrate import head
from shared.vocabulary import Role, ServiceName
from tests.deploy.processes import free_ports
from tests.deploy.tiny import TINY

ROOT = Path(__file__).parents[2]
MARCH = datetime(2022, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def instance() -> AsyncIterator[Instance]:
    with temporary_data_folder() as folder:
        async with assembled(folder, Setup(clock_start=MARCH, fsync=False), TINY) as running:
            yield running


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in [name for name in os.environ if name.endswith("_DATABASE_OWNER_URL")]:
        monkeypatch.delenv(name)
    return CliRunner()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SERVICE}))
async def test_a_role_alone_gives_a_token_of_somebody_from_the_sample(
    instance: Instance, command: CliRunner, role: Role
) -> None:
    found = command.invoke(app, ["token", "--role", role, "--data", str(instance.data_dir)])

    assert (found.exit_code, found.stderr) == (0, "")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", found.stdout)
    claims = await _verified(instance, found.stdout.strip())
    assert claims["roles"] == [role]
    assert claims["sub"] == CALLERS[role].subject
    assert claims.get("team") == CALLERS[role].team


async def test_a_claim_that_is_given_replaces_that_of_the_sample(
    instance: Instance, command: CliRunner
) -> None:
    arguments = ["--role", "team_lead", "--team", str(BIJLMER.id), "--stadsdeel", "T"]

    found = command.invoke(app, ["token", *arguments, "--data", str(instance.data_dir)])

    claims = await _verified(instance, found.stdout.strip())
    assert (claims["team"], claims["stadsdeel"]) == (str(BIJLMER.id), "T")
    assert claims["sub"] == CALLERS[Role.TEAM_LEAD].subject


def test_a_token_needs_a_running_instance(command: CliRunner, tmp_path: Path) -> None:
    found = command.invoke(app, ["token", "--role", "monitor", "--data", str(tmp_path)])

    assert (found.exit_code, found.stdout) == (1, "")
    assert "buurtteam up" in found.stderr


def test_nobody_gets_a_token_of_a_service(command: CliRunner) -> None:
    found = command.invoke(app, ["token", "--role", "service"])

    assert (found.exit_code, found.stdout) == (2, "")


async def test_an_instance_serves_all_four_and_gives_them_its_surroundings(
    instance: Instance,
) -> None:
    async with httpx.AsyncClient(base_url=instance.base_url) as client:
        for service in ServiceName:
            shown = (await client.get(f"/{service}/settings")).json()
            assert shown["issuer"].rstrip("/") == instance.issuer_url
            assert shown["environment"] == "development"


async def test_the_clock_of_an_instance_starts_where_asked_and_can_be_moved(
    instance: Instance,
) -> None:
    async with httpx.AsyncClient(base_url=instance.base_url) as client:
        before = datetime.fromisoformat((await client.get("/plans/now")).json())
        instance.move_clock(MARCH + timedelta(days=90))
        after = datetime.fromisoformat((await client.get("/plans/now")).json())

    assert timedelta(0) <= before - MARCH < timedelta(minutes=1)
    assert timedelta(0) <= after - MARCH - timedelta(days=90) < timedelta(minutes=1)


async def test_the_instance_gives_tokens_too(instance: Instance) -> None:
    claims = await _verified(instance, instance.token("buurtteam_worker", stadsdeel="N"))

    assert (claims["sub"], claims["stadsdeel"]) == (NOOR.subject, "N")


def test_up_names_every_fault_at_once(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.touch()
    with (
        socket.create_server(("127.0.0.1", 0)) as first,
        socket.create_server(("127.0.0.1", 0)) as second,
    ):
        ports = [str(each.getsockname()[1]) for each in (first, second)]
        arguments = ["--port", ports[0], "--issuer-port", ports[1], "--stelsel", "atlantis-1900"]
        faulty = {
            "PLANS_BODY_LIMIT_BYTES": "many",
            "INTAKE_WORKER_CONCURRENCY": "0",
            "ENVIRONMENT": "production",
        }
        found = CliRunner(env=faulty).invoke(app, ["up", "--data", str(blocked / "up"), *arguments])

    assert found.exit_code == 2
    for word in (*ports, *faulty, "atlantis-1900", str(blocked)):
        assert word in found.stderr, word
    assert len(found.stderr.splitlines()) == 7
    assert "many" not in found.stderr
    assert "Traceback" not in found.output


def test_workers_apart_need_separate_services(command: CliRunner) -> None:
    found = command.invoke(app, ["up", "--workers-apart"])

    assert (found.exit_code, found.stderr) == (2, "--workers-apart needs --separate.\n")


def test_up_separate_names_every_fault_at_once(tmp_path: Path, command: CliRunner) -> None:
    first = free_ports(5)
    with (
        socket.create_server(("127.0.0.1", first + 1)),
        socket.create_server(("127.0.0.1", first + 3)),
        socket.create_server(("127.0.0.1", first + 4)),
    ):
        ports = ["--base-port", str(first), "--issuer-port", str(first + 4)]
        found = command.invoke(
            app,
            ["up", "--separate", *ports, "--data", str(tmp_path / "up"), "--stelsel", "nowhere"],
        )

    assert found.exit_code == 2
    taken = re.findall(r"Port (\d+) .+ with (--\S+)\.", found.stderr)
    assert set(taken) >= {
        (str(first + 1), "--base-port"),
        (str(first + 3), "--base-port"),
        (str(first + 4), "--issuer-port"),
    }
    assert not [port for port, _ in taken if port in {str(first), str(first + 2)}]
    assert "nowhere" in found.stderr
    assert "Traceback" not in found.output


async def test_a_reserved_port_is_refused_to_callers_and_given_to_nobody_else(
    tmp_path: Path,
) -> None:
    with fleet_preflight(tmp_path, FREE_FLEET_PORTS, DEFAULT_STELSEL, gateway=True) as doors:
        numbers = {*doors.services.values(), doors.gateway}
        assert len(numbers) == 5
        for number in doors.services.values():
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", number), 1)
            with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
                stranger.bind(("127.0.0.1", number))
            # What listens there sets SO_REUSEADDR, as every server does.
            socket.create_server(("127.0.0.1", number)).close()


def test_migrate_brings_the_databases_of_a_data_folder_up_to_date(command: CliRunner) -> None:
    with temporary_data_folder() as folder:
        found = command.invoke(app, ["migrate", "--service", "providers", "--data", str(folder)])
        with bare_server(folder, fsync=False) as server:
            url = server.owner_url("providers").replace("+psycopg", "")
            with psycopg.connect(url) as owner:
                version = owner.execute("SELECT version_num FROM alembic_version").fetchone()

    assert (found.exit_code, version) == (0, (head("providers"),))


async def test_a_second_instance_on_the_same_data_is_refused(
    instance: Instance, command: CliRunner
) -> None:
    found = command.invoke(app, ["migrate", "--data", str(instance.data_dir)])

    assert found.exit_code == 1
    assert "already runs" in found.stderr


async def test_a_service_that_does_not_start_stops_everything_else() -> None:
    @asynccontextmanager
    async def broken(_app: FastAPI) -> AsyncIterator[None]:
        raise RuntimeError("no stelsel")
        yield

    product = replace(TINY, create_app=lambda _service, _settings: FastAPI(lifespan=broken))
    with temporary_data_folder() as folder:
        with pytest.raises(StartError):
            async with assembled(folder, Setup(fsync=False), product):
                pass
        assert not is_owned(folder)
        assert not list(folder.rglob("postmaster.pid"))


def test_up_stops_all_of_it_when_told(tmp_path: Path) -> None:
    data_dir = tmp_path / "up"
    for ending in (signal.SIGTERM, signal.SIGINT):
        started, lines = _up(data_dir)
        started.send_signal(ending)
        assert started.stdout is not None
        with started.stdout:
            lines += started.stdout.readlines()

        assert started.wait(10) == 0
        assert sum("/v1/openapi.json" in line for line in lines) == len(ServiceName)
        assert lines[-1] == "Stopped.\n"
        assert not (data_dir / "running.json").exists()
        assert not list(tmp_path.rglob("postmaster.pid"))
    remove_data_folder(data_dir)


def _up(data_dir: Path) -> tuple["subprocess.Popen[str]", list[str]]:
    """Start an instance in a process of its own; returns when it says that it runs."""
    started = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
        [sys.executable, "-m", "tests.deploy.tiny", str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    lines: list[str] = []
    assert started.stdout is not None
    while not any("Ctrl-C" in line for line in lines):
        lines.append(started.stdout.readline())
        assert lines[-1], lines
    return started, lines


async def _verified(instance: Instance, token: str) -> dict[str, object]:
    async with httpx.AsyncClient(base_url=instance.issuer_url) as client:
        [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]
    return dict(jwt.decode(token, key, algorithms=["ES256"], audience="buurtteam"))
