"""Which processes a separate instance has, and what each of them is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import deploy
from deploy.local.environment import environment_of
from deploy.local.preflight import LOOPBACK, FleetDoors, FleetPorts
from deploy.local.process import Program, Tell
from deploy.local.product import DEFAULT_STELSEL, Surroundings, settings_for
from deploy.local.runner import Instance, loopback_url
from deploy.local.secrets import instance_secrets
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

FREE_FLEET_PORTS: Final = FleetPorts(0, 0, 0)
WORKER: Final = "-worker"
"""What the name of a worker process ends with: `plans-worker`."""

_ROOT: Final = Path(deploy.__path__[0]).parent
_OWNER_ONLY: Final = 0o700

Extra: TypeAlias = Mapping[str, Mapping[str, str]]


def say_nothing(_sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class FleetSetup:
    """What can be chosen. `extra_env` adds variables to a process, by its name."""

    ports: FleetPorts = FREE_FLEET_PORTS
    stelsel: str = DEFAULT_STELSEL
    workers_apart: bool = False
    clock_start: datetime | None = None
    fsync: bool = True
    extra_env: Extra = field(default_factory=dict)
    tell: Tell = say_nothing


def programs(
    instance: Instance, setup: FleetSetup, doors: FleetDoors, lifeline: int
) -> list[Program]:
    """Four services, and with workers apart four workers beside them."""
    found = []
    for service, port in doors.services.items():
        settings = _settings(service, instance, setup, doors)
        environment = environment_of(service, settings)
        listening = ("--host", LOOPBACK, "--port", str(port))
        asked: dict[str, tuple[str, ...]] = {}
        asked[service.value] = ("serve", "--service", service.value, *listening)
        if setup.workers_apart:
            asked[f"{service}{WORKER}"] = ("work", "--service", service.value)
        found += [
            Program(
                name=name,
                arguments=(
                    *(sys.executable, "-m", "deploy.service"),
                    *(*command, "--until-closed", str(lifeline)),
                ),
                environment={**environment, **setup.extra_env.get(name, {})},
                folder=_ROOT,
                log_file=log_file(instance.data_dir, name),
                descriptors=(lifeline,),
            )
            for name, command in asked.items()
        ]
    return found


def log_file(data_dir: Path, name: str) -> Path:
    """Where a process writes its log, in a folder that is closed to others."""
    folder = data_dir / "logs"
    folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    return folder / f"{name}.log"


def _settings(
    service: ServiceName, instance: Instance, setup: FleetSetup, doors: FleetDoors
) -> ServiceSettings:
    around = Surroundings(
        instance.base_url if doors.gateway else loopback_url(doors.services[service]),
        instance.issuer_url,
        setup.stelsel,
        instance_secrets(instance.data_dir),
        instance.clock_file,
        {name.value: loopback_url(port) for name, port in doors.services.items()},
    )
    settings = settings_for(service, instance.database.url(service), around)
    return settings.model_copy(update={"worker": False}) if setup.workers_apart else settings
