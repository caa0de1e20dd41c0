"""What eight clients at once are told can always be explained one request at a time."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.histories.places import Places, twice
from tests.histories.playing import CLIENTS, KINDS, TURNS, doubt, play
from tests.support.effort import Effort
from tests.support.world import World


def seeds(name: str, number: int) -> Iterator[int]:
    """The seeds of a run: chosen anew each time, or the one that was asked for."""
    asked = os.environ.get("HISTORIES_SEED")
    if asked is not None:
        yield int(asked)
        return
    for _ in range(number):
        seed = secrets.randbelow(10**9)
        print(f"{name}: HISTORIES_SEED={seed}")  # noqa: T201
        yield seed


@pytest.mark.parametrize("name", KINDS)
async def test_every_history_has_an_order(world: World, effort: Effort, name: str) -> None:
    kind = KINDS[name]
    heard: Counter[object] = Counter()
    lost: Counter[str] = Counter()
    asked = overlapping = 0
    for seed in seeds(name, effort.of(short=3, long=40)):
        for scene in await play(world, kind, seed):
            assert (found := doubt(scene, kind, seed)) is None, found
            ops = scene.record.ops
            assert not isinstance(scene, Places) or twice(ops) == [], seed
            heard.update(op.answer for op in ops)
            lost += scene.record.lost
            asked += len(ops)
            overlapping += sum(
                one.call < two.call < (one.back or one.call) for one in ops for two in ops
            )
    # Not vacuous: clients met, answers were lost in every way, and every answer was given.
    assert asked > CLIENTS * TURNS // 2
    assert overlapping > asked
    assert set(lost) == set(kind.losses)
    assert kind.answers <= set(heard), heard
