"""Whether a history of overlapping requests can be explained by a model, one request at a time."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

StateT = TypeVar("StateT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Op:
    """One request: who asked what, from when until when, and what was heard.

    `back` is None when nobody ever heard: it may have happened, at any moment since, or not.
    """

    client: int
    call: int
    back: int | None
    what: str
    asked: tuple[Any, ...]
    answer: Hashable | None


Step: TypeAlias = Callable[[StateT, Op], Iterable[StateT]]
"""The states in which a model can be after a request with this answer; none: impossible."""


def linearizable(ops: Sequence[Op], start: StateT, step: Step[StateT]) -> bool:
    """Search an order of the requests that the model explains (Wing and Gong, with a memory)."""
    ordered = sorted(ops, key=lambda op: op.call)
    heard = sum(1 << at for at, op in enumerate(ordered) if op.back is not None)
    seen: set[tuple[int, StateT]] = set()
    stack = [(0, start)]
    while stack:
        done, state = stack.pop()
        done = _without_effect(ordered, done, state, step)
        if done & heard == heard:
            return True
        if (done, state) in seen:
            continue
        seen.add((done, state))
        for at in _next(ordered, done):
            heard_of = ordered[at].back is not None
            stack += [
                (done | 1 << at, after)
                for after in step(state, ordered[at])
                if after != state or heard_of
            ]
    return False


def _next(ordered: Sequence[Op], done: int) -> list[int]:
    """The requests that can be the next one: begun before every open one ended."""
    found = []
    end: int | None = None
    for at, op in enumerate(ordered):
        if done >> at & 1:
            continue
        if end is not None and op.call > end:
            break
        found.append(at)
        if op.back is not None and (end is None or op.back < end):
            end = op.back
    return [at for at in found if end is None or ordered[at].call < end]


def _without_effect(ordered: Sequence[Op], done: int, state: StateT, step: Step[StateT]) -> int:
    """Take every answered request that fits now and changes nothing: taking it never does harm."""
    while True:
        fits = [
            at
            for at in _next(ordered, done)
            if ordered[at].back is not None and list(step(state, ordered[at])) == [state]
        ]
        if not fits:
            return done
        for at in fits:
            done |= 1 << at


def first_doubt(ops: Sequence[Op], start: StateT, step: Step[StateT]) -> Op | None:
    """The answer after which no order was possible any more; None when there is one for all."""
    if linearizable(ops, start, step):
        return None
    ends = sorted((op for op in ops if op.back is not None), key=lambda op: op.back or 0)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        if linearizable(_until(ops, ends[middle].back or 0), start, step):
            low = middle + 1
        else:
            high = middle
    return ends[low]


def _until(ops: Sequence[Op], moment: int) -> list[Op]:
    """What was known at a moment: who had not heard by then may still hear anything."""
    return [
        op if op.back is not None and op.back <= moment else replace(op, back=None, answer=None)
        for op in ops
        if op.call <= moment
    ]


def told(ops: Sequence[Op], doubt: Op) -> str:
    """The end of a history that nothing explains, one line per request."""
    until = doubt.back or 0
    near = [op for op in sorted(ops, key=lambda op: op.call) if op.call <= until][-25:]
    lines = [
        f"  {op.call:>4}-{op.back or '':<4} client {op.client}: {op.what} {op.asked} → {op.answer}"
        f"{'   <-- no order from here on' if op is doubt else ''}"
        for op in near
    ]
    return "\n".join(lines)
