"""The import contracts hold, and each of them can be broken by one line."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.checks import ROOT
from tests.architecture.trees import copy_tree, edited, module_file

LINT: Final = Path(sys.executable).with_name("lint-imports")
CONTRACTS: Final = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
]
# Contract -> (the module that gets one line more, that line).
OFFENCES: Final = {
    "Inside a service, imports point down, and there is no other module": [
        ("services.providers.repository", "import services.providers.service"),
        ("services.providers.helpers", '"""A module that is not in the list."""'),
    ],
    "The rooms of referrals rest on each other in one direction": [
        (
            "services.referrals.service.advice.asking",
            "import services.referrals.service.requests.offering",
        ),
        ("services.referrals.service.helpers", '"""A room that is not in the list."""'),
    ],
    "No service imports another service": [
        ("services.providers.settings", "import services.plans.settings")
    ],
    "Inside shared, imports point down": [
        ("shared.clock", "import shared.http.client"),
        ("shared.helpers", '"""A module that is not in the list."""'),
    ],
    "shared knows no service, services and shared know no deployment": [
        ("shared.clock", "import services.providers.settings"),
        ("shared.clock", "import deploy.local.sample"),
    ],
    "services know no deployment": [("services.providers.settings", "import deploy.local.sample")],
    "The domain is pure": [
        ("services.providers.domain.matching", "import sqlalchemy"),
        ("shared.stelsel.routes", "import yaml"),
        ("shared.vocabulary", "import pydantic"),
    ],
    "Routes see schemas and use cases, never rows, queries or rules": [
        ("services.providers.routes", "import services.providers.models"),
        ("services.providers.routes", "import sqlalchemy"),
        ("services.providers.dependencies", "import shared.db.database"),
    ],
    "A job calls one use case and holds no rule": [
        ("services.providers.jobs", "import services.providers.repository")
    ],
    "FastAPI stays at the edge": [
        ("services.providers.service.registry", "import fastapi"),
        ("shared.outbox.outbox", "import shared.web.limits"),
    ],
    "httpx is imported in shared.http only": [("services.providers.clients", "import httpx")],
    "SQL stays in models, repository and views": [
        ("services.providers.service.registry", "import sqlalchemy")
    ],
    "jose is imported in shared.auth and by the issuer only": [
        ("services.providers.routes", "import jose")
    ],
    "procrastinate is imported in shared.outbox and the migrations only": [
        ("services.providers.jobs", "import procrastinate")
    ],
}


def lint(tree: Path) -> tuple[int, list[str]]:
    """How import-linter ends over a tree, and which contracts it calls broken."""
    done = subprocess.run(  # noqa: S603  our own tool over our own files
        [LINT, "--no-logo", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    text = re.sub(r"\s+", " ", done.stdout)
    return done.returncode, [name for name in CONTRACTS if f"{name} BROKEN" in text]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that every contract holds over before it is broken."""
    copied = copy_tree(tmp_path_factory.mktemp("contracts"))
    code, broken = lint(copied)
    assert (code, broken) == (0, [])
    return copied


def test_every_contract_holds() -> None:
    code, broken = lint(ROOT)
    assert (code, broken) == (0, [])


def test_every_contract_has_an_offence() -> None:
    assert sorted(OFFENCES) == sorted(CONTRACTS)


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        pytest.param(contract, module, line, id=f"{module}: {line.strip('.')}")
        for contract, offences in OFFENCES.items()
        for module, line in offences
    ],
)
def test_one_line_breaks_the_contract(tree: Path, contract: str, module: str, line: str) -> None:
    path = module_file(tree, module)
    before = path.read_text("utf-8") if path.exists() else ""

    with edited(path, f"{before}\n{line}\n"):
        code, broken = lint(tree)

    assert code == 1
    assert contract in broken
