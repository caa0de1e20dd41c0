"""YAML of a pack to plain values, remembering the line of everything, with duplicate keys found."""

from dataclasses import dataclass, field
from keyword import iskeyword
from typing import TypeAlias

import yaml

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, order=True)
class PackFault:
    """One thing that is wrong with a pack: the line (from 1) and the reason."""

    line: int
    reason: str


@dataclass(slots=True)
class PackText:
    """What a pack says: plain values, the line of every path, and the faults found so far."""

    plain: Plain = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[PackFault] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of this path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, reason: str) -> None:
        """Remember that something is wrong at this path."""
        self.faults.append(PackFault(self.line_of(path), reason))


def read(text: str) -> PackText:
    """The plain values of a pack. A syntax fault is a fault like any other, and the only one."""
    pack = PackText()
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as exc:
        line = 1 if exc.problem_mark is None else exc.problem_mark.line + 1
        pack.faults.append(PackFault(line, f"not YAML: {exc.problem}"))
        return pack
    if node is not None:
        pack.plain = _plain(node, (), pack)
    return pack


def _plain(node: yaml.Node, path: Path, pack: PackText) -> Plain:
    pack.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, pack)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, at), pack) for at, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, pack: PackText) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        written = str(key_node.value)
        key = f"{written}_" if iskeyword(written) else written
        line = key_node.start_mark.line + 1
        if key in found:
            pack.faults.append(PackFault(line, f"duplicate key '{written}'"))
            continue
        pack.lines[(*path, key)] = line
        found[key] = _plain(value_node, (*path, key), pack)
    return found


def _scalar(node: yaml.Node) -> Plain:
    text = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int":
            return int(text.replace("_", ""), 10)
        case "float":
            return float(text)
        case _:
            return text
