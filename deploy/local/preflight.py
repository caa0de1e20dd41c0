"""Looks at everything that could stop a local instance before anything is started."""

import os
import platform
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.binaries import EmbeddedPostgresError, server_account
from deploy.local.postgres import make_data_folder, refuse_production
from deploy.local.product import configuration_faults
from deploy.local.state import is_owned
from shared.vocabulary import ServiceName

LOOPBACK: Final = "127.0.0.1"
PRODUCT_PORT: Final = 8000
FIRST_SERVICE_PORT: Final = 8001
ISSUER_PORT: Final = 8009
_OLDEST_PYTHON: Final = (3, 11)
_BACKLOG: Final = 2048


class PreflightError(Exception):
    """It cannot be started; one sentence per fault, all of them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the product and the issuer listen. Zero takes a free port."""

    product: int = PRODUCT_PORT
    issuer: int = ISSUER_PORT


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports, taken: nobody else can get them between looking and starting."""

    product: socket.socket
    issuer: socket.socket


@dataclass(frozen=True, slots=True)
class FleetPorts:
    """Where separate services, their gateway and the issuer listen. Zero takes free ports.

    `first` is the port of intake; plans, referrals and providers have the next three.
    """

    first: int = FIRST_SERVICE_PORT
    gateway: int = PRODUCT_PORT
    issuer: int = ISSUER_PORT

    def of(self, service: ServiceName) -> int:
        """The port of a service, or zero."""
        return self.first and self.first + list(ServiceName).index(service)


@dataclass(frozen=True, slots=True)
class FleetDoors:
    """The ports of processes that listen themselves, and the issuer's, which is ours."""

    services: Mapping[ServiceName, int]
    gateway: int | None
    issuer: socket.socket


@contextmanager
def fleet_preflight(
    data_dir: Path, ports: FleetPorts, stelsel: str, *, gateway: bool
) -> Iterator[FleetDoors]:
    """Look at the ports and take the issuer's, or raise with everything that is wrong."""
    faults = _faults(data_dir, stelsel)
    with ExitStack() as held:
        taken: dict[str, socket.socket | None] = {
            service.value: _reserve(ports.of(service)) for service in ServiceName
        }
        wanted = {service.value: (ports.of(service), "--base-port") for service in ServiceName}
        if gateway:
            taken["gateway"], wanted["gateway"] = _reserve(ports.gateway), (ports.gateway, "--port")
        taken["issuer"] = _listen(ports.issuer)
        wanted["issuer"] = (ports.issuer, "--issuer-port")
        for door in filter(None, taken.values()):
            held.enter_context(door)
        faults += [_taken(*wanted[name]) for name, door in taken.items() if door is None]
        doors = {name: door for name, door in taken.items() if door is not None}
        if faults:
            raise PreflightError(faults)
        numbers = {name: port_of(door) for name, door in doors.items()}
        _let_go_of(door for name, door in doors.items() if name != "issuer")
        services = {service: numbers[service] for service in ServiceName}
        yield FleetDoors(services, numbers.get("gateway"), doors["issuer"])


@contextmanager
def preflight(data_dir: Path, ports: Ports, stelsel: str) -> Iterator[Doors]:
    """Take the ports, or raise with everything that is wrong."""
    faults = _faults(data_dir, stelsel)
    product, issuer = _listen(ports.product), _listen(ports.issuer)
    try:
        if product is None:
            faults.append(_taken(ports.product, "--port"))
        if issuer is None:
            faults.append(_taken(ports.issuer, "--issuer-port"))
        if faults or product is None or issuer is None:
            raise PreflightError(faults)
        yield Doors(product, issuer)
    finally:
        for door in (product, issuer):
            if door is not None:
                door.close()


def port_of(door: socket.socket) -> int:
    """The number of a taken port."""
    number: int = door.getsockname()[1]
    return number


def _listen(port: int) -> socket.socket | None:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((LOOPBACK, port))
        # With SO_REUSEADDR two may bind the same port; only one may listen on it.
        door.listen(_BACKLOG)
    except OSError:
        door.close()
        return None
    return door


def _reserve(port: int) -> socket.socket | None:
    """A port for another process: bound by us, so that the system gives it to nobody else.

    It listens on nothing, so that asking is refused until the process is there.
    """
    if port:
        tried = _listen(port)
        if tried is None:
            return None
        tried.close()
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((LOOPBACK, port))
    return door


def _let_go_of(doors: Iterator[socket.socket]) -> None:
    """Only Linux lets another process listen on a port that we have bound."""
    if sys.platform != "linux":
        for door in doors:
            door.close()


def _taken(port: int, option: str) -> str:
    return f"Port {port} cannot be used (another program has it?); choose another with {option}."


def _faults(data_dir: Path, stelsel: str) -> list[str]:
    """Everything that is wrong beside the ports."""
    faults = [*_python_faults(), *_production_faults(), *_folder_faults(data_dir)]
    return faults + configuration_faults(stelsel)


def _python_faults() -> list[str]:
    major, minor, _ = platform.python_version_tuple()
    if (int(major), int(minor)) >= _OLDEST_PYTHON:
        return []
    return [f"This is Python {major}.{minor}; Python 3.11 or newer is needed."]


def _production_faults() -> list[str]:
    try:
        refuse_production(os.environ)
    except EmbeddedPostgresError as refused:
        return [str(refused)]
    return []


def _folder_faults(data_dir: Path) -> list[str]:
    try:
        account = server_account()
        make_data_folder(data_dir, account)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except EmbeddedPostgresError as unusable:
        return [str(unusable)]
    except OSError as failed:
        return [f"The data folder {data_dir} cannot be written: {failed.strerror}."]
    if is_owned(data_dir):
        return [f"Something already runs on {data_dir}; stop it, or choose another with --data."]
    return []
