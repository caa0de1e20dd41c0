"""Areas of a team: periods that fit each other. Between teams the database guards (AMS-INT-23)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from shared.errors import Fault, InvalidRequestError


@dataclass(frozen=True, slots=True)
class Served:
    """A wijk from-until, both days inclusive."""

    wijk: str
    valid_from: date
    valid_until: date | None


def check(areas: Sequence[Served]) -> None:
    """Raises `InvalidRequestError` with every period that ends too soon or lies over another."""
    faults = [
        Fault(
            f"/areas/{index}/validUntil", "ends-before-it-begins", "De laatste dag ligt te vroeg."
        )
        for index, area in enumerate(areas)
        if area.valid_until is not None and area.valid_until < area.valid_from
    ]
    faults += [
        Fault(f"/areas/{index}", "overlaps", "Deze wijk staat er op dezelfde dag twee keer.")
        for index in _doubles(areas)
    ]
    if faults:
        raise InvalidRequestError("De gebieden van dit team kloppen niet.", faults)


def _doubles(areas: Sequence[Served]) -> Iterator[int]:
    for index, area in enumerate(areas):
        if any(_meet(area, other) for other in areas[:index]):
            yield index


def _meet(one: Served, other: Served) -> bool:
    if one.wijk != other.wijk:
        return False
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: Served, other: Served) -> bool:
    return other.valid_until is None or one.valid_from <= other.valid_until
