"""Fills a running instance with the sample: teams, workers, providers and their room."""

import asyncio
from datetime import datetime
from pathlib import Path

import httpx

from deploy.local.demo.registry import load_registry
from deploy.local.demo.stage import Stage
from deploy.local.state import read_state, token_of_running, user_for


async def load_sample(data_dir: Path) -> None:
    """Load the registry through the public API; what is there already stays as it is.

    Raises `NotRunningError` when nothing runs on this folder, `StoryError` when the API refuses.
    """
    state = read_state(data_dir)

    def address(path: str) -> str:
        service = path.split("/", 2)[1]
        return f"{state.apart.get(service, state.base_url)}{path}"

    def token(role: str, **claims: str | None) -> str:
        return token_of_running(data_dir, user_for(role, **claims))

    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        await load_registry(
            Stage(
                http=http,
                address=address,
                token=token,
                move_clock=_unmoved,
                settle=_at_once,
                chapter=_silent,
                tell=_silent,
            )
        )


def _unmoved(_: datetime) -> None:
    """Loading does not touch the clock."""


def _silent(_: str) -> None:
    """Loading tells no story."""


async def _at_once() -> None:
    """Loading waits for no event."""
    await asyncio.sleep(0)
