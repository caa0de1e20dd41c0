"""The checker itself: histories written by hand, right and wrong, and thousands of made ones."""

from collections.abc import Hashable, Iterable

import pytest

from tests.histories.checker import Op, first_doubt, linearizable
from tests.histories.clients import luck_of
from tests.histories.register import State, step

START: State = (1, "a")


def read(call: int, back: int, version: int, value: str) -> Op:
    """Somebody read."""
    return Op(0, call, back, "read", (), (version, value))


def write(call: int, back: int | None, seen: int, value: str, answer: Hashable) -> Op:
    """Somebody wrote over a version."""
    return Op(1, call, back, "write", (seen, value, 1), answer)


GOOD: dict[str, list[Op]] = {
    "nothing": [],
    "one after the other": [write(0, 1, 1, "b", 2), read(2, 3, 2, "b")],
    "overlapping, before": [write(0, 3, 1, "b", 2), read(1, 2, 1, "a")],
    "overlapping, after": [write(0, 3, 1, "b", 2), read(1, 2, 2, "b")],
    "one of two wins": [write(0, 3, 1, "b", 2), write(1, 2, 1, "c", "stale")],
    "never heard, happened": [write(0, None, 1, "b", None), read(1, 2, 2, "b")],
    "never heard, happened late": [
        write(0, None, 1, "b", None),
        read(1, 2, 1, "a"),
        read(3, 4, 2, "b"),
    ],
    "never heard, never happened": [write(0, None, 1, "b", None), read(1, 2, 1, "a")],
    "never heard, too late to happen": [
        write(0, None, 1, "b", None),
        write(1, 2, 1, "c", 2),
        read(3, 4, 2, "c"),
    ],
}
BAD: dict[str, list[Op]] = {
    "a stale read": [write(0, 1, 1, "b", 2), read(2, 3, 1, "a")],
    "a read from nowhere": [read(0, 1, 2, "b")],
    "there and back": [write(0, 5, 1, "b", 2), read(1, 2, 2, "b"), read(3, 4, 1, "a")],
    "two over one version": [write(0, 3, 1, "b", 2), write(1, 2, 1, "c", 2)],
    "a lost update": [
        write(0, 1, 1, "b", 2),
        write(2, 3, 1, "c", 2),
        read(4, 5, 2, "c"),
    ],
    "refused without a reason": [write(0, 1, 1, "b", "stale"), read(2, 3, 1, "a")],
    "never heard, undone": [
        write(0, None, 1, "b", None),
        read(1, 2, 2, "b"),
        read(3, 4, 1, "a"),
    ],
    "happened before it was asked": [read(0, 1, 2, "b"), write(2, None, 1, "b", None)],
    "never heard, and another over the same": [
        write(0, None, 1, "b", None),
        read(1, 2, 2, "b"),
        write(3, 4, 1, "c", 2),
    ],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_history_with_an_order_is_accepted(name: str) -> None:
    assert linearizable(GOOD[name], START, step)
    assert first_doubt(GOOD[name], START, step) is None


@pytest.mark.parametrize("name", BAD)
def test_a_history_without_an_order_is_refused(name: str) -> None:
    assert not linearizable(BAD[name], START, step)
    doubt = first_doubt(BAD[name], START, step)
    assert doubt is not None
    assert doubt in BAD[name]


def test_the_first_doubt_is_where_it_went_wrong() -> None:
    wrong = read(4, 5, 1, "a")
    ops = [write(0, 1, 1, "b", 2), read(2, 3, 2, "b"), wrong, write(6, 7, 2, "c", 3)]

    assert first_doubt(ops, START, step) is wrong


def made(seed: int, *, stale: bool = False, blind: bool = False) -> list[Op]:
    """A history of a register in memory: right, with a stale cache, or without a version check."""
    luck, state, ops, clock = luck_of(seed), START, [], 0
    cache, waiting = START, list(range(6)) * 6
    luck.shuffle(waiting)
    for number in waiting:
        call, clock = clock, clock + 2 + luck.randrange(6)
        back: int | None = clock + luck.randrange(6)
        if luck.random() < 0.5:
            seen = cache if stale and luck.random() < 0.5 else state
            ops.append(Op(number, call, back, "read", (), seen))
            cache = seen if luck.random() < 0.3 else cache
            continue
        seen_version = max(1, state[0] - luck.randrange(3) // 2)
        fits = blind or seen_version == state[0]
        value = str(clock)
        answer: Hashable = seen_version + 1 if fits else "stale"
        state = (state[0] + 1, value) if fits else state
        if luck.random() < 0.1:
            back, answer = None, None
        asked = (seen_version, value, 1)
        ops.append(Op(number, call, back, "write", asked, answer))
    return ops


def refused(histories: Iterable[list[Op]]) -> int:
    """How many of these histories have no order."""
    return sum(not linearizable(ops, START, step) for ops in histories)


def test_hundreds_of_right_histories_are_accepted_and_wrong_ones_refused() -> None:
    assert refused(made(seed) for seed in range(300)) == 0
    assert refused(made(seed, stale=True) for seed in range(100)) >= 95
    assert refused(made(seed, blind=True) for seed in range(100)) >= 95
