"""One service alone: it says everything that is missing, never what a secret is."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from deploy.local.product import DEFAULT_STELSEL, Surroundings, settings_for
from deploy.local.secrets import instance_secrets
from deploy.postgres.provision import create_database, drop_database
from deploy.service import app
from shared.db.migrate import head
from shared.vocabulary import ServiceName
from tests.support.postgres import TestServer

ROOT: Final = Path(__file__).parents[2]
HOST: Final = "127.0.0.1"
NOWHERE: Final = "http://127.0.0.1:9"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in list(os.environ):
        if name.startswith(tuple(f"{service.upper()}_" for service in ServiceName)):
            monkeypatch.delenv(name)
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


def test_a_service_serves_alone_until_it_is_told_to_stop(
    postgres: TestServer, tmp_path: Path
) -> None:
    around = Surroundings(NOWHERE, NOWHERE, DEFAULT_STELSEL, instance_secrets(tmp_path), None)
    settings = settings_for(ServiceName.PROVIDERS, postgres.url("providers"), around)
    values = settings.model_dump(mode="json", exclude_none=True)
    values["client_secret"] = settings.client_secret.get_secret_value()
    environment = {f"PROVIDERS_{name}".upper(): str(value) for name, value in values.items()}
    with socket.create_server((HOST, 0)) as door:
        port = door.getsockname()[1]
    arguments = ["serve", "--service", "providers", "--host", HOST, "--port", str(port)]

    served = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
        [sys.executable, "-m", "deploy.service", *arguments],
        env=environment | {"PATH": os.environ["PATH"]},
        cwd=ROOT,
    )
    try:
        assert _answer(f"http://{HOST}:{port}/providers/readyz", served).status_code == 200
        served.send_signal(signal.SIGTERM)
        assert served.wait(15) in {0, -signal.SIGTERM}
    finally:
        served.kill()
        served.wait()


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
