"""Playing a history: some clients, each with its own luck, at one object at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tests.histories.checker import Op, first_doubt, told
from tests.histories.clients import LOSSES, Client, Record, luck_of
from tests.histories.household import open_home
from tests.histories.household import step as household_step
from tests.histories.last_place import open_last_place
from tests.histories.last_place import step as last_place_step
from tests.histories.places import open_places
from tests.histories.places import step as places_step
from tests.histories.register import open_registers
from tests.histories.register import step as register_step
from tests.support.world import Actor, World

CLIENTS: Final = 8
TURNS: Final = 12


class Scene(Protocol):
    """One object that clients ask things of."""

    start: Any
    record: Record

    def desk(self, number: int) -> Actor:
        """Who a client is."""
        ...

    async def act(self, client: Client, turn: int) -> None:
        """One turn of one client."""
        ...

    async def close(self) -> None:
        """The last look, when everybody is done."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of object: how one is made, its model, and which answers a good history has."""

    opened: Callable[[World], Awaitable[Iterable[Scene]]]
    step: Callable[[Any, Op], Iterable[Any]]
    answers: frozenset[Hashable]
    losses: tuple[str, ...] = LOSSES


KINDS: Final = {
    "register": Kind(open_registers, register_step, frozenset({"stale"})),
    "places": Kind(
        open_places, places_step, frozenset({"held", "full", "given", "used", "too late"})
    ),
    "household": Kind(open_home, household_step, frozenset({"refused", "done", "closed"})),
    # A yes that is cut off between the two services holds its place until it lapses.
    "last place": Kind(
        open_last_place,
        last_place_step,
        frozenset({"accepted", "full", "stale"}),
        losses=("unheard", "left"),
    ),
}


async def play(world: World, kind: Kind, seed: int, share: float = 0.08) -> list[Scene]:
    """Make the objects of a kind and let eight clients at each; answers what was recorded."""
    scenes = list(await kind.opened(world))
    await asyncio.gather(*(_play(scene, kind, seed, share) for scene in scenes))
    for scene in scenes:
        await scene.record.settle()
        await scene.close()
    return scenes


async def _play(scene: Scene, kind: Kind, seed: int, share: float) -> None:
    async def one(number: int) -> None:
        luck = luck_of(f"{seed}/{number}")
        desk = scene.desk(number)
        client = Client(number, desk, luck, scene.record, share, kind.losses)
        for turn in range(TURNS):
            await client.pause()
            await scene.act(client, turn)

    await asyncio.gather(*(one(number) for number in range(CLIENTS)))


def doubt(scene: Scene, kind: Kind, seed: int) -> str | None:
    """What nothing explains in a history, or None."""
    found = first_doubt(scene.record.ops, scene.start, kind.step)
    if found is None:
        return None
    return f"seed {seed}: no order of these requests gives these answers\n" + told(
        scene.record.ops, found
    )
