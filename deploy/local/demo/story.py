"""The stories, chapter by chapter; demonstration and tests play the same ones."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from deploy.local.demo.central_day import at_the_door, by_telephone, the_queue
from deploy.local.demo.central_decisions import (
    a_formal_decision,
    a_no_stays_with_the_team,
    decision_and_place,
    together,
)
from deploy.local.demo.christmas import christmas
from deploy.local.demo.debts import debts, debts_settled
from deploy.local.demo.direct import registered_directly
from deploy.local.demo.doors import answered_at_the_door, wrong_doors
from deploy.local.demo.evening import friday_evening, monday, roster
from deploy.local.demo.household import clarification, melding
from deploy.local.demo.leading import access, first_no_then_yes
from deploy.local.demo.living import protected_living
from deploy.local.demo.looking_back import evaluation, the_plan, who_looked
from deploy.local.demo.plan import plan
from deploy.local.demo.registry import load_registry
from deploy.local.demo.respite import respite
from deploy.local.demo.stage import Stage

Chapter: TypeAlias = Callable[[Stage], Awaitable[None]]

CHAPTERS: Final[tuple[Chapter, ...]] = (
    load_registry,
    answered_at_the_door,
    wrong_doors,
    melding,
    clarification,
    plan,
    debts,
    access,
    first_no_then_yes,
    debts_settled,
    respite,
    protected_living,
    registered_directly,
    evaluation,
    the_plan,
)
"""The household: from a GP's call to evaluated support."""

CRISIS: Final[tuple[Chapter, ...]] = (
    load_registry,
    roster,
    friday_evening,
    monday,
    christmas,
)
"""Friday 17:00, the Monday after, and 25 December."""

CENTRAL_ACCESS: Final[tuple[Chapter, ...]] = (
    load_registry,
    by_telephone,
    at_the_door,
    the_queue,
    together,
    decision_and_place,
    a_no_stays_with_the_team,
    a_formal_decision,
)
"""A day at the centrale toegang."""

STORIES: Final[Mapping[str, tuple[Chapter, ...]]] = MappingProxyType(
    {"household": CHAPTERS, "crisis": CRISIS, "central-access": CENTRAL_ACCESS}
)


async def play(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Play it to the end; answers who looked. Raises `StoryError` where it goes otherwise."""
    for chapter in CHAPTERS:
        await chapter(stage)
    return await who_looked(stage)
