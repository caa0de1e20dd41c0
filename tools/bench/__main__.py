"""The command behind `make bench`."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from secrets import randbelow
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local.binaries import EmbeddedPostgresError
from deploy.local.demo.stage import StoryError
from deploy.local.preflight import PreflightError
from deploy.local.runner import StartError
from tools.bench.load import WrongAnswerError
from tools.bench.measuring import Options
from tools.bench.operations import OPERATIONS, Operation, chosen
from tools.bench.report import as_json
from tools.bench.run import Result, Watch, bench
from tools.bench.tables import show

_FAILED: Final = 1
_STOPPED: Final = 130
_SEEDS: Final = 1_000_000


def known(names: list[str] | None) -> list[str] | None:
    """Names of operations; `BadParameter` with all of them for one that there is not."""
    try:
        chosen(names or [])
    except KeyError as unknown:
        every = ", ".join(each.name for each in OPERATIONS)
        raise typer.BadParameter(
            f"{unknown.args[0]} is not measured; choose from: {every}."
        ) from None
    return names


def main(
    seconds: Annotated[
        float, typer.Option(min=0.1, max=60, help="How long one window of the product takes.")
    ] = 1.0,
    repeats: Annotated[int, typer.Option(min=1, max=50, help="Windows per operation.")] = 3,
    only: Annotated[
        list[str] | None, typer.Option(help="One operation; may be repeated.", callback=known)
    ] = None,
    json: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write everything found to this file.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The order of an earlier run.")] = None,
) -> None:
    """Measure what requests cost, as ratios against floors in the same run."""
    console = Console(highlight=False)
    options = Options(seconds, repeats, randbelow(_SEEDS) if seed is None else seed)
    try:
        result = uvloop.run(_watched(console, chosen(only or []), options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise _end(console, _STOPPED, "Stopped; nothing stays behind.") from None
    except (WrongAnswerError, StoryError, StartError, EmbeddedPostgresError) as wrong:
        raise _end(console, _FAILED, f"No figures: {wrong}") from None
    except PreflightError as unusable:
        raise _end(console, _FAILED, *unusable.faults) from None
    except TimeoutError:
        raise _end(console, _FAILED, "No figures: it took far too long.") from None
    show(console, result)
    if json is not None:
        json.write_text(as_json(result), encoding="utf-8")


async def _watched(console: Console, operations: Sequence[Operation], options: Options) -> Result:
    """The run with a bar. SIGTERM ends it as Ctrl-C does: what was started is stopped."""
    running = asyncio.current_task()
    assert running is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    bar = Progress(
        *(TextColumn("measured"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=len(operations) * options.repeats)
        watch = Watch(
            say=lambda line: bar.console.print(line, markup=False, soft_wrap=True),
            advance=lambda: bar.advance(task),
        )
        return await bench(operations, options, watch)


def _end(console: Console, code: int, *sentences: str) -> typer.Exit:
    for sentence in sentences:
        console.print(sentence, markup=False, soft_wrap=True)
    return typer.Exit(code)


if __name__ == "__main__":
    typer.run(main)
