"""Does an offer fit a question? Plain values in, reasons out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ABOVE_PROPOSED: Final = "above_proposed_ceiling"
CEILING: Final = "ceiling"
SUSPENDED: Final = "suspended"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an offer."""

    stadsdeel: str | None
    target_group: str | None
    language: str | None
    wheelchair_accessible: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """What one contract offers at one location."""

    stadsdelen: Sequence[str]
    target_groups: Sequence[str]
    languages: Sequence[str]
    wheelchair_accessible: bool | None
    places_free: int
    suspended: bool = False
    ceiling_left: int | None = None
    ceiling_decided: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """Why it fits, and why not. It fits when there is no why-not; a warning stops nobody."""

    reasons: tuple[str, ...]
    why_not: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def fit(wanted: Wanted, offered: Offered) -> Fit:
    """Judge one offer. No stadsdelen means city-wide; no target groups means everybody."""
    checks = [
        ("room", offered.places_free > 0),
        ("area", _among(wanted.stadsdeel, offered.stadsdelen)),
        ("target_group", _among(wanted.target_group, offered.target_groups)),
    ]
    if wanted.language is not None:
        checks.append(("language", wanted.language in offered.languages))
    if wanted.wheelchair_accessible:
        checks.append(("wheelchair_accessible", offered.wheelchair_accessible is True))
    full = offered.ceiling_left is not None and offered.ceiling_left <= 0
    refusals = [
        name
        for name, found in (
            (SUSPENDED, offered.suspended),
            (CEILING, full and offered.ceiling_decided),
        )
        if found
    ]
    return Fit(
        tuple(name for name, good in checks if good),
        (*(name for name, good in checks if not good), *refusals),
        (ABOVE_PROPOSED,) if full and not offered.ceiling_decided else (),
    )


def _among(asked: str | None, served: Sequence[str]) -> bool:
    return asked is None or not served or asked in served
