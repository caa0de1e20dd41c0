"""What must hold inside a pack: rows without gap or overlap, doors that leave nobody out."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from shared.stelsel.load.checking import entries
from shared.stelsel.load.reading import PackText, Path, Plain
from shared.stelsel.model import EVERY_DOOR, MODES, ContributionKind, Kind

_SEMVER: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_CELLS: Final = ("leads", "judges", "grant", "places")
_FREE: Final = ContributionKind.NONE.value
_TAKEN_UP: Final = (Kind.CALL_IN, Kind.MUNICIPAL_SERVICE)


def check_rules(pack: PackText, name: str) -> None:
    """Everything about periods, doors and numbers; `name` is that of the file, without ending."""
    plain = pack.plain
    if not isinstance(plain, dict):
        return
    if plain.get("name") != name:
        pack.fault(("name",), f"the name of the stelsel is the name of the file, '{name}'")
    if not _SEMVER.fullmatch(str(plain.get("version"))):
        pack.fault(("version",), "a version has the form 1.2.3")
    period = _period(plain)
    _check_order(pack, (), period)
    for path, voorziening in entries(plain.get("voorzieningen"), ("voorzieningen",)):
        _check_rows(pack, path, voorziening, period)
        _check_onward(pack, path, voorziening)
    for path, condition in entries(plain.get("conditions"), ("conditions",)):
        _check_condition(pack, path, condition)
    _check_ladder(pack, plain.get("ladder"))
    _check_numbers(pack, plain)


def _check_numbers(pack: PackText, plain: Mapping[str, Plain]) -> None:
    for path, clock in entries(plain.get("legal_clocks"), ("legal_clocks",)):
        if ("days" in clock) == ("weeks" in clock):
            pack.fault(path, "a legal clock has days or weeks")
    for path, cap in entries(plain.get("caps"), ("caps",)):
        low, high = cap.get("minimum"), cap.get("maximum")
        if isinstance(low, int) and isinstance(high, int) and low > high:
            pack.fault(path, "the minimum is above the maximum")


def _check_condition(pack: PackText, path: Path, condition: Mapping[str, Plain]) -> None:
    readings = [str(reading.get("code")) for _, reading in entries(condition.get("readings"), ())]
    if readings and "met_when" in condition:
        pack.fault(path, "a condition has readings or met_when, not both")
    if (readings or "selected" in condition) and condition.get("selected") not in readings:
        pack.fault((*path, "selected"), "one of the readings is selected")
    if "due_days" in condition and "due_working_days" in condition:
        pack.fault(path, "a condition waits calendar days or working days, not both")


def _check_onward(pack: PackText, path: Path, voorziening: Mapping[str, Plain]) -> None:
    onward = voorziening.get("onward")
    if isinstance(onward, dict):
        days = onward.get("after_days")
        if isinstance(days, int) and days < 1:
            pack.fault((*path, "onward", "after_days"), "to look again takes at least a day")


def _check_rows(
    pack: PackText, path: Path, voorziening: Mapping[str, Plain], period: tuple[date, date] | None
) -> None:
    code = voorziening.get("code")
    rows = list(entries(voorziening.get("routes"), (*path, "routes")))
    if not rows:
        pack.fault(path, f"'{code}' has no route")
    for where, row in rows:
        _check_row(pack, where, row)
        _check_taken_up(pack, where, row, str(voorziening.get("kind")))
    dated = [(each, where) for where, row in rows if (each := _period(row)) is not None]
    if period is None or len(dated) != len(rows):
        return
    expected = period[0]
    for (start, end), where in sorted(dated):
        _check_order(pack, where, (start, end))
        if start < expected:
            pack.fault(where, f"'{code}': this row overlaps what comes before {expected}")
        if start > expected:
            pack.fault(where, f"'{code}': gap from {expected} until {start}")
        expected = end + timedelta(days=1) if end < date.max else date.max
    if rows and dated and max(end for (_, end), _ in dated) != period[1]:
        pack.fault(dated[-1][1], f"'{code}': the rows do not end with the stelsel, {period[1]}")


def _check_taken_up(pack: PackText, path: Path, row: Mapping[str, Plain], kind: str) -> None:
    """Who places is who takes the request up: somebody must (AMS-PLN-12, AMS-ROL-35)."""
    if kind not in _TAKEN_UP:
        return
    for where, door in entries(row.get("doors"), (*path, "doors")):
        for at, cell in entries(door.get("places"), (*where, "places")):
            if cell.get("by") in MODES:
                pack.fault((*at, "by"), "a party takes this request up, so a party places")


def _check_row(pack: PackText, path: Path, row: Mapping[str, Plain]) -> None:
    doors = list(entries(row.get("doors"), (*path, "doors")))
    if bool(doors) == bool(row.get("undetermined")):
        pack.fault(path, "a row has doors or an undetermined question, not both")
    _check_contributions(pack, path, row, doors=bool(doors))
    seen: set[str] = set()
    for where, door in doors:
        names = _strings(door.get("entries"))
        for entry in names:
            if entry in seen:
                pack.fault((*where, "entries"), f"entry '{entry}' has two doors")
            seen.add(entry)
        _check_cells(pack, where, door)
        _check_conditions(pack, where, door, row)
    if not doors:
        return
    otherwise = row.get("otherwise")
    if (EVERY_DOOR in seen) == isinstance(otherwise, dict):
        pack.fault(path, "a row says where other doors lead: otherwise, or a door for '*'")
    if isinstance(otherwise, dict) and otherwise.get("to") not in seen:
        pack.fault((*path, "otherwise", "to"), "a redirect leads to a door of the same row")


def _check_contributions(
    pack: PackText, path: Path, row: Mapping[str, Plain], *, doors: bool
) -> None:
    """What a person pays is known where there is a door, and an amount has a reference."""
    cells = list(entries(row.get("contributions"), (*path, "contributions")))
    if doors != bool(cells):
        pack.fault(path, "a row with doors says what the person pays, an open question does not")
    _check_last(pack, "contributions", cells)
    for where, cell in cells:
        if (cell.get("kind") != _FREE) != bool(cell.get("reference")):
            pack.fault(where, "what costs something says where the amount stands")


def _check_cells(pack: PackText, path: Path, door: Mapping[str, Plain]) -> None:
    """Of several cells the last always holds and the others say when they do."""
    for name in _CELLS:
        cells = list(entries(door.get(name), (*path, name)))
        if name in door and not cells:
            pack.fault((*path, name), f"'{name}' has at least one cell")
        for where, cell in cells:
            if "with_" in cell and name != "judges":
                pack.fault((*where, "with_"), "only who judges does so with somebody")
        _check_last(pack, name, cells)


def _check_last(
    pack: PackText, name: str, cells: Sequence[tuple[Path, Mapping[str, Plain]]]
) -> None:
    for at, (where, cell) in enumerate(cells, start=1):
        if (at == len(cells)) == ("when" in cell):
            pack.fault(where, f"of '{name}' the last cell has no 'when', the others have one")


def _check_conditions(
    pack: PackText, path: Path, door: Mapping[str, Plain], row: Mapping[str, Plain]
) -> None:
    open_doors = {
        entry
        for _, other in entries(row.get("doors"), ())
        for entry in _strings(other.get("entries"))
    }
    seen: set[str] = set()
    for where, use in entries(door.get("conditions"), (*path, "conditions")):
        code = str(use.get("code"))
        if code in seen:
            pack.fault(where, f"condition '{code}' stands twice at this door")
        seen.add(code)
        if (use.get("unmet") == "redirect") != ("redirect_to" in use):
            pack.fault(where, "'unmet: redirect' and 'redirect_to' belong together")
        if "redirect_to" in use and use["redirect_to"] not in open_doors:
            pack.fault(where, "a redirect leads to a door of the same row")


def _check_ladder(pack: PackText, ladder: Plain) -> None:
    steps = list(entries(ladder, ("ladder",)))
    for at, (path, step) in enumerate(steps, start=1):
        if step.get("order") != at:
            pack.fault(path, f"the ladder goes from light to heavy: order {at} is expected here")


def _check_order(pack: PackText, path: Path, period: tuple[date, date] | None) -> None:
    if period is not None and period[0] > period[1]:
        pack.fault((*path, "valid_until"), "a period ends on or after its first day")


def _period(mapping: Mapping[str, Plain]) -> tuple[date, date] | None:
    """First and last day; a far day when there is no end. Nothing when a day is no day."""
    try:
        start = date.fromisoformat(str(mapping.get("valid_from")))
        end = mapping.get("valid_until")
        return start, date.max if end is None else date.fromisoformat(str(end))
    except ValueError:
        return None


def _strings(value: Plain) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
