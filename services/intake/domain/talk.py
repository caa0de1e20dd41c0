"""What the broad talk must have touched before it is done (AMS-INT-06, AMS-INT-08, AMS-PLN-47)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

ADULTS: Final = "adults_heard"
CHILDREN: Final = "children_heard"


@dataclass(frozen=True, slots=True)
class Noted:
    """One life domain as far as it was written down."""

    discussed: bool
    with_reason_not: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether the adults and the children had their say; `child` is None when nobody knows."""

    adults: bool
    children: bool
    child: bool | None


def missing(
    domains: Collection[str], basic: Collection[str], noted: Mapping[str, Noted], heard: Heard
) -> tuple[str, ...]:
    """The codes that still lack: life domains in their own order, then who was not heard.

    A basic security (bestaanszekerheid) must be discussed; every other domain may have a reason
    why not. Where nobody knows whether there is a child, it must be said.
    """
    lacking = [code for code in domains if not _enough(code in basic, noted.get(code))]
    if not heard.adults:
        lacking.append(ADULTS)
    if heard.child is not False and not heard.children:
        lacking.append(CHILDREN)
    return tuple(lacking)


def _enough(basic: bool, note: Noted | None) -> bool:  # noqa: FBT001  a fact, not a switch
    if note is None:
        return False
    return note.discussed or (note.with_reason_not and not basic)
