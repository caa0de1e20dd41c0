"""Shared fixtures: a real PostgreSQL, the four real services over ASGI, a clock that tests move."""

import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedServer, embedded, temporary_data_folder
from deploy.local.secrets import instance_secrets
from shared.http import peer
from shared.vocabulary import ServiceName
from tests.support.postgres import TestServer, make_templates
from tests.support.world import World, open_world

pytest_plugins = ("tests.support.rules", "tests.support.effort")

_STACK = pytest.StashKey[contextlib.ExitStack]()
_SERVER = pytest.StashKey[EmbeddedServer]()


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the one server; workers are told where it is."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_data_folder())
        server = stack.enter_context(embedded(folder, fsync=False))
        make_templates(server)
        config.stash[_STACK], config.stash[_SERVER] = stack.pop_all(), server


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove its folder."""
    stack = config.stash.get(_STACK, None)
    if stack is not None:
        stack.close()


class _TellWorkers:
    """Hands the server's address to the workers of pytest-xdist."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        server = node.config.stash[_SERVER]  # type: ignore[attr-defined]
        told = [str(server.socket_dir), str(server.log_file), server.pid, dict(server.passwords)]
        node.workerinput["server"] = json.dumps(told)  # type: ignore[attr-defined]


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hook for workers."""
    pluginmanager.register(_TellWorkers())


_ABOUT_TIME = {"faults", "histories", "shared", "deploy", "tools"}
"""The folders whose tests are about time itself: there a peer has its two seconds, no more."""


@pytest.fixture(autouse=True)
def patient_peers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere a peer on a busy machine may take longer: the tests are about what it answers."""
    folder = request.path.relative_to(Path(__file__).parent).parts[0]
    if folder not in _ABOUT_TIME:
        monkeypatch.setattr(peer, "TOTAL_SECONDS", 8.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> TestServer:
    """The server, and this worker's own databases on it."""
    told = getattr(request.config, "workerinput", None)
    if told is None:
        server, worker = request.config.stash[_SERVER], "main"
    else:
        folder, log, pid, passwords = json.loads(told["server"])
        server = EmbeddedServer(Path(folder), Path(log), pid, passwords)
        worker = told["workerid"]
    found = TestServer(server, worker)
    for service in ServiceName:
        found.clone(service)
    return found


@pytest.fixture(scope="session")
def secrets_folder() -> Iterator[Path]:
    """Keys and client secrets of this run."""
    with tempfile.TemporaryDirectory(prefix="buurtteam-test-") as folder:
        instance_secrets(Path(folder))
        yield Path(folder)


@pytest.fixture
def databases(postgres: TestServer) -> Iterator[TestServer]:
    """This worker's databases, emptied afterwards."""
    yield postgres
    for service in ServiceName:
        postgres.empty(service)


@pytest.fixture
async def world(
    databases: TestServer, secrets_folder: Path, tmp_path: Path
) -> AsyncIterator[World]:
    """The four services, an issuer and a clock at Tuesday 1 March 2022, 9:00 in Amsterdam."""
    async with open_world(databases, secrets_folder, tmp_path) as found:
        yield found
