"""One service alone: it says everything that is missing, never what a secret is."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from deploy.local.environment import environment_of
from deploy.local.product import DEFAULT_STELSEL, Surroundings, settings_for
from deploy.local.secrets import instance_secrets
from deploy.postgres.provision import create_database, drop_database
from deploy.service import app, settings_from_environment
from shared.db.migrate import head
from shared.vocabulary import ServiceName
from tests.deploy.processes import becomes
from tests.support.postgres import TestServer

ROOT: Final = Path(__file__).parents[2]
HOST: Final = "127.0.0.1"
NOWHERE: Final = "http://127.0.0.1:9"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of any service."""
    for name in list(os.environ):
        if name.startswith(tuple(f"{service.upper()}_" for service in ServiceName)):
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def command(bare: pytest.MonkeyPatch) -> CliRunner:
    del bare
    return CliRunner()


@pytest.mark.parametrize("arguments", [["serve"], ["work"]])
def test_it_names_every_setting_that_is_missing(
    command: CliRunner, arguments: Sequence[str]
) -> None:
    found = command.invoke(app, [*arguments, "--service", "plans"])

    assert found.exit_code == 2
    assert "PLANS_DATABASE_URL: " in found.stderr
    assert "PLANS_CLIENT_SECRET: " in found.stderr


