"""The story of one household, chapter by chapter; demonstration and tests play the same one."""

from collections.abc import Awaitable, Callable
from typing import Final

from deploy.local.demo.doors import answered_at_the_door, wrong_doors
from deploy.local.demo.household import clarification, melding, plan
from deploy.local.demo.leading import access, first_no_then_yes
from deploy.local.demo.looking_back import evaluation, who_looked
from deploy.local.demo.registry import load_registry
from deploy.local.demo.stage import Stage

CHAPTERS: Final[tuple[Callable[[Stage], Awaitable[None]], ...]] = (
    load_registry,
    answered_at_the_door,
    wrong_doors,
    melding,
    clarification,
    plan,
    access,
    first_no_then_yes,
    evaluation,
)


async def play(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Play it to the end; answers who looked. Raises `StoryError` where it goes otherwise."""
    for chapter in CHAPTERS:
        await chapter(stage)
    return await who_looked(stage)
