"""What every column holds, and for each field of a person where it comes from and where it goes.

`tools/data_fields.toml` classifies; the tables themselves say what there is to classify. A column
without a class, a class without a column, or a personal column without a flow is an error.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sqlalchemy import MetaData, Table

from shared.db.base import Row
from shared.db.circle import circle_metadata
from shared.vocabulary import ServiceName
from shared.web.tables import FOUNDATION
from tools.applications import DOCS

OUTPUT: Final = DOCS / "data.md"
FIELDS: Final = Path(__file__).parent / "data_fields.toml"
CLASSES: Final = {
    "identifier": "an opaque id or keyed hash: says who only to who may ask the owner",
    "personal": "about a person, readable in the table",
    "sealed": "about a person, encrypted for its table, row and column (AES-256-GCM)",
    "code": "a code of the stelsel or of this program",
    "time": "a moment, a day or a term",
    "technical": "a count, a version, a setting, a fact of an organisation: nothing of a person",
}
OF_A_PERSON: Final = frozenset({"personal", "sealed"})
_SHARED: Final = "every-service"
_CIRCLE: Final = "intake-and-referrals"
_HEAD: Final = """# What is stored

Generated from the tables and `tools/data_fields.toml`; change those, then run `make docs`.
The tables of the job library (`procrastinate_*`) hold the events under way: opaque ids and codes,
the same that [the event schemas](../shared/schemas/events.py) allow, removed once delivered.

"""


class DataDictionaryError(Exception):
    """Tables and classification do not fit each other; carries every fault."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is classified."""

    owner: str
    table: str
    name: str
    kind: str
    flow: str | None


def metadatas() -> dict[str, MetaData]:
    """The tables by who has them."""
    found = {_SHARED: FOUNDATION, _CIRCLE: circle_metadata}
    for service in ServiceName:
        found[service] = import_module(f"services.{service}.models").metadata
    return found


def tables() -> Iterator[tuple[str, Table]]:
    """Every table of ours, with who has it."""
    for owner, metadata in metadatas().items():
        for name in sorted(metadata.tables):
            yield owner, metadata.tables[name]


def row_classes() -> dict[int, type[Row]]:
    """The mapped class of each table, by the table's identity."""
    metadatas()  # imports every model
    found: dict[int, type[Row]] = {}

    def walk(kind: type[Row]) -> None:
        if "__table__" in kind.__dict__:
            found[id(kind.__table__)] = kind
        for below in kind.__subclasses__():
            walk(below)

    walk(Row)
    return found


def _load() -> dict[str, Any]:
    return tomllib.loads(FIELDS.read_text("utf-8"))


def classified() -> list[Column]:
    """Every column with its class; raises with all faults when something does not fit."""
    given, faults, found = _load(), [], []
    flows: Mapping[str, Any] = given.pop("flow", {})
    there = {owner: {t.name for o, t in tables() if o == owner} for owner in metadatas()}
    for owner, named in given.items():
        gone = set(named) - there.get(owner, set())
        faults += [f"{owner}.{name}: no such table" for name in sorted(gone)]
    for owner, table in tables():
        told, twice = _by_column(given.get(owner, {}).get(table.name, {}))
        faults += [f"{owner}.{table.name}.{name}: in two classes" for name in twice]
        columns = [column.name for column in table.columns]
        gone = set(told) - set(columns)
        faults += [f"{owner}.{table.name}.{name}: no such column" for name in sorted(gone)]
        for name in columns:
            kind, _, flow = told.get(name, "").partition(":")
            where = f"{owner}.{table.name}.{name}"
            faults += _faults(where, kind, flow, flows)
            found.append(Column(owner, table.name, name, kind, flow or None))
    if faults:
        raise DataDictionaryError("\n".join(faults))
    return found


def _by_column(lists: Mapping[str, list[str]]) -> tuple[dict[str, str], list[str]]:
    """Column to class, and the columns that were given more than one."""
    found: dict[str, str] = {}
    twice = []
    for kind, names in lists.items():
        twice += [name for name in names if name in found]
        found |= dict.fromkeys(names, kind)
    return found, twice


def _faults(where: str, kind: str, flow: str, flows: Mapping[str, Any]) -> list[str]:
    if kind not in CLASSES:
        return [f"{where}: no class (one of {', '.join(CLASSES)})"]
    if kind in OF_A_PERSON and flow not in flows:
        return [f"{where}: {kind} needs a flow, such as `{kind}:{next(iter(flows), 'name')}`"]
    return []


def _table_part(owner: str, table: Table, columns: list[Column], about: str) -> list[str]:
    lines = [f"\n### {owner}: `{table.name}`\n", f"{about}\n", "| column | class | flow |"]
    lines.append("| --- | --- | --- |")
    lines += [f"| `{item.name}` | {item.kind} | {item.flow or ''} |" for item in columns]
    return lines


def _about(table: Table) -> str:
    kind = row_classes()[id(table)]
    subject, changed = getattr(kind, "subject_key", None), getattr(kind, "changed_column", None)
    if subject is None:
        return "No field of a person."
    return f"Subject key: `{subject}`; last change: `{changed}` (Wmo 2015 art. 5.3.4)."


def render() -> str:
    """The whole document."""
    columns = classified()
    flows: Mapping[str, Mapping[str, str]] = _load().get("flow", {})
    lines = [f"- `{name}`: {meaning}" for name, meaning in CLASSES.items()]
    lines += ["\n## Flows of the fields of a person\n"]
    lines += ["| flow | comes in | stored | who may see it | goes to |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for name, flow in flows.items():
        stored = sorted({f"`{c.owner}.{c.table}.{c.name}`" for c in columns if c.flow == name})
        lines.append(
            f"| {name} | {flow['in']} | {', '.join(stored)} | {flow['seen']} | {flow['out']} |"
        )
    lines += ["\n## Tables"]
    for owner, table in tables():
        mine = [c for c in columns if (c.owner, c.table) == (owner, table.name)]
        lines += _table_part(owner, table, mine, _about(table))
    return _HEAD + "\n".join(lines) + "\n"
