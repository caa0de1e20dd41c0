"""Runs the scenarios, written from the documents, against the pure access check; and their reach.

A file is whole when it asks every voorziening at every entry, and every fact that a route names
with yes, with no and unknown, all else being the same.
"""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from shared.stelsel.load import available, load_stelsel
from shared.stelsel.model import (
    FACTS,
    WALK_IN,
    Door,
    FactType,
    FactValue,
    Grounds,
    Predicate,
    RouteRow,
    Stelsel,
)
from shared.stelsel.routes import facts_of
from tests.referrals.scenarios.rows import Scenario, files, scenarios

RULE: Final = re.compile(r"(AMS|A12|HLM|AMF|DIS|OPN)-.+")


def cases() -> list[object]:
    return [
        pytest.param(
            name,
            each,
            id=f"{name}:{each.line}:{each.voorziening}:{each.entry}",
            marks=[pytest.mark.rule(rule) for rule in each.rules if RULE.fullmatch(rule)],
        )
        for name in files()
        for each in scenarios(name)
    ]


@pytest.mark.parametrize(("name", "scenario"), cases())
def test_the_route_is_what_the_documents_say(name: str, scenario: Scenario) -> None:
    assert scenario.differs(scenario.ask(load_stelsel(name))) == {}


def test_every_stelsel_that_can_be_loaded_has_scenarios() -> None:
    assert files() == list(available())


@pytest.mark.rule("AMS-ACC-01")
@pytest.mark.parametrize("name", available())
def test_every_voorziening_has_a_scenario_at_every_entry(name: str) -> None:
    stelsel = load_stelsel(name)
    entries = [*(party.code for party in stelsel.parties), WALK_IN]
    wanted = {(item.code, entry) for item in stelsel.voorzieningen for entry in entries}

    assert {(each.voorziening, each.entry) for each in scenarios(name)} == wanted


@pytest.mark.parametrize("name", available())
def test_no_question_is_asked_twice(name: str) -> None:
    asked = [
        (each.voorziening, each.entry, each.on, tuple(sorted(each.facts.items(), key=str)))
        for each in scenarios(name)
    ]

    assert len(asked) == len(set(asked))


def doors(stelsel: Stelsel) -> Iterator[tuple[str, RouteRow, Door]]:
    for item in stelsel.voorzieningen:
        for row in item.routes:
            for door in row.doors:
                yield item.code, row, door


def cells(row: RouteRow, door: Door) -> list[Grounds]:
    """Every cell that can tell something at a door."""
    steps = [*door.leads, *door.judges, *door.grant, *door.places]
    return [*steps, *door.consult, *door.involve, *door.conditions, *row.notes]


def asked_at(stelsel: Stelsel, row: RouteRow, door: Door) -> set[str]:
    """The facts that decide something at a door: of its cells, its conditions and the notes."""
    used = {use.code for use in door.conditions}
    predicates: list[Predicate | None] = [getattr(cell, "when", None) for cell in cells(row, door)]
    predicates += [each.predicate for each in stelsel.conditions if each.code in used]
    return {fact for each in predicates if each is not None for fact in facts_of(each)}


def values(fact: str) -> set[FactValue]:
    """The values that a scenario must show; of a name or an id only that it is known."""
    found = FACTS[fact]
    if found.type is FactType.BOOLEAN:
        return {True, False}
    return set(found.choices)


def shown(at_door: list[Scenario], fact: str) -> list[set[FactValue]]:
    """For every other set of facts: the values of this one; null is unknown."""
    rest: dict[str, set[FactValue]] = {}
    for each in at_door:
        others = {name: value for name, value in each.facts.items() if name != fact}
        key = str((each.entry, each.on, sorted(others.items())))
        rest.setdefault(key, set()).add(each.facts.get(fact))
    return list(rest.values())


@pytest.mark.parametrize("name", available())
def test_every_deciding_fact_is_shown_with_yes_with_no_and_unknown(name: str) -> None:
    stelsel = load_stelsel(name)
    missing = []
    for code, row, door in doors(stelsel):
        open_to = [party.code for party in stelsel.parties] + [WALK_IN]
        entries = open_to if "*" in door.entries else list(door.entries)
        for fact in asked_at(stelsel, row, door):
            for entry in entries:
                at_door = [e for e in scenarios(name) if (e.voorziening, e.entry) == (code, entry)]
                wanted = values(fact)
                whole = [
                    seen
                    for seen in shown(at_door, fact)
                    if None in seen and wanted <= seen and len(seen) > 1
                ]
                if not whole:
                    missing.append((code, entry, fact))

    assert missing == []


@pytest.mark.parametrize("name", available())
def test_every_urgent_fact_is_shown_at_every_voorziening(name: str) -> None:
    stelsel = load_stelsel(name)
    urgent = facts_of(stelsel.urgency.when)
    wanted = {
        (item.code, fact)
        for item in stelsel.voorzieningen
        for fact in urgent
        if any(row.doors for row in item.routes)
    }
    found = {
        (each.voorziening, fact)
        for each in scenarios(name)
        for fact in urgent
        if each.facts.get(fact) is True
    }

    assert len(urgent) > 1
    assert wanted <= found


@pytest.mark.parametrize("name", available())
def test_every_source_of_a_cell_is_named_by_a_scenario_at_its_door(name: str) -> None:
    stelsel = load_stelsel(name)
    missing = []
    for code, row, door in doors(stelsel):
        named = {
            rule
            for each in scenarios(name)
            if each.voorziening == code and ("*" in door.entries or each.entry in door.entries)
            for rule in each.rules
        }
        told = {source for cell in cells(row, door) for source in cell.sources}
        missing += [(code, door.entries, source) for source in sorted(told - named)]

    assert missing == []
