"""One service alone, by its environment: serve it, run its worker, migrate it, keep it going."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TypeVar

import typer
import uvicorn
from pydantic import PostgresDsn, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import PeerUnavailableError
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName

T = TypeVar("T")

WRONG_CONFIGURATION: Final = 2

# Where containers find their secrets: a file per setting, named as the variable would be.
_SECRET_FILES: Final = Path("/run/secrets")

# What is under way gets this long to end after whoever started us is gone.
_PATIENCE_SECONDS: Final = 10
_FAILED: Final = 1

_log: Final = logging.getLogger("buurtteam.process")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Service = Annotated[ServiceName, typer.Option("--service", help="Which of the four.")]
UntilClosed = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="FD",
        help="Stop when this file descriptor closes: then whoever started this process is gone.",
    ),
]


class WithCircles(StrEnum):
    """The services that keep a copy of who is around a plan."""

    INTAKE = ServiceName.INTAKE.value
    REFERRALS = ServiceName.REFERRALS.value


WithCirclesService = Annotated[WithCircles, typer.Option("--service", help="Which of the two.")]
LETTER_COLUMNS: Final = (
    *("service", "id", "work", "receiver", "event", "subject", "attempts", "failed at"),
    "first failure",
)


class _OwnerSettings(BaseSettings):
    """All that a migration needs of the environment of a service."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    database_owner_url: PostgresDsn


@app.command()
def serve(
    service: Service,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    until_closed: UntilClosed = None,
) -> None:
    """Serve one service until it is told to stop."""
    stop_when_closed(until_closed)
    settings = settings_from_environment(service)
    application = import_module(f"services.{service}.main").create_app(settings)
    config: uvicorn.Config = import_module("shared.web.server").serve_config(
        application, host, port, settings.log_level
    )
    uvicorn.Server(config).run()


@app.command()
def work(service: Service, until_closed: UntilClosed = None) -> None:
    """Run only the worker of one service until it is told to stop; as many copies as you like."""
    stop_when_closed(until_closed)
    settings = settings_from_environment(service)
    # A library that is left to itself writes the arguments of a job that fails.
    import_module("shared.web.logs").configure_logging(settings.log_level)
    try:
        asyncio.run(_until_told(import_module(f"services.{service}.main").run_worker(settings)))
    except Exception:
        # Through the safe formatter: what Python itself would print may quote a row.
        _log.exception({"event": "worker_ended", "service": service.value})
        raise typer.Exit(_FAILED) from None


@app.command()
def migrate(service: Service) -> None:
    """Bring the database of one service to the newest migration, as its owner."""
    upgrade(service, owner_url_from_environment(service))


@app.command()
def redrive(service: Service) -> None:
    """Put every dead letter of one service back in line: due at once, with all its tries."""
    redrive_by(service, settings_from_environment(service))


@app.command()
def dead_letters(service: Service) -> None:
    """List what one service could not deliver or apply, never what it carries."""
    typer.echo("\t".join(LETTER_COLUMNS))
    list_by(service, settings_from_environment(service))


@app.command()
def rebuild_circles(service: WithCirclesService) -> None:
    """Take over from plans who is around every plan, where that is newer than what is known."""
    name = ServiceName(service)
    rebuild_by(name, settings_from_environment(name))


def redrive_by(service: ServiceName, settings: ServiceSettings) -> None:
    """Re-drive with these settings and say how many; each letter is recorded in the log."""
    upkeep = import_module("shared.web.upkeep")
    count = _carried_out(service, upkeep.redrive_all(service, settings))
    typer.echo(f"{service}: {count} put back in line.")


def list_by(service: ServiceName, settings: ServiceSettings) -> None:
    """One line per dead letter, its columns parted by tabs; `-` where there is nothing."""
    upkeep = import_module("shared.web.upkeep")
    for letter in _carried_out(service, upkeep.all_dead_letters(settings)):
        failed_at = letter.failed_at and letter.failed_at.isoformat(timespec="seconds")
        columns = (
            *(service, letter.id, letter.work, letter.receiver, letter.event_type),
            *(letter.subject, letter.attempts, failed_at, letter.first_failure),
        )
        typer.echo("\t".join("-" if it is None else str(it) for it in columns))


def rebuild_by(service: ServiceName, settings: ServiceSettings) -> None:
    """Rebuild with these settings and say how many circles were newer."""
    upkeep = import_module("shared.web.upkeep")
    application = import_module(f"services.{service}.main").create_app(settings)
    count = _carried_out(service, upkeep.rebuild_circles(application))
    typer.echo(f"{service}: {count} circles were newer.")


def _carried_out(service: ServiceName, work: Coroutine[Any, Any, T]) -> T:
    """What the work answers, or an end with one sentence; what was done is always logged."""
    import_module("shared.web.logs").configure_logging()
    try:
        return asyncio.run(work)
    except PeerUnavailableError as away:
        typer.echo(f"{service}: {away.peer} does not answer.", err=True)
    except Exception:
        # Through the safe formatter: what Python itself would print may quote a row.
        _log.exception({"event": "command_ended", "service": service.value})
    raise typer.Exit(_FAILED)


def upgrade(service: ServiceName, owner_url: str) -> None:
    """Run the migrations that a database does not have yet."""
    # Alembic and SQLAlchemy take half a second to import, which other commands need not wait for.
    import_module("shared.db.migrate").upgrade(service.value, owner_url)


def settings_from_environment(service: ServiceName) -> ServiceSettings:
    """The settings of a service, or an end with everything that is wrong with them."""
    kind: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    with faults_end_it(service):
        return kind(_secrets_dir=_secret_files())


def owner_url_from_environment(service: ServiceName) -> str:
    """How the owner of the tables reaches the database of a service."""
    with faults_end_it(service):
        settings = _OwnerSettings(
            _env_prefix=f"{service.upper()}_",
            _secrets_dir=_secret_files(),
        )
        return str(settings.database_owner_url)


async def _until_told(working: Awaitable[None]) -> None:
    """Work until SIGTERM or SIGINT; jobs under way are finished, or given back for another try."""
    task = asyncio.ensure_future(working)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def stop_when_closed(descriptor: int | None) -> None:
    """End this process when that pipe closes; a thread waits for it, and nobody writes to it."""
    if descriptor is None:
        return
    try:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - it has no name
    except OSError:
        raise typer.BadParameter(
            f"{descriptor} is not open.", param_hint="--until-closed"
        ) from None
    threading.Thread(target=_stop_after, args=(descriptor,), daemon=True).start()


def _stop_after(descriptor: int) -> NoReturn:
    with suppress(OSError):
        while os.read(descriptor, 1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_SECONDS)
    os._exit(_FAILED)  # the only way out of a process whose own end hangs


def _secret_files() -> Path | None:
    return _SECRET_FILES if _SECRET_FILES.is_dir() else None


@contextmanager
def faults_end_it(service: ServiceName) -> Iterator[None]:
    """Turn wrong settings into one sentence each and exit code 2."""
    try:
        yield
    except ValidationError as invalid:
        for sentence in setting_faults(service, invalid):
            typer.echo(sentence, err=True)
        raise typer.Exit(WRONG_CONFIGURATION) from None


def setting_faults(service: ServiceName, invalid: ValidationError) -> list[str]:
    """One sentence per setting; never the value, which may be a secret."""
    return [
        f"{service.upper()}_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}."
        if fault["loc"]
        else f"{service.upper()}: {fault['msg']}."
        for fault in invalid.errors(include_url=False, include_input=False)
    ]


if __name__ == "__main__":
    app()
