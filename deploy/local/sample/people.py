"""People in their households. The numbers are of the test range 9999 and pass the elfproef."""

from datetime import date
from typing import Final
from uuid import UUID

from deploy.local.sample.shapes import Address, Household, Person
from shared.vocabulary import HouseholdRole


def _person(number: int) -> UUID:
    return UUID(f"9e500000-0000-4000-8000-{number:012d}")


def _household(number: int) -> UUID:
    return UUID(f"40500000-0000-4000-8000-{number:012d}")


MARIA: Final = Person(
    _person(1), "Maria", None, "Testema", date(1961, 3, 14), "999900006", "0200000101",
    HouseholdRole.MAIN,
)  # fmt: skip
JOZEF: Final = Person(
    _person(2), "Jozef", "van der", "Proef", date(1958, 11, 2), "999900018", None,
    HouseholdRole.PARTNER,
)  # fmt: skip
DAAN: Final = Person(
    _person(7), "Daan", None, "Testema", date(1997, 7, 5), "999900079", "0200000107",
    HouseholdRole.OTHER,
)  # fmt: skip
LOTTE: Final = Person(
    _person(8), "Lotte", None, "Testema", date(1993, 2, 17), "999900080", "0200000108",
    HouseholdRole.OTHER, Address("Geheimlaan", 7, "1056ZZ", "EH", shielded=True),
)  # fmt: skip
AMINA: Final = Person(
    _person(3), "Amina", "el", "Voorbeeld", date(1988, 6, 21), "999900031", "0200000103",
    HouseholdRole.MAIN,
)  # fmt: skip
SAMI: Final = Person(
    _person(4), "Sami", "el", "Voorbeeld", date(2013, 1, 9), "999900043", None,
    HouseholdRole.CHILD,
)  # fmt: skip
ESMEE: Final = Person(
    _person(5), "Esmée", "de", "Schuilnaam", date(1995, 9, 30), "999900055", "0200000105",
    HouseholdRole.MAIN,
)  # fmt: skip
BOAZ: Final = Person(
    _person(6), "Boaz", "de", "Schuilnaam", date(2019, 4, 4), "999900067", None,
    HouseholdRole.CHILD,
)  # fmt: skip

TESTEMA: Final = Household(
    _household(1), Address("Voorbeeldstraat", 12, "1094ZZ", "ME"), (MARIA, JOZEF, DAAN, LOTTE)
)
VOORBEELD: Final = Household(_household(2), Address("Proefkade", 3, "1031ZZ", "NK"), (AMINA, SAMI))
SCHUILNAAM: Final = Household(
    _household(3), Address("Verzonnenplein", 45, "1102ZZ", "TC", shielded=True), (ESMEE, BOAZ)
)
HOUSEHOLDS: Final = (TESTEMA, VOORBEELD, SCHUILNAAM)
