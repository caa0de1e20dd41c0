"""The four services as processes of their own, supervised by this one.

This process holds the database, the issuer and a pipe. Every other process reads that pipe and ends
when it closes, so that nothing stays behind however this one ends.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Final

from deploy.local.gateway import NAME as GATEWAY
from deploy.local.gateway import Site, find_nginx, prepared
from deploy.local.postgres import Control, EmbeddedServer, controlled
from deploy.local.preflight import FleetPorts, fleet_preflight, port_of
from deploy.local.probes import answers, worker_announced
from deploy.local.process import Supervised, Tell
from deploy.local.product import DEFAULT_STELSEL, buurtteam
from deploy.local.roster import (
    FREE_FLEET_PORTS,
    WORKER,
    Extra,
    FleetSetup,
    log_file,
    programs,
    say_nothing,
)
from deploy.local.runner import (
    Instance,
    StartError,
    announced,
    begin_clock,
    described,
    issuing,
    loopback_url,
)
from deploy.local.state import State
from deploy.postgres.provision import provision
from shared.vocabulary import ServiceName

_START_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.1


class Fleet:
    """Running processes by name: `plans`, with workers apart `plans-worker`, and `gateway`."""

    def __init__(
        self,
        instance: Instance,
        control: Control,
        addresses: Mapping[str, str],
        processes: Mapping[str, Supervised],
    ) -> None:
        self.addresses = addresses
        self.issuer_url = instance.issuer_url
        self.data_dir = instance.data_dir
        self.clock_file = instance.clock_file
        self._instance = instance
        self._control = control
        self._processes = processes

    @property
    def names(self) -> tuple[str, ...]:
        """Every process but the database and this one."""
        return tuple(self._processes)

    @property
    def gateway_url(self) -> str | None:
        """The one address for all four; None where nginx is not installed."""
        return self._instance.base_url if GATEWAY in self._processes else None

    @property
    def database(self) -> EmbeddedServer:
        """The server that holds the four databases."""
        return self._control.server

    @property
    def faults(self) -> list[str]:
        """One sentence per process that was given up."""
        return [each.fault for each in self._processes.values() if each.fault is not None]

    def base_url(self, service: str) -> str:
        """Where a service listens itself."""
        return self.addresses[service]

    def log(self, name: str) -> Path:
        """The file in which a process writes its log."""
        return self._processes[name].program.log_file

    def environment(self, name: str) -> Mapping[str, str]:
        """The whole environment of a process, for one more copy of a worker."""
        return self._processes[name].program.environment

    def pid(self, name: str) -> int:
        """The id of a process; `NotUpError` while it is down."""
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        """SIGKILL; it is started again after 0.2 s. Wait for that with `ready`."""
        self._processes[name].kill()

    async def stop(self, name: str) -> None:
        """Take a process down, gracefully; it stays down until `start`."""
        await self._processes[name].stop()

    async def start(self, name: str) -> None:
        """Start a process that was stopped or given up. Wait for it with `ready`."""
        self._processes[name].start()

    def kill_database(self) -> None:
        """SIGKILL PostgreSQL; it stays down until `start_database`. Use with `fsync`."""
        self._control.kill()

    async def start_database(self) -> None:
        """Start PostgreSQL on the same data, socket and passwords, and wait until it answers."""
        await asyncio.to_thread(self._control.start)

    def token(self, role: str, **claims: str | None) -> str:
        """A user's token. A role alone is somebody from the sample; claims replace theirs."""
        return self._instance.token(role, **claims)

    def move_clock(self, to: datetime) -> None:
        """Set the clock of all processes, which goes on from there. Tokens keep the real time."""
        self._instance.move_clock(to)

    async def ready(self, name: str, seconds: float) -> None:
        """Wait until a process does its work; `StartError` after that many seconds.

        A service is ready when its `readyz` says so, a worker when it has announced itself in its
        database since it was started last.
        """
        process, until = self._processes[name], monotonic() + seconds
        while monotonic() < until:
            if process.fault is not None:
                raise StartError(process.fault)
            if process.is_up and await self._works(name, process.started_at):
                return
            await asyncio.sleep(_POLL_SECONDS)
        raise StartError(f"{name} is not ready after {seconds:.0f} s; {self.log(name)} says why.")

    async def _works(self, name: str, started_at: datetime | None) -> bool:
        if name == GATEWAY:
            return await answers(self._instance.base_url)
        if name.endswith(WORKER):
            url = self.database.url(name.removesuffix(WORKER))
            return await worker_announced(url, started_at)
        return await answers(f"{self.base_url(name)}/{name}/readyz", HTTPStatus.OK)


