"""Every voorziening for one situation, the lightest help first (AMS-INT-33, Wmo 2.3.5 lid 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.stelsel.model import FactValue, Kind, LadderStep, Stelsel
from shared.stelsel.routes.answer import OPENNESS, Answer
from shared.stelsel.routes.check import check


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewItem:
    """One voorziening with its answer and the step of the ladder on which it stands."""

    ladder_step: str
    order: int
    label: str
    answer: Answer


def step_of(stelsel: Stelsel, kind: Kind) -> LadderStep:
    """The step of the ladder on which voorzieningen of this kind stand; else the heaviest."""
    steps = sorted(stelsel.ladder, key=lambda step: step.order)
    return next((step for step in steps if kind in step.voorziening_kinds), steps[-1])


def overview(
    stelsel: Stelsel, *, entry: str, on: date, facts: Mapping[str, FactValue]
) -> tuple[OverviewItem, ...]:
    """Every voorziening: by step of the ladder, in a step what is most open first.

    Raises as `check` does.
    """
    found = []
    for item in stelsel.voorzieningen:
        answer = check(stelsel, voorziening=item.code, entry=entry, on=on, facts=facts)
        step = step_of(stelsel, item.kind)
        kinds = step.voorziening_kinds
        among = kinds.index(item.kind) if item.kind in kinds else len(kinds)
        rank = (step.order, OPENNESS[answer.outcome], among)
        shown = OverviewItem(
            ladder_step=step.code, order=step.order, label=item.label, answer=answer
        )
        found.append((rank, shown))
    return tuple(shown for _, shown in sorted(found, key=lambda each: each[0]))
