"""The gateway of `deploy/gateway` on this machine, where nginx is installed: one address for all.

It runs without rights: as ourselves, and as root as somebody without any.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGQUIT
from typing import Final

from deploy.local.binaries import Account, server_account
from deploy.local.environment import kept
from deploy.local.preflight import LOOPBACK
from deploy.local.process import Program
from shared.vocabulary import ServiceName

NAME: Final = "gateway"
_TEMPLATE: Final = Path(__file__).parents[1] / "gateway" / "nginx.conf"
_USUAL_FOLDERS: Final = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
_PREFIX: Final = "buurtteam-gateway-"

# Waits until its owner is gone (the pipe closes), then stops the nginx that is running by then.
_WATCH: Final = 'read -r _; "$0" -p "$1" -c nginx.conf -s stop; [ -z "$2" ] || rm -rf "$2"'


@dataclass(frozen=True, slots=True)
class Site:
    """Where the gateway listens, and to whom it passes on."""

    nginx: Path
    port: int
    services: Mapping[ServiceName, int]
    log_file: Path


def find_nginx() -> Path | None:
    """The program, wherever systems put it; None when it is not installed."""
    places = f"{os.environ.get('PATH', os.defpath)}:{_USUAL_FOLDERS}"
    found = shutil.which("nginx", path=places)
    return None if found is None else Path(found)


def rendered(template: str, port: int, services: Mapping[ServiceName, int]) -> str:
    """The configuration of containers for this machine: loopback, and files below the prefix."""
    changes = [
        (r"worker_processes auto;", "worker_processes 1;"),
        (r"\bpid /tmp/", "pid "),
        (r"error_log /dev/stderr warn;", "error_log stderr warn;"),
        (r"access_log /dev/stdout bare;", "access_log access.log bare;"),
        (r"(\w+_temp_path) /tmp/", r"\1 "),
        (r"listen 8000 ", f"listen {LOOPBACK}:{port} "),
    ]
    changes += [
        (rf"server {service}:8000;", f"server {LOOPBACK}:{number};")
        for service, number in services.items()
    ]
    text = template
    for pattern, instead in changes:
        text, times = re.subn(pattern, instead, text)
        if not times:
            raise ValueError(f"{_TEMPLATE} has nothing like {pattern}")
    return text


@contextmanager
def prepared(site: Site, data_dir: Path, lifeline: int) -> Iterator[Program]:
    """What to run, in a folder of its own, with a watcher that stops it when we are killed.

    `lifeline` is the reading end of a pipe that closes with us.
    """
    account = server_account()
    with _folder(data_dir, account) as (prefix, passing):
        configuration = prefix / "nginx.conf"
        text = rendered(_TEMPLATE.read_text(encoding="utf-8"), site.port, site.services)
        configuration.write_text(text, encoding="utf-8")
        account.give(configuration)
        place = (str(site.nginx), "-p", f"{prefix}/", "-c", "nginx.conf")
        removed = str(prefix) if passing else ""
        with _watched((place[0], place[2], removed), lifeline, account):
            yield Program(
                name=NAME,
                arguments=(*place, "-g", "daemon off;"),
                environment=kept(),
                folder=Path("/"),
                log_file=site.log_file,
                ending=SIGQUIT,
                user=account.process(),
            )


@contextmanager
def _watched(values: tuple[str, str, str], lifeline: int, account: Account) -> Iterator[None]:
    watcher = subprocess.Popen(  # noqa: S603 - a fixed script, its values are arguments
        ["/bin/sh", "-c", _WATCH, *values],
        stdin=lifeline,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=kept(),
        cwd="/",
        start_new_session=True,
        **account.process(),
    )
    try:
        yield
    finally:
        watcher.kill()
        watcher.wait()


@contextmanager
def _folder(data_dir: Path, account: Account) -> Iterator[tuple[Path, bool]]:
    """Its folder, and whether that passes: the account cannot enter every data folder."""
    if account.can_enter(data_dir):
        prefix = data_dir / NAME
        prefix.mkdir(mode=0o700, exist_ok=True)
        account.give(prefix)
        yield prefix, False
        return
    prefix = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=account.temporary_root()))
    account.give(prefix)
    try:
        yield prefix, True
    finally:
        shutil.rmtree(prefix, ignore_errors=True)
