"""Changes every cell of a pack in memory, one by one: the scenarios must see each change."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, Final, TypeAlias

import pytest

from shared.stelsel.load import available, load_stelsel
from shared.stelsel.model import (
    MODES,
    Condition,
    ConditionUse,
    Door,
    Duty,
    DutyCell,
    GrantCell,
    Kind,
    Need,
    Note,
    PartyCell,
    Predicate,
    RouteRow,
    Stelsel,
    Unmet,
    Voorziening,
)
from tests.referrals.scenarios.rows import Scenario, scenarios

Change: TypeAlias = tuple[str, Any]
"""What was changed, and the thing as it became."""

OTHER_NEED: Final = {
    Need.NEVER: Need.OPTIONAL,
    Need.OPTIONAL: Need.REQUIRED,
    Need.REQUIRED: Need.NEVER,
}
OTHER_DUTY: Final = {Duty.MAY: Duty.MUST, Duty.MUST: Duty.MAY}


def other_party(stelsel: Stelsel, party: str) -> str:
    known = [each.code for each in stelsel.parties if each.code != party]
    return known[0] if party in MODES else next(p for p in known if p != stelsel.front_party)


def of_party(stelsel: Stelsel, cell: PartyCell) -> Iterator[Change]:
    yield "by", replace(cell, by=other_party(stelsel, cell.by))


def of_judge(stelsel: Stelsel, cell: PartyCell) -> Iterator[Change]:
    yield from of_party(stelsel, cell)
    yield "with", replace(cell, with_=() if cell.with_ else (stelsel.front_party,))


def of_grant(stelsel: Stelsel, cell: GrantCell) -> Iterator[Change]:
    yield "need", replace(cell, need=OTHER_NEED[cell.need])
    yield "grant by", replace(cell, by=other_party(stelsel, cell.by))
    if cell.when is not None:
        yield "grant when", replace(cell, when=Predicate(not_=cell.when))


def of_duty(stelsel: Stelsel, cell: DutyCell) -> Iterator[Change]:
    yield "duty", replace(cell, duty=OTHER_DUTY[cell.duty])
    yield "duty party", replace(cell, party=other_party(stelsel, cell.party))
    if cell.when is not None:
        yield "duty when", replace(cell, when=None)


def of_use(_stelsel: Stelsel, use: ConditionUse) -> Iterator[Change]:
    for unmet in set(Unmet) - {use.unmet}:
        yield f"unmet {unmet}", replace(use, unmet=unmet)
    if use.when is not None:
        yield "condition when", replace(use, when=Predicate(not_=use.when))


def of_note(_stelsel: Stelsel, note: Note) -> Iterator[Change]:
    yield "note when", replace(note, when=Predicate(not_=note.when))


def each_of(
    stelsel: Stelsel, cells: tuple[Any, ...], change: Callable[[Stelsel, Any], Iterator[Change]]
) -> Iterator[Change]:
    """Every cell changed in every way, and left out."""
    for at, cell in enumerate(cells):
        for what, changed in change(stelsel, cell):
            yield what, (*cells[:at], changed, *cells[at + 1 :])
        always = isinstance(cell, PartyCell | GrantCell) and cell.when is None
        if not always:
            yield "left out", (*cells[:at], *cells[at + 1 :])


OF_DOOR: Final[dict[str, Callable[[Stelsel, Any], Iterator[Change]]]] = {
    "leads": of_party,
    "judges": of_judge,
    "grant": of_grant,
    "places": of_party,
    "consult": of_duty,
    "involve": of_duty,
    "conditions": of_use,
}


def of_door(stelsel: Stelsel, row: RouteRow, door: Door) -> Iterator[Change]:
    for name, change in OF_DOOR.items():
        for what, cells in each_of(stelsel, getattr(door, name), change):
            yield f"{name} {what}", with_cells(door, name, cells)
    yield from of_sources(row, door)


def with_cells(door: Door, name: str, cells: Any) -> Door:
    changed: dict[str, Any] = {name: cells}
    return replace(door, **changed)


def of_sources(row: RouteRow, door: Door) -> Iterator[Change]:
    """Every cell without the sources that no other cell of this door has."""
    own = Counter(
        source for name in OF_DOOR for cell in getattr(door, name) for source in set(cell.sources)
    )
    own.update({source for note in row.notes for source in note.sources})
    for name in OF_DOOR:
        cells = getattr(door, name)
        for at, cell in enumerate(cells):
            if any(own[source] == 1 for source in cell.sources):
                left = tuple(source for source in cell.sources if own[source] > 1)
                new = (*cells[:at], replace(cell, sources=left), *cells[at + 1 :])
                yield f"{name} sources {cell.sources}", with_cells(door, name, new)


def of_row(stelsel: Stelsel, row: RouteRow) -> Iterator[Change]:
    for at, door in enumerate(row.doors):
        for what, changed in of_door(stelsel, row, door):
            new = (*row.doors[:at], changed, *row.doors[at + 1 :])
            yield f"{door.entries} {what}", replace(row, doors=new)
        if len(row.doors) > 1:
            yield f"{door.entries} closed", replace(row, doors=row.doors[:at] + row.doors[at + 1 :])
    for what, notes in each_of(stelsel, row.notes, of_note):
        yield f"note {what}", replace(row, notes=notes)
    if row.otherwise is not None:
        to = other_party(stelsel, row.otherwise.to)
        yield "otherwise to", replace(row, otherwise=replace(row.otherwise, to=to))
        yield "otherwise sources", replace(row, otherwise=replace(row.otherwise, sources=()))
    if row.undetermined is not None:
        yield "question", replace(row, undetermined=replace(row.undetermined, question="OPN-01"))


def of_voorziening(stelsel: Stelsel, item: Voorziening) -> Iterator[Change]:
    for at, row in enumerate(item.routes):
        for what, changed in of_row(stelsel, row):
            yield what, replace(item, routes=(*item.routes[:at], changed, *item.routes[at + 1 :]))
    if any(row.doors for row in item.routes):
        known = item.kind in {Kind.REFERRAL, Kind.MUNICIPAL_SERVICE}
        yield "kind", replace(item, kind=Kind.OTHER_LAW if known else Kind.REFERRAL)


def of_condition(condition: Condition) -> Iterator[Change]:
    predicate = condition.predicate
    if predicate is not None:
        turned = Predicate(not_=predicate)
        yield "met when", replace(condition, met_when=turned, readings=(), selected=None)
        yield "never known", replace(condition, met_when=None, readings=(), selected=None)
    for reading in condition.readings:
        if reading.code != condition.selected:
            yield f"reading {reading.code}", replace(condition, selected=reading.code)


def survivors(
    stelsel: Stelsel, changes: Iterator[tuple[str, Stelsel]], asked: list[Scenario]
) -> list[str]:
    """The changes that no scenario sees."""
    assert not any(each.is_red(stelsel) for each in asked), "red before anything was changed"
    return [what for what, mutant in changes if not any(each.is_red(mutant) for each in asked)]


def items() -> list[tuple[str, str]]:
    return [(name, item.code) for name in available() for item in load_stelsel(name).voorzieningen]


@pytest.mark.parametrize(("name", "code"), items())
def test_a_change_in_any_cell_of_a_voorziening_is_seen(name: str, code: str) -> None:
    stelsel = load_stelsel(name)
    item = next(each for each in stelsel.voorzieningen if each.code == code)
    rest = tuple(each for each in stelsel.voorzieningen if each.code != code)
    asked = [each for each in scenarios(name) if each.voorziening == code]
    changes = (
        (what, replace(stelsel, voorzieningen=(*rest, changed)))
        for what, changed in of_voorziening(stelsel, item)
    )

    assert survivors(stelsel, changes, asked) == []


@pytest.mark.parametrize("name", available())
def test_a_change_in_any_condition_is_seen(name: str) -> None:
    stelsel = load_stelsel(name)
    rows = [row for item in stelsel.voorzieningen for row in item.routes]
    used = {use.code for row in rows for door in row.doors for use in door.conditions}
    changes = (
        (f"{condition.code} {what}", replace(stelsel, conditions=(*rest, changed)))
        for condition in stelsel.conditions
        if condition.code in used
        for rest in [tuple(each for each in stelsel.conditions if each != condition)]
        for what, changed in of_condition(condition)
    )

    assert survivors(stelsel, changes, list(scenarios(name))) == []


@pytest.mark.parametrize("name", available())
def test_a_change_in_urgency_is_seen(name: str) -> None:
    stelsel = load_stelsel(name)
    urgency = stelsel.urgency
    changed = [
        *((code, replace(urgency, follow_up=(code,))) for code in urgency.follow_up),
        *(
            (str(part.fact), replace(urgency, when=replace(urgency.when, any_of=rest)))
            for part in urgency.when.any_of
            for rest in [tuple(each for each in urgency.when.any_of if each != part)]
        ),
        ("sources", replace(urgency, sources=())),
    ]
    changes = ((what, replace(stelsel, urgency=new)) for what, new in changed)

    assert len(changed) > 2
    assert survivors(stelsel, changes, list(scenarios(name))) == []


def test_every_kind_of_cell_at_a_door_is_changed() -> None:
    untouched = {"entries", "strictness", "direct", "notice_to_team"}
    """How strict a door is, and what is direct, are tested by `tests/shared/test_stelsel_*`."""

    assert set(OF_DOOR) == {field.name for field in fields(Door)} - untouched
