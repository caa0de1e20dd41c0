"""What if: which single fact, changed or made known, would change the answer, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import Final

from shared.stelsel.model import (
    FACTS,
    ConditionUse,
    Fact,
    FactType,
    FactValue,
    ImpossibleFactsError,
    Predicate,
    RouteRow,
    Stelsel,
)
from shared.stelsel.routes.answer import OPENNESS, Answer, Reason
from shared.stelsel.routes.check import check
from shared.stelsel.routes.lookup import find_voorziening, row_on
from shared.stelsel.routes.predicates import facts_of, leaves

KNOWN: Final = "known"
"""The value of a change to a name or an id of which only counts that it is known."""

MOST: Final = 200
"""No question is answered by more checks than this."""

_SOME_ID: Final = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact with another value, and what becomes different in the answer.

    `value` is null for not known, and `known` where only counts that something is known. `changed`
    are names of fields of the answer, `conditions` codes, `reasons` those that were not there.
    """

    fact: str
    value: FactValue
    answer: Answer
    changed: tuple[str, ...]
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]


def compare(
    stelsel: Stelsel, *, voorziening: str, entry: str, on: date, facts: Mapping[str, FactValue]
) -> tuple[Answer, tuple[Difference, ...]]:
    """The answer, and every single change of one fact that changes it; what opens most is first.

    Raises as `check` does.
    """
    answer = check(stelsel, voorziening=voorziening, entry=entry, on=on, facts=facts)
    row = row_on(find_voorziening(stelsel, voorziening), on)
    found = []
    for fact, value, told in other_facts(stelsel, row, facts):
        try:
            other = check(
                stelsel, voorziening=voorziening, entry=entry, on=on, facts={**facts, fact: told}
            )
        except ImpossibleFactsError:
            continue
        difference = _difference(fact, value, answer, other)
        if difference.changed:
            found.append(difference)
    return answer, tuple(sorted(found, key=_how_closed))


def _how_closed(found: Difference) -> tuple[int, int]:
    unmet = sum(each.met is not True for each in found.answer.conditions)
    return OPENNESS[found.answer.outcome], unmet


def _difference(fact: str, value: FactValue, before: Answer, after: Answer) -> Difference:
    known = set(before.reasons)
    here = {each.code: each for each in before.conditions}
    there = {each.code: each for each in after.conditions}
    return Difference(
        fact=fact,
        value=value,
        answer=after,
        changed=tuple(
            field.name
            for field in fields(Answer)
            if getattr(before, field.name) != getattr(after, field.name)
        ),
        conditions=tuple(
            code for code in dict.fromkeys([*here, *there]) if here.get(code) != there.get(code)
        ),
        reasons=tuple(reason for reason in after.reasons if reason not in known),
    )


def other_facts(
    stelsel: Stelsel, row: RouteRow, facts: Mapping[str, FactValue]
) -> tuple[tuple[str, FactValue, FactValue], ...]:
    """Every other value of one fact that the route asks about: its name, how it is told, itself.

    Never more than `MOST`.
    """
    return tuple(islice(_others(stelsel, row, facts), MOST))


def _others(
    stelsel: Stelsel, row: RouteRow, facts: Mapping[str, FactValue]
) -> Iterator[tuple[str, FactValue, FactValue]]:
    predicates = list(_predicates(stelsel, row))
    asked = dict.fromkeys(fact for each in predicates for fact in facts_of(each))
    for name in asked:
        now = facts.get(name)
        questions = [leaf for each in predicates for leaf in leaves(each) if leaf.fact == name]
        for value, told in _values(FACTS[name], questions, now):
            if told != now:
                yield name, value, told


def _values(
    fact: Fact, questions: list[Predicate], now: FactValue
) -> Iterator[tuple[FactValue, FactValue]]:
    match fact.type:
        case FactType.BOOLEAN:
            yield from ((value, value) for value in (True, False))
        case FactType.CHOICE:
            yield from ((value, value) for value in fact.choices)
        case FactType.INTEGER:
            yield from ((value, value) for value in _around(fact, questions))
        case _:
            yield from ((leaf.equals, leaf.equals) for leaf in questions if leaf.equals is not None)
            if now is None:
                yield KNOWN, _SOME_ID
    if now is not None:
        yield None, None


def _around(fact: Fact, questions: list[Predicate]) -> list[int]:
    """At the bounds the questions use, one below and one above; inside the bounds of the fact."""
    edges = [edge for leaf in questions for edge in (leaf.min, leaf.max, leaf.equals)]
    values = {int(edge) + step for edge in edges if isinstance(edge, int) for step in (-1, 0, 1)}
    low, high = fact.minimum, fact.maximum
    return sorted(
        value
        for value in values
        if (low is None or value >= low) and (high is None or value <= high)
    )


def _predicates(stelsel: Stelsel, row: RouteRow) -> Iterator[Predicate]:
    """Everything a route asks about: its cells, its conditions and notes, and urgency."""
    cells = [
        cell
        for door in row.doors
        for cells in (door.leads, door.judges, door.grant, door.places, door.consult, door.involve)
        for cell in cells
    ]
    uses = [use for door in row.doors for use in door.conditions]
    yield from (each.when for each in (*cells, *uses, *row.notes) if each.when is not None)
    yield from (each.when for each in row.contributions if each.when is not None)
    yield from _of_conditions(stelsel, uses)
    yield stelsel.urgency.when


def _of_conditions(stelsel: Stelsel, uses: list[ConditionUse]) -> Iterator[Predicate]:
    used = {use.code for use in uses}
    for condition in stelsel.conditions:
        if condition.code in used and condition.predicate is not None:
            yield condition.predicate