@asynccontextmanager
async def separated(  # noqa: PLR0913 - what can be chosen, each named by the caller
    data_dir: Path,
    *,
    ports: FleetPorts = FREE_FLEET_PORTS,
    stelsel: str = DEFAULT_STELSEL,
    workers_apart: bool = False,
    clock_start: datetime | None = None,
    fsync: bool = True,
    extra_env: Extra | None = None,
    tell: Tell = say_nothing,
) -> AsyncIterator[Fleet]:
    """Run the four services as processes on this data folder for as long as the context lasts."""
    setup = FleetSetup(ports, stelsel, workers_apart, clock_start, fsync, extra_env or {}, tell)
    async with launched(data_dir, setup) as fleet:
        yield fleet


@asynccontextmanager
async def launched(data_dir: Path, setup: FleetSetup) -> AsyncIterator[Fleet]:
    """Start the parts in order; stop them in the opposite one, whatever happens."""
    nginx = find_nginx()
    with (
        fleet_preflight(data_dir, setup.ports, setup.stelsel, gateway=nginx is not None) as doors,
        controlled(data_dir, fsync=setup.fsync) as control,
        lifeline_pipe() as lifeline,
    ):
        database = control.server
        provision(database.admin_dsn, database.passwords)
        for service in ServiceName:
            await asyncio.to_thread(buurtteam().migrate, service, database.owner_url(service))
        addresses = {name.value: loopback_url(port) for name, port in doors.services.items()}
        base_url = loopback_url(doors.gateway or doors.services[ServiceName.INTAKE])
        issuer_url = loopback_url(port_of(doors.issuer))
        instance = described(data_dir, database, base_url, issuer_url)
        begin_clock(instance.clock_file, setup.clock_start)
        async with issuing(instance, doors.issuer), AsyncExitStack() as stack:
            running = programs(instance, setup, doors, lifeline)
            if nginx is not None and doors.gateway is not None:
                site = Site(nginx, doors.gateway, doors.services, log_file(data_dir, GATEWAY))
                running.append(stack.enter_context(prepared(site, data_dir, lifeline)))
            processes = {each.name: Supervised(each, setup.tell) for each in running}
            fleet = Fleet(instance, control, addresses, processes)
            async with _kept_running(fleet, processes):
                with announced(data_dir, _state_of(fleet, instance, setup)):
                    yield fleet


@contextmanager
def lifeline_pipe() -> Iterator[int]:
    """The reading end of a pipe whose writing end is in this process only."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


@asynccontextmanager
async def _kept_running(fleet: Fleet, processes: Mapping[str, Supervised]) -> AsyncIterator[None]:
    try:
        for process in processes.values():
            process.start()
        await _together(_started(fleet, name, each) for name, each in processes.items())
        yield
    finally:
        if GATEWAY in processes:
            await processes[GATEWAY].stop()
        await _together(each.stop() for each in processes.values())


async def _started(fleet: Fleet, name: str, process: Supervised) -> None:
    """Ready, or the sentence that says why not: a first start that fails is not tried again."""
    until = monotonic() + _START_SECONDS
    while monotonic() < until and not process.deaths:
        try:
            await fleet.ready(name, 1)
        except StartError:
            if process.fault is not None:
                raise
        else:
            return
    raise StartError(f"{name} did not start; {fleet.log(name)} says why.")


async def _together(waiting: Iterator[Awaitable[None]]) -> None:
    """Wait for all of them; then raise what the first of them raised."""
    for found in await asyncio.gather(*waiting, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found


def _state_of(fleet: Fleet, instance: Instance, setup: FleetSetup) -> State:
    return State(
        pid=os.getpid(),
        base_url=instance.base_url,
        issuer_url=fleet.issuer_url,
        stelsel=setup.stelsel,
        socket_dir=str(fleet.database.socket_dir),
        apart=fleet.addresses,
    )