def test_it_does_not_repeat_a_secret(command: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANS_CLIENT_SECRET", "too-short")

    found = command.invoke(app, ["serve", "--service", "plans"])

    assert "PLANS_CLIENT_SECRET: " in found.stderr
    assert "too-short" not in found.output


def test_a_migration_asks_for_the_owner_only(command: CliRunner) -> None:
    found = command.invoke(app, ["migrate", "--service", "plans"])

    assert found.exit_code == 2
    assert found.stderr == "PLANS_DATABASE_OWNER_URL: Field required.\n"


def test_a_migration_brings_the_database_of_the_environment_up_to_date(
    command: CliRunner, postgres: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_dsn, name = postgres.server.admin_dsn, f"providers_{postgres.worker}_migrated"
    create_database(admin_dsn, "providers", name)
    monkeypatch.setenv("PROVIDERS_DATABASE_OWNER_URL", postgres.server.owner_url("providers", name))

    found = command.invoke(app, ["migrate", "--service", "providers"])

    with psycopg.connect(admin_dsn, dbname=name) as inside:
        version = inside.execute("SELECT version_num FROM alembic_version").fetchone()
    drop_database(admin_dsn, name)
    assert (found.exit_code, version) == (0, (head("providers"),))


@pytest.fixture
def environment(postgres: TestServer, tmp_path: Path, bare: pytest.MonkeyPatch) -> dict[str, str]:
    """What providers needs, and nothing else."""
    del bare
    around = Surroundings(NOWHERE, NOWHERE, DEFAULT_STELSEL, instance_secrets(tmp_path), None)
    settings = settings_for(ServiceName.PROVIDERS, postgres.url("providers"), around)
    return environment_of(ServiceName.PROVIDERS, settings)


def test_the_environment_of_a_process_gives_exactly_its_settings(
    environment: dict[str, str], bare: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        bare.setenv(name, value)
    settings = settings_from_environment(ServiceName.PROVIDERS)

    assert environment_of(ServiceName.PROVIDERS, settings) == environment
    assert settings.client_secret.get_secret_value() in environment.values()


def test_the_owner_of_the_tables_is_kept_from_what_runs(
    postgres: TestServer, tmp_path: Path, bare: pytest.MonkeyPatch
) -> None:
    bare.setenv("PROVIDERS_DATABASE_OWNER_URL", postgres.server.owner_url("providers"))
    bare.setenv("SOMETHING_SECRET", "of somebody else")
    around = Surroundings(NOWHERE, NOWHERE, DEFAULT_STELSEL, instance_secrets(tmp_path), None)
    settings = settings_for(ServiceName.PROVIDERS, postgres.url("providers"), around)

    given = environment_of(ServiceName.PROVIDERS, settings)

    assert settings.database_owner_url is not None
    assert not {"PROVIDERS_DATABASE_OWNER_URL", "SOMETHING_SECRET"} & given.keys()


def test_a_service_serves_alone_until_it_is_told_to_stop(environment: dict[str, str]) -> None:
    with _alone(environment, *_serve(port := _free_port())) as served:
        assert _answer(f"http://{HOST}:{port}/providers/readyz", served).status_code == 200
        served.send_signal(signal.SIGTERM)
        assert served.wait(15) in {0, -signal.SIGTERM}


def test_a_service_stops_when_whoever_started_it_is_gone(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    arguments = (*_serve(port := _free_port()), "--until-closed", str(reading))
    with _alone(environment, *arguments, descriptors=(reading,)) as served:
        os.close(reading)
        assert _answer(f"http://{HOST}:{port}/providers/livez", served).status_code == 200

        os.close(writing)

        assert served.wait(15) in {0, -signal.SIGTERM}


@pytest.mark.parametrize("ending", ["told", "left"])
def test_a_worker_alone_ends_well_when_it_is_told_or_left(
    environment: dict[str, str], postgres: TestServer, ending: str
) -> None:
    url = postgres.url("providers").replace("+psycopg", "")
    query = "SELECT count(*) FROM procrastinate_workers"
    reading, writing = os.pipe()
    arguments = ("work", "--service", "providers", "--until-closed", str(reading))
    with (
        _alone(environment, *arguments, descriptors=(reading,)) as worker,
        psycopg.connect(url, autocommit=True) as opened,
    ):
        os.close(reading)
        assert becomes(lambda: opened.execute(query).fetchone() == (1,), 30)

        if ending == "left":
            os.close(writing)
        else:
            worker.send_signal(signal.SIGTERM)

        assert worker.wait(15) == 0
        assert opened.execute(query).fetchone() == (0,)
    if ending == "told":
        os.close(writing)


def test_a_worker_that_fails_says_so_without_a_text_of_a_library(
    environment: dict[str, str],
) -> None:
    url = environment["PROVIDERS_DATABASE_URL"]
    wrong = {"PROVIDERS_DATABASE_URL": url.replace("@localhost", "-wrong@localhost")}
    with _alone(environment | wrong, "work", "--service", "providers") as worker:
        _, told = worker.communicate(timeout=30)
        lines = told.decode().splitlines()

        assert worker.returncode == 1
    last = json.loads(lines[-1])
    assert (last["event"], last["service"]) == ("worker_ended", "providers")
    assert not [line for line in lines if "password" in line or not line.startswith("{")]


def test_a_file_descriptor_that_is_not_open_is_refused(command: CliRunner) -> None:
    found = command.invoke(app, ["work", "--service", "plans", "--until-closed", "987"])

    assert found.exit_code == 2
    assert "987 is not open" in found.stderr


@contextmanager
def _alone(
    environment: dict[str, str], *arguments: str, descriptors: Sequence[int] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    served = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
        [sys.executable, "-m", "deploy.service", *arguments],
        env=environment,
        cwd=ROOT,
        pass_fds=descriptors,
        stderr=subprocess.PIPE,
    )
    assert served.stderr is not None
    try:
        with served.stderr:
            yield served
    finally:
        served.kill()
        served.wait()


def _serve(port: int) -> tuple[str, ...]:
    return ("serve", "--service", "providers", "--host", HOST, "--port", str(port))


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as door:
        port: int = door.getsockname()[1]
        return port


def _answer(url: str, served: "subprocess.Popen[bytes]") -> httpx.Response:
    until = time.monotonic() + 30
    while time.monotonic() < until and served.poll() is None:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def test_there_are_four_services(command: CliRunner) -> None:
    assert command.invoke(app, ["work", "--service", "payments"]).exit_code == 2
