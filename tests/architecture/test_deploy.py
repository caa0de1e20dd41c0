"""What is written for containers fits the settings: each name exists, nothing is missing."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.compose import write_secrets
from deploy.local.product import settings_class
from deploy.service import owner_url_from_environment
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
SERVICES: Final = sorted(ServiceName)
SECRET_WORDS: Final = re.compile(r"PASSWORD|SECRET|DATABASE\w*URL|KEY_RING|TOKEN$")

VARIABLE: Final = re.compile(r"^(?P<out># )?(?P<name>[A-Z][A-Z_]*)=(?P<value>.*)$", re.MULTILINE)


def example(service: str) -> dict[str, str]:
    """What the example of a service gives a value."""
    text = (DEPLOY / "env" / f"{service}.env.example").read_text("utf-8")
    return {line["name"]: line["value"] for line in VARIABLE.finditer(text) if not line["out"]}


def named(service: str) -> set[str]:
    """Every variable the example mentions, also those left at their default."""
    text = (DEPLOY / "env" / f"{service}.env.example").read_text("utf-8")
    return {line["name"] for line in VARIABLE.finditer(text)}


def variables(service: str) -> dict[str, bool]:
    """The variables of a service, and whether it needs them."""
    fields = settings_class(service).model_fields
    return {f"{service}_{name}".upper(): field.is_required() for name, field in fields.items()}


def given(service: str) -> set[str]:
    """What a container gets: by its environment, its example file or a secret file."""
    container = CONTAINERS[service]
    secrets = {secret.upper() for secret in container["secrets"]}
    return set(container.get("environment", {})) | set(example(service)) | secrets


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_of_an_example_is_a_setting(service: str) -> None:
    assert named(service) <= set(variables(service))
    assert set(CONTAINERS[service]["environment"]) <= set(variables(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_that_is_needed_is_given(service: str) -> None:
    needed = {name for name, required in variables(service).items() if required}

    assert needed <= given(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_in_the_example_or_kept_out_of_it_on_purpose(service: str) -> None:
    elsewhere = {"DATABASE_URL", "DATABASE_OWNER_URL", "CLIENT_SECRET", "KEY_RING_FILE"}
    trying_out = {"CLOCK_OFFSET_FILE"}
    left_out = {f"{service.upper()}_{name}" for name in elsewhere | trying_out}

    assert set(variables(service)) - left_out == named(service)


def test_the_comparison_finds_a_wrong_name() -> None:
    assert not {"PLANS_STELSL"} <= set(variables("plans"))
    assert VARIABLE.search("# PLANS_WORKER=true")


@pytest.mark.parametrize("service", SERVICES)
def test_the_defaults_in_an_example_are_the_defaults(service: str) -> None:
    text = (DEPLOY / "env" / f"{service}.env.example").read_text("utf-8")
    fields = settings_class(service).model_fields
    for line in VARIABLE.finditer(text):
        if line["out"]:
            default = fields[line["name"].removeprefix(f"{service.upper()}_").lower()].default
            assert str(default).lower() == line["value"].lower(), line["name"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_starts_from_its_example_and_its_secret_files(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_secrets(tmp_path / "made")
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for secret in CONTAINERS[service]["secrets"]:
        shutil.copy(tmp_path / "made" / secret, mounted)
    for name, value in (example(service) | CONTAINERS[service]["environment"]).items():
        monkeypatch.setenv(name, value)

    settings: ServiceSettings = settings_class(service)(_secrets_dir=mounted)

    assert settings.environment == "production"
    assert settings.database_url.path == f"/{service}"
    assert settings.database_owner_url is None


def test_no_secret_stands_in_a_file() -> None:
    for name, container in CONTAINERS.items():
        for variable, value in container.get("environment", {}).items():
            if SECRET_WORDS.search(variable):
                assert value.startswith("/run/secrets/"), (name, variable)
    for service in SERVICES:
        literal = {name for name in example(service) if SECRET_WORDS.search(name)}
        assert literal <= {f"{service.upper()}_TOKEN_URL"}
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_every_secret_that_is_named_is_made_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    written = write_secrets(folder)

    wanted = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    used = {secret for container in CONTAINERS.values() for secret in container.get("secrets", [])}
    assert {file.name for file in written} == wanted == set(COMPOSE["secrets"]) == used
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert write_secrets(folder) == []


def test_the_command_makes_the_secrets(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["secrets", "--folder", str(tmp_path / "secrets")])

    assert (found.exit_code, (tmp_path / "secrets" / "plans_database_url").exists()) == (0, True)


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_migration_gets_the_owner(service: str) -> None:
    assert CONTAINERS[f"{service}-migrate"]["secrets"] == [f"{service}_database_owner_url"]
    holders = {name for name, each in CONTAINERS.items() if _knows_owner(each, service)}

    assert holders == {f"{service}-migrate", "postgres"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_migration(service: str) -> None:
    container = CONTAINERS[service]

    assert container["depends_on"] == {
        f"{service}-migrate": {"condition": "service_completed_successfully"}
    }
    assert container["build"]["args"] == {"SERVICE": service}
    assert container["command"][:3] == ["serve", "--service", service]


def test_the_services_listen_on_their_own_ports_of_this_machine_only() -> None:
    ports = [CONTAINERS[service]["ports"] for service in ServiceName]

    assert ports == [[f"127.0.0.1:{number}:8000"] for number in range(8001, 8005)]
    assert CONTAINERS["gateway"]["ports"] == ["8000:8000"]
    assert "ports" not in CONTAINERS["postgres"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_gateway_passes_on_what_is_public_and_nothing_else(service: str) -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text("utf-8")
    locations = set(re.findall(r"location (/\S*) \{", text))

    assert locations == {"/", *(f"/{each}/v1/" for each in ServiceName)}
    assert re.search(rf"upstream {service} {{\s+server {service}:8000;", text)
    assert re.search(rf"location /{service}/v1/ {{\s+proxy_pass http://{service};", text)
    assert text.count("{") == text.count("}")


def test_the_image_runs_as_nobody_in_particular_from_checked_packages() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")

    assert "--require-hashes" in text
    assert re.search(r"^USER 65532:65532$", text, re.MULTILINE)
    assert text.index("USER") < text.index("ENTRYPOINT")
    assert not re.search(r"^(COPY|ADD) \.", text, re.MULTILINE)


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_image_copies_is_enough_to_run(service: str, tmp_path: Path) -> None:
    """In a folder with only those files, the command of the image knows its settings."""
    for source in _copied_by_the_image(service):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}

    ran = subprocess.run(  # noqa: S603 - this Python, a module of ours
        [sys.executable, "-m", "deploy.service", "serve", "--service", service],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=bare,
    )

    missing = {name for name, required in variables(service).items() if required}
    assert ran.returncode == 2, ran.stderr
    assert {line.split(":")[0] for line in ran.stderr.splitlines()} == missing


def test_a_migration_needs_the_owner_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql+psycopg://plans_owner:secret@postgres/plans"
    monkeypatch.setenv("PLANS_DATABASE_OWNER_URL", url)

    assert owner_url_from_environment(ServiceName.PLANS) == url


@pytest.mark.parametrize("script", [".ci/run", ".ci/setup", "deploy/postgres/init.sh"])
def test_a_script_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    shell = (ROOT / script).read_text("utf-8").splitlines()[0].split("/")[-1].split()[-1]
    subprocess.run([f"/bin/{shell}", "-n", str(ROOT / script)], check=True)  # noqa: S603


def _knows_owner(container: dict[str, Any], service: str) -> bool:
    owners = {f"{service}_database_owner_url", f"{service}_owner_password"}
    return bool(owners & set(container.get("secrets", [])))


def _copied_by_the_image(service: str) -> list[Path]:
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("${SERVICE}", service)
    lines = re.findall(r"^COPY (?!--from|requirements)(.+)$", text, re.MULTILINE)
    return [ROOT / source for line in lines for source in line.split()[:-1]]
