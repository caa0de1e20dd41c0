"""The commands of an operator: on what runs here, or by the environment; what they say and log."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.environment import environment_of
from deploy.local.postgres import temporary_data_folder
from deploy.local.product import Surroundings, settings_for
from deploy.local.runner import Instance, running
from deploy.local.secrets import instance_secrets
from deploy.local.state import read_state
from shared.schemas.events import CIRCLE_CHANGED
from shared.vocabulary import ServiceName

ROOT: Final = Path(__file__).parents[2]
SECRET: Final = "mevrouw-testema"
FAILED: Final = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status)"
    " VALUES ('default', 'deliver', %s, %s, 'failed')"
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def instance() -> AsyncIterator[Instance]:
    with temporary_data_folder() as folder:
        async with running(folder, fsync=False) as found:
            yield found


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int | None
    out: str
    err: str

    def recorded(self) -> list[Any]:
        """The lines of the log of operations."""
        lines = [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]
        return [line for line in lines if line["logger"] == "buurtteam.operations"]


async def command(*arguments: str, environment: Mapping[str, str] | None = None) -> Said:
    """A command in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *arguments),
        cwd=ROOT,
        env=None if environment is None else dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(process.returncode, out.decode(), err.decode())


async def buurtteam(instance: Instance, *arguments: str) -> Said:
    """A command on what runs here."""
    return await command("deploy.local.cli", *arguments, "--data", str(instance.data_dir))


def execute(instance: Instance, service: ServiceName, statement: str, *values: str) -> list[Any]:
    """What a statement finds or changes in the database of a service of this instance."""
    address = instance.database.owner_url(service).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def a_failed_delivery(instance: Instance) -> UUID:
    """An event of plans that intake never got."""
    plan = uuid4()
    person = {"subject": SECRET, "part": "worker", "validFrom": "2022-01-01T00:00:00Z"}
    data = {"planId": str(plan), "householdId": str(uuid4()), "open": True, "circle": [person]}
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": CIRCLE_CHANGED,
        "subject": str(plan),
        "time": "2022-03-01T08:00:00Z",
        "sequence": "1",
        "data": data,
    }
    arguments = {"receiver": "intake", "event": json.dumps(event)}
    execute(instance, ServiceName.PLANS, FAILED, f"intake:{plan}", json.dumps(arguments))
    return plan


async def arrives(instance: Instance, plan: UUID) -> bool:
    """Whether intake hears of the circle of this plan within a while."""
    query = "SELECT 1 FROM plan_circle_state WHERE plan_id::text = %s"
    for _ in range(150):
        if execute(instance, ServiceName.INTAKE, query, str(plan)):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_letters_are_listed_without_content_redriven_recorded_and_then_delivered(
    instance: Instance,
) -> None:
    plan = a_failed_delivery(instance)

    listed = await buurtteam(instance, "dead-letters", "--service", "plans")
    redriven = await buurtteam(instance, "redrive", "--service", "plans")
    left = await buurtteam(instance, "dead-letters")

    header, letter = (line.split("\t") for line in listed.out.splitlines())
    found = dict(zip(header, letter, strict=True))
    assert (found["work"], found["receiver"], found["event"], found["subject"]) == (
        *("deliver", "intake", CIRCLE_CHANGED),
        str(plan),
    )
    assert SECRET not in listed.out + listed.err + redriven.out + redriven.err
    assert (redriven.code, redriven.out) == (0, "plans: 1 put back in line.\n")
    [record] = redriven.recorded()
    assert (record["operation"], record["letter"]) == ("redrive_all", found["id"])
    assert record["subject"].startswith("operator:")
    assert len(left.out.splitlines()) == 1
    assert await arrives(instance, plan)


async def test_without_a_service_all_four_are_redriven(instance: Instance) -> None:
    plan = a_failed_delivery(instance)

    said = await buurtteam(instance, "redrive")

    assert said.code == 0
    counts = dict(line.split(": ") for line in said.out.splitlines())
    assert counts == {
        service.value: f"{int(service is ServiceName.PLANS)} put back in line."
        for service in ServiceName
    }
    assert await arrives(instance, plan)


async def test_circles_are_rebuilt_by_both_services_that_keep_them(instance: Instance) -> None:
    said = await buurtteam(instance, "rebuild-circles")

    assert (said.code, said.out) == (
        0,
        "intake: 0 circles were newer.\nreferrals: 0 circles were newer.\n",
    )
    records = [(record["service"], record["operation"]) for record in said.recorded()]
    assert records == [("intake", "rebuild_circles"), ("referrals", "rebuild_circles")]


async def test_a_service_of_the_environment_is_reached_without_a_data_folder(
    instance: Instance,
) -> None:
    environment = plans_alone(instance)
    a_failed_delivery(instance)

    local = await command(
        *("deploy.local.cli", "redrive", "--service", "plans", "--data", "/nowhere"),
        environment=environment,
    )
    container = await command(
        *("deploy.service", "dead-letters", "--service", "plans"), environment=environment
    )

    assert (local.code, local.out) == (0, "plans: 1 put back in line.\n")
    assert (container.code, len(container.out.splitlines())) == (0, 1)


@pytest.mark.parametrize("asked", ["redrive", "dead-letters"])
async def test_a_database_that_is_away_is_one_sentence(instance: Instance, asked: str) -> None:
    environment = plans_alone(instance)
    address = environment["PLANS_DATABASE_URL"].split("?")[0]
    away = {**environment, "PLANS_DATABASE_URL": f"{address}?host=/nowhere"}

    said = await command("deploy.service", asked, "--service", "plans", environment=away)

    assert (said.code, said.err) == (1, "plans: database does not answer.\n")


@pytest.mark.parametrize("asked", ["redrive", "dead-letters", "rebuild-circles"])
def test_where_nothing_runs_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    for name in [name for name in os.environ if name.endswith("_DATABASE_URL")]:
        monkeypatch.delenv(name)

    found = CliRunner().invoke(app, [asked, "--data", str(tmp_path)])

    assert found.exit_code == 1
    assert "Nothing runs on" in found.stderr


@pytest.mark.parametrize("service", [ServiceName.PLANS, ServiceName.PROVIDERS])
def test_only_who_keeps_circles_can_rebuild_them(service: ServiceName) -> None:
    found = CliRunner().invoke(app, ["rebuild-circles", "--service", service])

    assert found.exit_code == 2


def plans_alone(instance: Instance) -> dict[str, str]:
    """The environment of plans as a process of its own has it."""
    state = read_state(instance.data_dir)
    around = Surroundings(
        state.base_url, state.issuer_url, state.stelsel, instance_secrets(instance.data_dir), None
    )
    service = ServiceName.PLANS
    settings = settings_for(service, instance.database.url(service), around)
    return environment_of(service, settings)
