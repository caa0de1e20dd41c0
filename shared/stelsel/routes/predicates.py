"""Three-valued logic over facts: yes, no, or unknown; what is not known is never taken for no."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from shared.stelsel.model import (
    FACTS,
    Fact,
    FactType,
    FactValue,
    FactValueError,
    KnownValue,
    Predicate,
    UnknownCodeError,
)

Kleene: TypeAlias = bool | None
"""Yes, no, or null: not known."""


def all_hold(answers: Iterable[Kleene]) -> Kleene:
    """Kleene's and: no when one is no, else unknown when one is unknown, else yes."""
    seen = tuple(answers)
    if False in seen:
        return False
    return None if None in seen else True


def any_holds(answers: Iterable[Kleene]) -> Kleene:
    """Kleene's or: yes when one is yes, else unknown when one is unknown, else no."""
    seen = tuple(answers)
    if True in seen:
        return True
    return None if None in seen else False


def opposite(answer: Kleene) -> Kleene:
    """Kleene's not: unknown stays unknown."""
    return None if answer is None else not answer


def holds(predicate: Predicate, facts: Mapping[str, FactValue]) -> Kleene:
    """Whether a predicate holds over these facts; a fact that is absent or null is unknown."""
    if predicate.all_of:
        return all_hold(holds(part, facts) for part in predicate.all_of)
    if predicate.any_of:
        return any_holds(holds(part, facts) for part in predicate.any_of)
    if predicate.not_ is not None:
        return opposite(holds(predicate.not_, facts))
    value = None if predicate.fact is None else facts.get(predicate.fact)
    if predicate.known:
        return value is not None
    return None if value is None else _fits(predicate, value)


def leaves(predicate: Predicate) -> Iterator[Predicate]:
    """The questions about one fact that a predicate is made of."""
    if predicate.fact is not None:
        yield predicate
    for part in (*predicate.all_of, *predicate.any_of):
        yield from leaves(part)
    if predicate.not_ is not None:
        yield from leaves(predicate.not_)


def facts_of(predicate: Predicate) -> tuple[str, ...]:
    """The facts a predicate asks about, each once, in its order."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(predicate) if leaf.fact is not None))


def _fits(predicate: Predicate, value: KnownValue) -> bool:
    """Whether a known value fits the one-fact form of a predicate."""
    if predicate.min is not None or predicate.max is not None:
        low = predicate.min is None or int(value) >= predicate.min
        return low and (predicate.max is None or int(value) <= predicate.max)
    return value == (True if predicate.equals is None else predicate.equals)


def known_facts(facts: Mapping[str, FactValue]) -> dict[str, KnownValue]:
    """The facts that have a value.

    Raises UnknownCodeError for a fact nobody declared, FactValueError for one of the wrong type.
    """
    known: dict[str, KnownValue] = {}
    for name, value in facts.items():
        if name not in FACTS:
            raise UnknownCodeError("fact", FACTS)
        if value is not None:
            _ensure_type(FACTS[name], value)
            known[name] = value
    return known


def _ensure_type(fact: Fact, value: KnownValue) -> None:
    match fact.type:
        case FactType.BOOLEAN:
            fits, expected = isinstance(value, bool), "true or false"
        case FactType.INTEGER:
            fits, expected = _in_bounds(fact, value), f"{fact.minimum} to {fact.maximum}"
        case FactType.CHOICE:
            fits, expected = value in fact.choices, " or ".join(fact.choices)
        case _:
            fits, expected = isinstance(value, str), "text"
    if not fits:
        raise FactValueError(fact.name, expected)


def _in_bounds(fact: Fact, value: KnownValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    low = fact.minimum is None or value >= fact.minimum
    return low and (fact.maximum is None or value <= fact.maximum)
