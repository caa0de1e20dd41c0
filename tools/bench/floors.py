"""Runs the process of the floors, by the supervisor of the product, for as long as it is needed."""

import json
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Final

import anyio

from deploy.local.environment import kept
from deploy.local.fleet import lifeline_pipe
from deploy.local.preflight import LOOPBACK, port_of
from deploy.local.probes import answers
from deploy.local.process import Program, Supervised
from deploy.local.roster import log_file, say_nothing
from deploy.local.runner import StartError, loopback_url
from tools.applications import ROOT
from tools.bench.floor import CONSTANT, TOLD, Read
from tools.bench.meter import FLOOR

_START_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    """The floors, where they listen."""

    url: str
    pid: int

    @property
    def constant(self) -> str:
        """Where a constant is answered."""
        return self.url + CONSTANT

    def read(self, name: str) -> str:
        """Where the statement of a read model is run."""
        return self.url + path_of(name)


def path_of(name: str) -> str:
    """The path of a read model, by the name of its operation."""
    return f"/{name}"


@asynccontextmanager
async def floors(data_dir: Path, size: int, reads: Mapping[str, Read]) -> AsyncIterator[Running]:
    """The process runs while the context lasts, and is gone afterwards, whatever happened."""
    told = {"size": size, "reads": {path_of(name): asdict(read) for name, read in reads.items()}}
    # Bound by us, so that the system gives the port to nobody else until the process listens.
    with socket.socket() as door, lifeline_pipe() as lifeline:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((LOOPBACK, 0))
        port = port_of(door)
        if sys.platform != "linux":
            door.close()
        program = Program(
            name=FLOOR,
            arguments=(
                *(sys.executable, "-m", "tools.bench.floor", "--port", str(port)),
                *("--until-closed", str(lifeline)),
            ),
            environment={**kept(), TOLD: json.dumps(told)},
            folder=ROOT,
            log_file=log_file(data_dir, FLOOR),
            descriptors=(lifeline,),
        )
        process = Supervised(program, say_nothing)
        process.start()
        try:
            await _ready(process, loopback_url(port))
            yield Running(loopback_url(port), process.pid)
        finally:
            await process.stop()


async def _ready(process: Supervised, url: str) -> None:
    until = monotonic() + _START_SECONDS
    while monotonic() < until and not process.deaths:
        if await answers(url + CONSTANT, 200):
            return
        await anyio.sleep(_POLL_SECONDS)
    raise StartError("The floors did not start.")
