"""Seeds, and a line for each fault test at the end of the run: what was done and what came out."""

import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

import pytest

from tests.faults.disks import SmallDisk, small_disk
from tests.faults.support import Arena, Note, arena

_KEPT: Final = "assure"
_SEED: Final = "SEED"
_SHOWN: Final = ("passed", "failed", "skipped")


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
async def running() -> AsyncIterator[Arena]:
    """One fleet for all tests that leave it as they found it: every story is a new household."""
    async with arena() as found:
        yield found


@pytest.fixture(scope="package")
def disk() -> Iterator[SmallDisk]:
    """A data folder on a disk of its own, where one can be mounted."""
    with small_disk() as found:
        yield found


@pytest.fixture(scope="package")
async def apart(disk: SmallDisk) -> AsyncIterator[Arena]:
    """A fleet whose workers are processes of their own, all its data on the small disk."""
    async with arena(disk.folder, workers_apart=True) as found:
        yield found


@pytest.fixture
def note(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Note:
    """Leave a line for the summary."""

    def leave(line: str) -> None:
        record_property(_KEPT, f"{request.node.name}: {line}")

    return leave


@pytest.fixture
def seed(note: Note) -> int:
    """The seed of this test, in the summary; the variable SEED plays a run again."""
    given = os.environ.get(_SEED)
    found = int(given) if given else random.SystemRandom().randrange(1_000_000)
    note(f"seed {found}")
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests left."""
    lines = [
        value
        for outcome in _SHOWN
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == _KEPT
    ]
    if lines:
        terminalreporter.section("what the fault tests did")
        for line in lines:
            terminalreporter.line(line)
