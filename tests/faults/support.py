"""One running fleet with everything that looks at it, for all tests of a module."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

import httpx

from deploy.local.fleet import Fleet, separated
from deploy.local.postgres import temporary_data_folder
from tests.deploy.processes import processes_of
from tests.faults import registry
from tests.faults.client import Client
from tests.faults.databases import Databases
from tests.faults.killing import all_ready
from tests.faults.queues import Queues, Standing
from tests.faults.state import Finding, findings

BEGIN: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)

Note: TypeAlias = Callable[[str], None]
"""Leaves a line for the summary at the end of the run."""


@dataclass(frozen=True, slots=True)
class Arena:
    """A fleet, its client, and its databases as they are."""

    fleet: Fleet
    client: Client
    databases: Databases
    queues: Queues

    def findings(self) -> list[Finding]:
        """What is wrong in the end state."""
        return findings(self.databases, self.client.ledger)

    async def come_to_rest(self) -> Standing:
        """Everybody is back, and all that was told has arrived."""
        await all_ready(self.fleet)
        return await self.queues.settle()

    async def judge(self) -> Standing:
        """Assert that nothing was lost, doubled, leaked, miscounted or left half done."""
        standing = await self.come_to_rest()
        assert (standing.pending, standing.dead) == ((), ()), standing
        assert (standing.lost, standing.doubled) == ((), ()), standing
        assert standing.done > 0
        found = self.findings()
        assert found == [], found
        assert self.client.heard[500] == 0, self.client.heard
        return standing


@asynccontextmanager
async def arena(folder: Path | None = None, *, workers_apart: bool = False) -> AsyncIterator[Arena]:
    """A fleet that really writes to disk, with the registry loaded; nothing outlives it."""
    if folder is None:
        with temporary_data_folder() as made:
            async with arena(made, workers_apart=workers_apart) as found:
                yield found
        return
    async with (
        separated(folder, clock_start=BEGIN, fsync=True, workers_apart=workers_apart) as fleet,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        client, databases = Client(http, fleet), Databases(fleet)
        await registry.load(client)
        yield Arena(fleet, client, databases, Queues(databases))
    assert processes_of(folder) == {}
