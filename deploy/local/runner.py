"""Runs everything in this process: PostgreSQL, migrations, the issuer and the four services."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import uvicorn

from deploy.local.issuer import (
    USER_LIFE,
    Signer,
    create_issuer,
    mint_user_token,
    read_signer,
)
from deploy.local.postgres import EmbeddedServer, embedded
from deploy.local.preflight import LOOPBACK, Doors, Ports, port_of, preflight
from deploy.local.product import (
    DEFAULT_STELSEL,
    Product,
    Surroundings,
    buurtteam,
    settings_for,
)
from deploy.local.secrets import instance_secrets, write_private
from deploy.local.state import State, remove_state, user_for, write_state
from shared.clock import utc_now
from shared.vocabulary import ServiceName

FREE_PORTS: Final = Ports(0, 0)
_PATIENCE_SECONDS: Final = 5


class StartError(Exception):
    """A part of the instance did not start; the log says why."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What can be chosen about an instance."""

    ports: Ports = FREE_PORTS
    stelsel: str = DEFAULT_STELSEL
    clock_start: datetime | None = None
    fsync: bool = True


@dataclass(frozen=True, slots=True)
class Instance:
    """A running instance."""

    base_url: str
    issuer_url: str
    data_dir: Path
    clock_file: Path
    database: EmbeddedServer
    signer: Signer

    def token(self, role: str, **claims: str | None) -> str:
        """A user's token. A role alone is somebody from the sample; claims replace theirs."""
        return mint_user_token(self.signer, user_for(role, **claims), USER_LIFE)

    def move_clock(self, to: datetime) -> None:
        """Set the clock of the services, which goes on from there. Tokens keep the real time."""
        set_clock(self.clock_file, to)


def set_clock(clock_file: Path, to: datetime) -> None:
    """Write how far the clock of the services is from the real one."""
    write_private(clock_file, str((to - utc_now()).total_seconds()))


@asynccontextmanager
async def running(
    data_dir: Path,
    ports: Ports = FREE_PORTS,
    stelsel: str = DEFAULT_STELSEL,
    clock_start: datetime | None = None,
    fsync: bool = True,  # noqa: FBT001, FBT002 - the fifth choice, named by every caller
) -> AsyncIterator[Instance]:
    """Run the product on this data folder for as long as the context lasts."""
    async with assembled(data_dir, Setup(ports, stelsel, clock_start, fsync)) as instance:
        yield instance


@asynccontextmanager
async def assembled(
    data_dir: Path, setup: Setup, product: Product | None = None
) -> AsyncIterator[Instance]:
    """Start the parts in order; stop them in the opposite one, whatever happens."""
    with (
        preflight(data_dir, setup.ports, setup.stelsel) as doors,
        embedded(data_dir, fsync=setup.fsync) as database,
    ):
        parts = product or buurtteam()
        for service in ServiceName:
            # Alembic is not asynchronous; in a thread it does not hold up the stop signals.
            await asyncio.to_thread(parts.migrate, service.value, database.owner_url(service))
        base_url = loopback_url(port_of(doors.product))
        issuer_url = loopback_url(port_of(doors.issuer))
        instance = described(data_dir, database, base_url, issuer_url)
        begin_clock(instance.clock_file, setup.clock_start)
        async with _served(instance, setup, doors, parts):
            with announced(data_dir, _state_of(instance, setup)):
                yield instance


def loopback_url(port: int) -> str:
    """The address of a port of this machine that no other machine can reach."""
    return f"http://{LOOPBACK}:{port}"


def described(data_dir: Path, database: EmbeddedServer, base_url: str, issuer_url: str) -> Instance:
    """An instance on this data folder, with the key by which it gives tokens."""
    data_dir = data_dir.absolute()
    return Instance(
        base_url=base_url,
        issuer_url=issuer_url,
        data_dir=data_dir,
        clock_file=data_dir / "clock-offset",
        database=database,
        signer=read_signer(instance_secrets(data_dir).issuer_key, issuer_url),
    )


def begin_clock(clock_file: Path, start: datetime | None) -> None:
    """Begin at this moment; without one go on as the last instance on this folder did."""
    if start is not None:
        set_clock(clock_file, start)
    elif not clock_file.exists():
        write_private(clock_file, "0")


def _state_of(instance: Instance, setup: Setup) -> State:
    return State(
        pid=os.getpid(),
        base_url=instance.base_url,
        issuer_url=instance.issuer_url,
        stelsel=setup.stelsel,
        socket_dir=str(instance.database.socket_dir),
    )


@asynccontextmanager
async def _served(
    instance: Instance, setup: Setup, doors: Doors, parts: Product
) -> AsyncIterator[None]:
    secrets = instance_secrets(instance.data_dir)
    around = Surroundings(
        instance.base_url, instance.issuer_url, setup.stelsel, secrets, instance.clock_file
    )
    async with issuing(instance, doors.issuer):
        apps = {
            service.value: parts.create_app(
                service, settings_for(service, instance.database.url(service), around)
            )
            for service in ServiceName
        }
        config = parts.serve_config(parts.combine(apps), LOOPBACK, port_of(doors.product))
        async with _listening(config, doors.product):
            yield


@asynccontextmanager
async def issuing(instance: Instance, door: socket.socket) -> AsyncIterator[None]:
    """Serve the issuer of an instance in this process."""
    client_secrets = instance_secrets(instance.data_dir).client_secrets
    config = uvicorn.Config(
        create_issuer(instance.signer, client_secrets),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )
    async with _listening(config, door):
        yield


@contextmanager
def announced(data_dir: Path, state: State) -> Iterator[None]:
    """Let others on this machine find what runs, for as long as it does."""
    write_state(data_dir, state)
    try:
        yield
    finally:
        remove_state(data_dir)


class _Server(uvicorn.Server):
    """A server that leaves the signals to us, and says when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            # uvicorn ends the process when a service does not start; there is more to stop here.
            self.should_exit = True
        finally:
            self.ready.set()


@asynccontextmanager
async def _listening(config: uvicorn.Config, door: socket.socket) -> AsyncIterator[None]:
    server = _Server(config)
    serving = asyncio.create_task(server.serve([door]))
    started = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
        if not server.started:
            raise StartError("A service did not start; see the lines above.")
        yield
    finally:
        started.cancel()
        server.should_exit = True
        await serving
