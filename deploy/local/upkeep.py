"""What an operator does by command: for services of the environment, else of what runs here."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy import service as alone
from deploy.local.postgres import EmbeddedServer
from deploy.local.product import Surroundings, settings_for
from deploy.local.secrets import database_passwords, instance_secrets
from deploy.local.state import DEFAULT_FOLDER, Data, NotRunningError, read_state
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

_FAILED: Final = 1

Chosen = Annotated[ServiceName | None, typer.Option("--service", help="One; without it all four.")]
ChosenWithCircles = Annotated[
    alone.WithCircles | None, typer.Option("--service", help="One; without it both.")
]
Do = Callable[[ServiceName, ServiceSettings], None]


def redrive(service: Chosen = None, data: Data = DEFAULT_FOLDER) -> None:
    """Put dead letters back in line: due at once, with all their tries.

    The services are those of the environment (<SERVICE>_DATABASE_URL and the rest), else those of
    the instance that runs on the data folder.
    """
    _each(_chosen(service), data, alone.redrive_by)


def dead_letters(service: Chosen = None, data: Data = DEFAULT_FOLDER) -> None:
    """List what could not be delivered or applied, never what it carries."""
    typer.echo("\t".join(alone.LETTER_COLUMNS))
    _each(_chosen(service), data, alone.list_by)


def rebuild_circles(service: ChosenWithCircles = None, data: Data = DEFAULT_FOLDER) -> None:
    """Take over from plans who is around every plan, where that is newer than what is known."""
    chosen = tuple(alone.WithCircles) if service is None else (service,)
    _each([ServiceName(name) for name in chosen], data, alone.rebuild_by)


def _chosen(service: ServiceName | None) -> Sequence[ServiceName]:
    return tuple(ServiceName) if service is None else (service,)


def _each(services: Sequence[ServiceName], data: Path, do: Do) -> None:
    from_environment = any(f"{name.upper()}_DATABASE_URL" in os.environ for name in services)
    for name in services:
        if from_environment:
            do(name, alone.settings_from_environment(name))
        else:
            do(name, _settings_of_running(name, data))


def _settings_of_running(service: ServiceName, data: Path) -> ServiceSettings:
    """The settings by which this service runs now, or an end that says that nothing runs."""
    try:
        state = read_state(data)
    except NotRunningError as nothing:
        typer.echo(str(nothing), err=True)
        raise typer.Exit(_FAILED) from None
    folder = data.absolute()
    server = EmbeddedServer(
        Path(state.socket_dir), folder / "postgres.log", state.pid, database_passwords(folder)
    )
    around = Surroundings(
        base_url=state.base_url,
        issuer_url=state.issuer_url,
        stelsel=state.stelsel,
        secrets=instance_secrets(folder),
        clock_file=folder / "clock-offset",
        apart=state.apart,
    )
    with alone.faults_end_it(service):
        return settings_for(service, server.url(service), around)
