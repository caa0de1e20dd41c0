"""Predicates over facts have three values; the whole table is tested."""

from collections.abc import Mapping
from itertools import product
from typing import Final

import pytest

from shared.stelsel.model import FactValue, Predicate
from shared.stelsel.routes import holds

YES, NO, UNKNOWN = True, False, None
VALUES: Final = (YES, NO, UNKNOWN)
A, B = Predicate(fact="urgent"), Predicate(fact="hasPlan")

AND: Final[Mapping[tuple[bool | None, bool | None], bool | None]] = {
    (YES, YES): YES,
    (YES, NO): NO,
    (YES, UNKNOWN): UNKNOWN,
    (NO, YES): NO,
    (NO, NO): NO,
    (NO, UNKNOWN): NO,
    (UNKNOWN, YES): UNKNOWN,
    (UNKNOWN, NO): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}
OR: Final[Mapping[tuple[bool | None, bool | None], bool | None]] = {
    (YES, YES): YES,
    (YES, NO): YES,
    (YES, UNKNOWN): YES,
    (NO, YES): YES,
    (NO, NO): NO,
    (NO, UNKNOWN): UNKNOWN,
    (UNKNOWN, YES): YES,
    (UNKNOWN, NO): UNKNOWN,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_and_and_or_have_three_values(a: bool | None, b: bool | None) -> None:  # noqa: FBT001
    facts = {"urgent": a, "hasPlan": b}

    assert holds(Predicate(all_of=(A, B)), facts) is AND[a, b]
    assert holds(Predicate(any_of=(A, B)), facts) is OR[a, b]


@pytest.mark.parametrize(("value", "answer"), [(YES, NO), (NO, YES), (UNKNOWN, UNKNOWN)])
def test_not_has_three_values(value: bool | None, answer: bool | None) -> None:  # noqa: FBT001
    assert holds(Predicate(not_=A), {"urgent": value}) is answer


@pytest.mark.parametrize(
    ("predicate", "facts", "answer"),
    [
        (Predicate(fact="hasPlan"), {}, UNKNOWN),
        (Predicate(fact="hasPlan", equals=False), {"hasPlan": False}, YES),
        (Predicate(fact="hasPlan", equals=False), {"hasPlan": True}, NO),
        (Predicate(fact="hasPlan", equals=False), {}, UNKNOWN),
        (Predicate(fact="form", equals="pgb"), {"form": "pgb"}, YES),
        (Predicate(fact="form", equals="pgb"), {"form": "zin"}, NO),
        (Predicate(fact="form", equals="pgb"), {"form": None}, UNKNOWN),
        (Predicate(fact="form", known=True), {}, NO),
        (Predicate(fact="form", known=True), {"form": None}, NO),
        (Predicate(fact="form", known=True), {"form": "zin"}, YES),
        (Predicate(fact="hasPlan", known=True), {"hasPlan": False}, YES),
        (Predicate(fact="age", min=18), {"age": 17}, NO),
        (Predicate(fact="age", min=18), {"age": 18}, YES),
        (Predicate(fact="age", max=23), {"age": 23}, YES),
        (Predicate(fact="age", max=23), {"age": 24}, NO),
        (Predicate(fact="age", min=18, max=23), {"age": 20}, YES),
        (Predicate(fact="age", min=18, max=23), {"age": 17}, NO),
        (Predicate(fact="age", min=18, max=23), {"age": 24}, NO),
        (Predicate(fact="age", min=0), {"age": 0}, YES),
        (Predicate(fact="age", min=18), {}, UNKNOWN),
    ],
)
def test_a_predicate_over_one_fact(
    predicate: Predicate,
    facts: dict[str, FactValue],
    answer: bool | None,  # noqa: FBT001
) -> None:
    assert holds(predicate, facts) is answer
