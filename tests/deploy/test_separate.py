"""Four processes: the same product, each service alone, back after a kill, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import anyio
import httpx
import pytest

from deploy.local.demo.doors import wrong_doors
from deploy.local.demo.registry import load_registry
from deploy.local.demo.stage import Stage
from deploy.local.demo.story import play
from deploy.local.fleet import Fleet, separated
from deploy.local.postgres import temporary_data_folder
from deploy.local.process import NotUpError
from deploy.local.runner import set_clock
from deploy.local.state import read_state, token_of_running, user_for
from shared.vocabulary import ServiceName
from shared.web.combined import combine
from tests.deploy.processes import becomes, processes_of
from tools import openapi
from tools.applications import build

ROOT: Final = Path(__file__).parents[2]
BEGIN: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
SERVICES: Final = [service.value for service in ServiceName]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def fleet() -> AsyncIterator[Fleet]:
    with temporary_data_folder() as folder:
        async with separated(folder, clock_start=BEGIN, fsync=False) as running:
            yield running
            mine = processes_of(folder)
        assert len(mine) > len(SERVICES), "nothing was found, so that nothing is proved"
        assert processes_of(folder) == {}


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """What the first of two instances leaves when it is killed, the second goes on with."""
    with temporary_data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
        yield client


async def test_the_documents_are_those_of_the_combined_mode(
    fleet: Fleet, http: httpx.AsyncClient
) -> None:
    together = combine({service: build(service) for service in SERVICES})
    transport = httpx.ASGITransport(app=together)
    async with httpx.AsyncClient(transport=transport, base_url="http://together") as combined:
        for service in SERVICES:
            path = f"/{service}/v1/openapi.json"
            served = await http.get(fleet.base_url(service) + path)

            assert served.content == (await combined.get(path)).content
            kept = json.dumps(served.json(), indent=2, sort_keys=True, ensure_ascii=False)
            assert f"{kept}\n" == openapi.render(service)


async def test_the_same_story_is_played_by_four_processes(
    fleet: Fleet, http: httpx.AsyncClient
) -> None:
    stage = Stage(
        http=http,
        address=lambda path: f"{fleet.base_url(path.split('/')[1])}{path}",
        token=fleet.token,
        move_clock=fleet.move_clock,
        settle=_a_moment,
        chapter=lambda _: None,
        tell=lambda _: None,
    )

    rows = await play(stage)

    assert {service for service, *_ in rows} >= {"intake", "plans", "referrals"}
    assert len({fleet.pid(service) for service in SERVICES} | {os.getpid()}) == 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_knows_its_own_settings_and_nothing_of_the_others(
    fleet: Fleet, service: str
) -> None:
    told = Path(f"/proc/{fleet.pid(service)}/environ").read_text(encoding="utf-8").split("\0")
    environment = dict(line.split("=", 1) for line in told if line)
    secrets = fleet.database.passwords

    assert environment[f"{service.upper()}_DATABASE_URL"] == fleet.database.url(service)
    others = tuple(f"{other}_".upper() for other in SERVICES if other != service)
    assert not [name for name in environment if name.startswith(others) or "OWNER" in name]
    held = {role for role, secret in secrets.items() if any(secret in line for line in told)}
    assert held == {service}
    kept = json.loads((fleet.data_dir / "client-secrets.json").read_text(encoding="utf-8"))
    assert {name for name, secret in kept.items() if secret in environment.values()} == {service}


def test_everything_listens_on_this_machine_only(fleet: Fleet) -> None:
    wanted = [*fleet.addresses.values(), fleet.issuer_url]
    ports = {int(address.rsplit(":", 1)[1]) for address in wanted}
    lines = [*_table("tcp"), *_table("tcp6")]
    listening = {at for at, state in lines if state == "0A" and int(at.split(":")[1], 16) in ports}

    assert listening == {f"0100007F:{port:04X}" for port in ports}


async def test_a_killed_service_comes_back_and_answers(
    fleet: Fleet, http: httpx.AsyncClient
) -> None:
    path = f"{fleet.base_url('providers')}/providers/v1/organisations"
    token = {"Authorization": f"Bearer {fleet.token('contract_manager')}"}
    for kill in (fleet.kill, lambda name: os.kill(fleet.pid(name), signal.SIGKILL)):
        before = fleet.pid("providers")

        kill("providers")
        await _other_pid(fleet, "providers", before)
        await fleet.ready("providers", 20)

        assert (await http.get(path, headers=token)).status_code == 200
    assert fleet.faults == []


async def test_each_service_alone_is_ready_while_its_peers_are_down(
    fleet: Fleet, http: httpx.AsyncClient
) -> None:
    for service in SERVICES:
        await fleet.stop(service)
        with pytest.raises(NotUpError):
            fleet.pid(service)
    for service in SERVICES:
        await fleet.start(service)
        await fleet.ready(service, 20)

        for path in ("livez", "readyz"):
            answer = await http.get(f"{fleet.base_url(service)}/{service}/{path}")
            assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        for peer in SERVICES:
            if peer != service:
                with pytest.raises(httpx.ConnectError):
                    await http.get(f"{fleet.base_url(peer)}/{peer}/livez")
        await fleet.stop(service)


async def test_workers_apart_deliver_and_nothing_outlives_a_killed_supervisor(
    data_dir: Path, http: httpx.AsyncClient
) -> None:
    set_clock(data_dir / "clock-offset", BEGIN)
    with _up(data_dir, "--workers-apart") as started:
        assert started.stdout is not None
        assert any("Ctrl-C" in line for line in started.stdout)
        addresses = read_state(data_dir).apart
        running = {command for command in processes_of(data_dir).values() if " -m " in command}
        workers = {command for command in running if " work " in command}
        stage = Stage(
            http=http,
            address=lambda path: f"{addresses[path.split('/')[1]]}{path}",
            token=lambda role, **claims: token_of_running(data_dir, user_for(role, **claims)),
            move_clock=lambda _: None,
            settle=_a_moment,
            chapter=lambda _: None,
            tell=lambda _: None,
        )
        # What the first door carries over is told to plans by the worker of intake.
        await load_registry(stage)
        await wrong_doors(stage)
        # Four services, four workers and the one that started them.
        assert (len(running), len(workers)) == (9, 4)

        started.kill()
        started.wait()

        assert becomes(lambda: processes_of(data_dir) == {}), processes_of(data_dir)


def test_told_to_stop_while_it_starts_it_stops_all(data_dir: Path) -> None:
    for left in (data_dir / "logs").glob("*"):
        left.unlink()
    with _up(data_dir) as started:
        assert becomes((data_dir / "logs" / "providers.log").exists)

        started.send_signal(signal.SIGTERM)

        assert started.wait(20) == 0
        assert processes_of(data_dir) == {}
        assert started.stdout is not None
        assert started.stdout.read().endswith("Stopped.\n")


@contextmanager
def _up(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    started = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
        [sys.executable, "-m", "tests.deploy.apart", str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert started.stdout is not None
    try:
        with started.stdout:
            yield started
    finally:
        started.kill()
        started.wait()


async def _other_pid(fleet: Fleet, name: str, before: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if fleet.pid(name) != before:
                return
        except NotUpError:
            pass
        await _a_moment()
    raise AssertionError(f"{name} did not come back")


async def _a_moment() -> None:
    """Over HTTP the workers deliver by themselves."""
    await anyio.sleep(0.05)


def _table(kind: str) -> list[tuple[str, str]]:
    """Local address and state of every connection of this machine, as the system writes them."""
    lines = Path(f"/proc/net/{kind}").read_text(encoding="utf-8").splitlines()[1:]
    return [(columns[1], columns[3]) for columns in map(str.split, lines)]
