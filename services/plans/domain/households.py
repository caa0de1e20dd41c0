"""Who may stand in a household, and by which one way a person is searched."""

from collections.abc import Sequence, Set
from datetime import date
from enum import StrEnum
from typing import Final

from shared import calendar
from shared.errors import Fault, InvalidRequestError
from shared.vocabulary import HouseholdRole

SHORTEST_PREFIX: Final = 2
_OLDEST: Final = 125
"""Years; nobody has been older than 122."""


class SearchWay(StrEnum):
    """The three ways in which the BRP searches."""

    BSN = "bsn"
    NAME = "name"
    ADDRESS = "address"


_WAYS: Final = {
    frozenset({"bsn"}): SearchWay.BSN,
    frozenset({"surname", "birth_date"}): SearchWay.NAME,
    frozenset({"postcode", "house_number"}): SearchWay.ADDRESS,
}


def search_way(given: Set[str]) -> SearchWay:
    """Which of the three ways these fields are; never more than one, never half of one."""
    way = _WAYS.get(frozenset(given))
    if way is None:
        raise InvalidRequestError(
            "Zoek op één manier: op BSN, op achternaam met geboortedatum, "
            "of op postcode met huisnummer."
        )
    return way


def ensure_one_main(roles: Sequence[HouseholdRole]) -> None:
    """A household is made with exactly one main member."""
    if roles.count(HouseholdRole.MAIN) != 1:
        detail = "Precies één lid van het huishouden is de hoofdpersoon (role main)."
        raise InvalidRequestError(detail, [Fault("/members", "one-main-member", detail)])


def ensure_one_source(pointer: str, *, known: bool, new: bool) -> None:
    """A member is somebody in the register or somebody new, never both and never neither."""
    if known == new:
        detail = "Noem een persoon uit het register (personId) of een nieuwe (person), niet beide."
        raise InvalidRequestError(detail, [Fault(pointer, "one-person", detail)])


def ensure_born(pointer: str, birth_date: date | None, today: date) -> None:
    """Nobody in the register is born after today, or older than anybody has been."""
    if birth_date is not None and birth_date.year < today.year - _OLDEST:
        detail = "Deze geboortedatum ligt te lang terug. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-long-ago", detail)])
    if birth_date is not None and birth_date > today:
        detail = "Een geboortedatum ligt niet in de toekomst."
        raise InvalidRequestError(detail, [Fault(pointer, "in-the-future", detail)])


def age_on(birth_date: date | None, day: date) -> int | None:
    """Age in whole years on a day, if the birth date is known."""
    return None if birth_date is None else calendar.age_on(birth_date, day)
