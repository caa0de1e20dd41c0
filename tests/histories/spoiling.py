"""Answers changed afterwards, as a service with a fault would have given them."""

import random
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, Final, TypeAlias

from tests.histories.checker import Op
from tests.histories.household import Plan

Spoil: TypeAlias = Callable[[list[Op], random.Random], list[Op] | None]
"""Another history; None when this one has nothing to spoil in this way."""


def _with(ops: list[Op], op: Op, answer: Hashable) -> list[Op]:
    return [replace(each, answer=answer) if each is op else each for each in ops]


def _version(op: Op) -> int:
    """The version that an answer shows."""
    if op.what == "read" and isinstance(op.answer, tuple):
        return int(op.answer[0])
    return op.answer if op.what == "write" and isinstance(op.answer, int) else 0


def stale_read(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody hears what was true before an answer that was given already."""
    reads = [op for op in ops if op.what == "read" and op.answer is not None]
    found = [
        (late, early)
        for late in reads
        for early in reads
        if any(
            _version(op) > _version(early) and op.back is not None and op.back < late.call
            for op in ops
        )
    ]
    if not found:
        return None
    late, early = luck.choice(found)
    return _with(ops, late, early.answer)


def lost_update(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody who was too late hears that the change was made."""
    late = [op for op in ops if op.what == "write" and op.answer == "stale"]
    if not late:
        return None
    op = luck.choice(late)
    return _with(ops, op, op.asked[0] + op.asked[2])


def forgotten_write(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody hears that the change was refused, which was made."""
    made = [op for op in ops if op.what == "write" and isinstance(op.answer, int)]
    return _with(ops, luck.choice(made), "stale") if made else None


def _rows(ops: list[Op]) -> Op:
    return next(op for op in ops if op.what == "rows")


def sold_twice(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody who heard `full` gets a place, a row and a count."""
    full = [op for op in ops if op.what == "take" and op.answer == "full"]
    if not full:
        return None
    op, rows = luck.choice(full), _rows(ops)
    counters, found = rows.answer  # type: ignore[misc]  # the shape of places
    attempt, at = op.asked
    counted = [each + (place in {at, 2}) for place, each in enumerate(counters)]
    there = tuple(sorted([*found, (attempt, at, "held")]))
    return _with(_with(ops, op, "held"), rows, (tuple(counted), there))


def lost_place(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """A row is gone, and its count with it."""
    rows = _rows(ops)
    counters, found = rows.answer  # type: ignore[misc]  # the shape of places
    heard = {op.asked[0] for op in ops if op.what == "take" and op.answer == "held"}
    there = [each for each in found if each[0] in heard and each[2] in {"held", "used"}]
    if not there:
        return None
    gone = luck.choice(there)
    counted = [each - (place in {gone[1], 2}) for place, each in enumerate(counters)]
    return _with(ops, rows, (tuple(counted), tuple(each for each in found if each != gone)))


def miscounted(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """A counter and its rows are not the same."""
    rows = _rows(ops)
    counters, found = rows.answer  # type: ignore[misc]  # the shape of places
    place = luck.randrange(len(counters))
    counted = [each + (place == number) for number, each in enumerate(counters)]
    return _with(ops, rows, (tuple(counted), found))


def second_plan(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody who was refused opens a plan beside the one there is; it is closed afterwards."""
    ways = [op for op in ops if op.what in {"open", "close"} and op.answer != "refused"]
    refused = [
        op
        for op in ops
        if op.what == "open"
        and op.answer == "refused"
        and not any(_overlap(op, other) for other in ways)
    ]
    if not refused:
        return None
    op, rows = luck.choice(refused), _rows(ops)
    closed, opened = rows.answer  # type: ignore[misc]  # the shape of a household
    new, end = Plan("plan-2", *op.asked), max(each.back or each.call for each in ops)
    close = Op(-2, op.back or op.call, end, "close", ("plan-2", op.asked[1]), "done")
    spoiled = _with(_with(ops, op, new), rows, (closed | {"plan-2"}, opened))
    return [*(each for each in spoiled if each.what != "rows"), close, _last(spoiled, end)]


def _overlap(one: Op, two: Op) -> bool:
    """Whether two requests could have happened in either order."""
    return (two.back is None or one.call < two.back) and (one.back is None or two.call < one.back)


def _last(ops: list[Op], end: int) -> Op:
    return replace(_rows(ops), call=end + 1, back=end + 2)


def stale_look(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Somebody sees a coordinator who was replaced before."""
    looks = [op for op in ops if op.what == "look" and isinstance(op.answer, Plan)]
    found: list[tuple[Op, Any]] = [
        (late, early.answer)
        for early in looks
        for late in looks
        if early.back is not None
        and any(
            isinstance(op.answer, Plan)
            and isinstance(early.answer, Plan)
            and op.answer.id == early.answer.id == late.asked[0]
            and op.answer.version > early.answer.version
            and op.back is not None
            and op.back < late.call
            for op in looks
        )
    ]
    if not found:
        return None
    late, answer = luck.choice(found)
    return _with(ops, late, answer)


def two_yes(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Two attempts get the one place."""
    full = [op for op in ops if op.what == "accept" and op.answer == "full"]
    if not full or _rows(ops).answer[0] != 1:  # type: ignore[index]  # the shape of a last place
        return None
    op, rows = luck.choice(full), _rows(ops)
    _, stands = rows.answer  # type: ignore[misc]  # the shape of a last place
    after = tuple("accepted" if at == op.asked[0] else how for at, how in enumerate(stands))
    return _with(_with(ops, op, "accepted"), rows, (2, after))


def no_yes(ops: list[Op], luck: random.Random) -> list[Op] | None:
    """Who was accepted hears that there is no place; nobody else has it."""
    yes = [op for op in ops if op.what == "accept" and op.answer == "accepted"]
    return _with(ops, luck.choice(yes), "full") if yes else None


SPOILS: Final[dict[str, tuple[Spoil, ...]]] = {
    "register": (stale_read, lost_update, forgotten_write),
    "places": (sold_twice, lost_place, miscounted),
    "household": (second_plan, stale_look),
    "last place": (two_yes, no_yes),
}
