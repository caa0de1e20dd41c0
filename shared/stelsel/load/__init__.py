"""Loads a stelsel from its pack; a bad pack stops the start with every fault and its line."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from shared.stelsel.load.checking import check_references
from shared.stelsel.load.reading import PackFault, read
from shared.stelsel.load.rules import check_rules
from shared.stelsel.load.shape import build
from shared.stelsel.model import Stelsel, UnknownCodeError

__all__ = ["PackError", "PackFault", "available", "load_pack", "load_stelsel"]

_PACKS: Final = Path(__file__).parents[1] / "packs"


class PackError(ValueError):
    """A pack that cannot be used: every fault at once, as `amsterdam-2021.yaml:123: reason`."""

    def __init__(self, file: str, faults: Sequence[PackFault]) -> None:
        self.file = file
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(f"{file}:{each.line}: {each.reason}" for each in self.faults))


def available() -> tuple[str, ...]:
    """The names of the packs that can be loaded, sorted."""
    return tuple(sorted(file.stem for file in _PACKS.glob("*.yaml")))


@cache
def load_stelsel(name: str) -> Stelsel:
    """The stelsel of this name. Raises UnknownCodeError with the names, or PackError."""
    if name not in available():
        raise UnknownCodeError("stelsel", available())
    return load_pack(_PACKS / f"{name}.yaml")


def load_pack(path: Path) -> Stelsel:
    """The stelsel in this file. Raises PackError with all faults of the file."""
    pack = read(path.read_text(encoding="utf-8"))
    if pack.plain is None and pack.faults:
        raise PackError(path.name, pack.faults)
    check_references(pack)
    check_rules(pack, path.stem)
    stelsel = build(pack)
    if stelsel is None or pack.faults:
        raise PackError(path.name, pack.faults)
    return stelsel
