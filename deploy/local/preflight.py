"""Looks at everything that could stop a local instance before anything is started."""

import os
import platform
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.binaries import EmbeddedPostgresError, server_account
from deploy.local.postgres import make_data_folder, refuse_production
from deploy.local.product import configuration_faults
from deploy.local.state import is_owned

LOOPBACK: Final = "127.0.0.1"
PRODUCT_PORT: Final = 8000
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


@contextmanager
def preflight(data_dir: Path, ports: Ports, stelsel: str) -> Iterator[Doors]:
    """Take the ports, or raise with everything that is wrong."""
    faults = [*_python_faults(), *_production_faults(), *_folder_faults(data_dir)]
    faults += configuration_faults(stelsel)
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


def _taken(port: int, option: str) -> str:
    return f"Port {port} cannot be used (another program has it?); choose another with {option}."


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
