"""The command `buurtteam`."""

import asyncio
import os
import shlex
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
import uvloop
from rich.console import Console

from deploy import service as alone
from deploy.local import upkeep
from deploy.local.binaries import EmbeddedPostgresError
from deploy.local.compose import write_secrets
from deploy.local.fleet import Fleet, launched
from deploy.local.postgres import EmbeddedServer, embedded
from deploy.local.preflight import (
    FIRST_SERVICE_PORT,
    ISSUER_PORT,
    PRODUCT_PORT,
    FleetPorts,
    Ports,
    PreflightError,
)
from deploy.local.product import DEFAULT_STELSEL, Product
from deploy.local.roster import FleetSetup
from deploy.local.runner import Instance, Setup, StartError, assembled
from deploy.local.state import DEFAULT_FOLDER, Data, NotRunningError, token_of_running, user_for
from shared.vocabulary import Role, ServiceName

_FAILED: Final = 1
_UNUSABLE: Final = 2
_SECRETS_FOLDER: Final = Path("deploy/secrets")

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("serve")(alone.serve)
app.command("work")(alone.work)
app.command("redrive")(upkeep.redrive)
app.command("dead-letters")(upkeep.dead_letters)
app.command("rebuild-circles")(upkeep.rebuild_circles)

Port = Annotated[int, typer.Option(min=1, max=65535, help="Where the product listens.")]
IssuerPort = Annotated[int, typer.Option(min=1, max=65535, help="Where tokens are issued.")]
BasePort = Annotated[
    int, typer.Option(min=1, max=65532, help="The first of the four ports of separate services.")
]
Separate = Annotated[bool, typer.Option("--separate", help="Each service a process of its own.")]
WorkersApart = Annotated[
    bool, typer.Option("--workers-apart", help="Each worker too. Only with --separate.")
]
Claim = Annotated[str | None, typer.Option(help="Instead of what the sample has for this role.")]


@app.callback()
def buurtteam() -> None:
    """Buurtteam: intake, plans, referrals and providers of neighbourhood social care."""


@app.command()
def up(  # noqa: PLR0913, PLR0917 - every option of a command is a parameter
    stelsel: Annotated[str, typer.Option(help="The arrangement to run.")] = DEFAULT_STELSEL,
    data: Data = DEFAULT_FOLDER,
    port: Port = PRODUCT_PORT,
    issuer_port: IssuerPort = ISSUER_PORT,
    base_port: BasePort = FIRST_SERVICE_PORT,
    separate: Separate = False,  # noqa: FBT002 - a flag of a command
    workers_apart: WorkersApart = False,  # noqa: FBT002 - as above
) -> None:
    """Run everything on this machine until Ctrl-C: database, issuer and the four services.

    They share one process, or with --separate have one each; then --port is where their gateway
    listens, if nginx is installed.
    """
    if workers_apart and not separate:
        raise _end(_UNUSABLE, "--workers-apart needs --separate.")
    try:
        if separate:
            ports = FleetPorts(base_port, port, issuer_port)
            setup = FleetSetup(ports, stelsel, workers_apart=workers_apart)
            uvloop.run(separate_until_told(data, setup))
        else:
            uvloop.run(until_told(data, Setup(Ports(port, issuer_port), stelsel)))
    except PreflightError as unusable:
        raise _end(_UNUSABLE, *unusable.faults) from None
    except (EmbeddedPostgresError, StartError) as failed:
        raise _end(_FAILED, str(failed)) from None


class Story(StrEnum):
    """What `demo` can play."""

    HOUSEHOLD = "household"
    CRISIS = "crisis"
    CENTRAL_ACCESS = "central-access"


@app.command()
def demo(
    story: Annotated[Story, typer.Option(help="Which story to play.")] = Story.HOUSEHOLD,
) -> None:
    """Play a story through the four services, and stop: that of one household by default."""
    # The stories are large and no other command needs them.
    raise typer.Exit(import_module("deploy.local.demo").run(story.value))


@app.command()
def sample(data: Data = DEFAULT_FOLDER) -> None:
    """Fill the running instance with fictitious teams, workers and providers; may be repeated."""
    loading, stage = (import_module(f"deploy.local.demo.{name}") for name in ("loading", "stage"))
    try:
        uvloop.run(loading.load_sample(data))
    except NotRunningError as nothing:
        raise _end(_FAILED, str(nothing)) from None
    except stage.StoryError as refused:
        raise _end(_FAILED, f"The sample was not loaded: {refused}") from None
    typer.echo("The sample is loaded.")


@app.command()
def token(  # noqa: PLR0913, PLR0917 - every option of a command is a parameter
    role: Annotated[Role, typer.Option(help="What the caller is.")],
    subject: Claim = None,
    organisation: Claim = None,
    team: Claim = None,
    stadsdeel: Claim = None,
    provider: Claim = None,
    data: Data = DEFAULT_FOLDER,
) -> None:
    """Print a token that the running instance accepts for an hour, and nothing else."""
    if role is Role.SERVICE:
        raise _end(_UNUSABLE, "A service gets its own token from the issuer; choose another role.")
    claims = {
        "subject": subject,
        "organisation": organisation,
        "team": team,
        "stadsdeel": stadsdeel,
        "provider": provider,
    }
    try:
        typer.echo(token_of_running(data, user_for(role.value, **claims)))
    except NotRunningError as nothing:
        raise _end(_FAILED, str(nothing)) from None


