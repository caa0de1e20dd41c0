"""The demonstration: everything started, and a story played by the public API."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Final

import httpx
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.local.demo.looking_back import who_looked
from deploy.local.demo.stage import Stage, StoryError
from deploy.local.demo.story import CHAPTERS, STORIES, Chapter
from deploy.local.postgres import temporary_data_folder
from deploy.local.runner import Instance, StartError, running

_BEGIN: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
_FAILED: Final = 1


def run(story: str = "household") -> int:
    """Play one of the stories; answers the exit code."""
    console = Console(highlight=False)
    began = monotonic()
    try:
        uvloop.run(_demonstrate(console, STORIES[story]))
    except (StoryError, StartError) as wrong:
        console.print(f"\n[bold red]The story went otherwise:[/] {wrong}", soft_wrap=True)
        return _FAILED
    console.print(f"\n[bold green]Everything came out as told[/], in {monotonic() - began:.0f} s.")
    return 0


async def _demonstrate(console: Console, chapters: Sequence[Chapter]) -> None:
    console.print("Starting PostgreSQL, four services and an issuer of tokens …")
    with temporary_data_folder() as folder:
        async with running(folder, clock_start=_BEGIN, fsync=False) as instance:
            # One line per request would drown the story; what goes wrong is still told.
            logging.getLogger("buurtteam").setLevel(logging.ERROR)
            console.print(f"Running at {instance.base_url}; the clock says {_BEGIN:%d %B %Y}.")
            await _play(console, instance, chapters)
            _where(console, instance)
    console.print("Stopped; the data of this demonstration is gone.")


async def _play(console: Console, instance: Instance, chapters: Sequence[Chapter]) -> None:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    )
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        with bar:
            task = bar.add_task("the story", total=len(chapters) + 1)

            def chapter(title: str) -> None:
                bar.console.print(f"\n[bold]{title}[/]")
                bar.advance(task)

            stage = Stage(
                http=http,
                address=lambda path: f"{instance.base_url}{path}",
                token=instance.token,
                move_clock=instance.move_clock,
                settle=_a_moment,
                chapter=chapter,
                tell=lambda line: bar.console.print(f"  {line}", markup=False, soft_wrap=True),
            )
            for play in chapters:
                await play(stage)
            # The other stories are about several people, none of whom asks who looked.
            rows = await who_looked(stage) if chapters is CHAPTERS else []
            bar.update(task, completed=len(chapters) + 1)
    if rows:
        _who_looked(console, rows)


def _who_looked(console: Console, rows: Sequence[tuple[str, str, str, str]]) -> None:
    table = Table("service", "operation", "act", "by", "times", title="Who looked at the file")
    for row, times in sorted(Counter(rows).items()):
        table.add_row(*row, str(times))
    console.print(table)


async def _a_moment() -> None:
    """Over HTTP the workers deliver by themselves."""
    await asyncio.sleep(0.05)


def _where(console: Console, instance: Instance) -> None:
    console.print("\nWhere things are when you run `make up` yourself:")
    for line in (
        "the product        http://127.0.0.1:8000",
        "its documents      http://127.0.0.1:8000/plans/v1/openapi.json (and intake, referrals, …)",
        "a token            .venv/bin/buurtteam token --role buurtteam_worker",
        "this demonstration ran at " + instance.base_url,
    ):
        console.print(f"  {line}", markup=False, soft_wrap=True)