@app.command()
def migrate(
    service: Annotated[ServiceName | None, typer.Option(help="One; without it all four.")] = None,
    data: Data = DEFAULT_FOLDER,
) -> None:
    """Bring databases to the newest migration: those of the environment, else the local ones.

    The environment names them by <SERVICE>_DATABASE_OWNER_URL. The local ones are those of a data
    folder on which nothing runs; `buurtteam up` migrates them itself.
    """
    services = list(ServiceName) if service is None else [service]
    if any(f"{name.upper()}_DATABASE_OWNER_URL" in os.environ for name in services):
        for name in services:
            alone.upgrade(name, alone.owner_url_from_environment(name))
        return
    try:
        with embedded(data) as server:
            for name in services:
                alone.upgrade(name, server.owner_url(name))
    except EmbeddedPostgresError as failed:
        raise _end(_FAILED, str(failed)) from None


@app.command()
def secrets(
    folder: Annotated[Path, typer.Option(help="Where compose looks for them.")] = _SECRETS_FOLDER,
) -> None:
    """Make the secret files that docker-compose.yml names; existing ones are kept."""
    written = write_secrets(folder)
    typer.echo(f"{len(written)} secret files written to {folder}.")


def main() -> None:
    """The entry of the command line."""
    app()


async def until_told(data: Path, setup: Setup, product: Product | None = None) -> None:
    """Run an instance until SIGINT or SIGTERM, then stop all of it."""
    console = _console()
    console.print(f"Starting {setup.stelsel} …")
    await _run(console, assembled(data, setup, product), lambda it: _show(console, it))


async def separate_until_told(data: Path, setup: FleetSetup) -> None:
    """As `until_told`, each service in a process of its own.

    A service that was given up is told of, and the others go on; it makes the end a failure.
    """
    console = _console()
    console.print(f"Starting {setup.stelsel} …")
    setup = replace(setup, tell=lambda sentence: console.print(sentence, soft_wrap=True))
    fleet = await _run(console, launched(data, setup), lambda it: _show_fleet(console, it))
    if fleet is not None and fleet.faults:
        raise StartError(" ".join(fleet.faults))


async def _run(
    console: Console, parts: AbstractAsyncContextManager[T], show: Callable[[T], None]
) -> T | None:
    """Keep the parts running until we are told to stop; None when that was while they started."""
    up, stop = asyncio.Event(), asyncio.Event()

    async def run() -> T:
        async with parts as running:
            up.set()
            show(running)
            await stop.wait()
            console.print("Stopping …")
        return running

    task = asyncio.create_task(run())

    def end() -> None:
        if not up.is_set() and not stop.is_set():
            task.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, end)
    try:
        found = await task
    except asyncio.CancelledError:
        found = None
    console.print("Stopped.")
    return found


def _console() -> Console:
    return Console(markup=False, highlight=False)


def _show(console: Console, instance: Instance) -> None:
    lines = [("The product", instance.base_url)]
    lines += [
        (f"  {service.value}", f"{instance.base_url}/{service.value}/v1/openapi.json")
        for service in ServiceName
    ]
    lines += _common_lines(instance.data_dir, instance.issuer_url, instance.database)
    _print(console, lines)


def _show_fleet(console: Console, fleet: Fleet) -> None:
    if fleet.gateway_url is None:
        console.print("nginx is not installed, so there is no gateway; each service by itself:")
        lines = []
    else:
        lines = [("The product", fleet.gateway_url)]
    lines += [
        (f"  {service}", f"{address}/{service}/v1/openapi.json")
        for service, address in fleet.addresses.items()
    ]
    lines += _common_lines(fleet.data_dir, fleet.issuer_url, fleet.database)
    logs = {fleet.log(name).parent for name in fleet.names}
    lines += [("Logs", str(folder)) for folder in logs]
    _print(console, lines)


def _common_lines(data: Path, issuer: str, database: EmbeddedServer) -> list[tuple[str, str]]:
    elsewhere = data != DEFAULT_FOLDER.absolute()
    folder = f" --data {shlex.quote(str(data))}" if elsewhere else ""
    return [
        ("A token", f"buurtteam token --role {Role.BUURTTEAM_WORKER}{folder}"),
        ("Issuer", issuer),
        ("Data", str(data)),
        ("Database log", str(database.log_file)),
    ]


def _print(console: Console, lines: list[tuple[str, str]]) -> None:
    for name, value in lines:
        console.print(f"{name:<14}{value}", soft_wrap=True)
    console.print("Stop with Ctrl-C.")


def _end(code: int, *sentences: str) -> typer.Exit:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    main()
