"""The facts an access check may be told, each with its type; all optional, none about who it is."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

KnownValue: TypeAlias = bool | int | str
FactValue: TypeAlias = KnownValue | None


class FactType(StrEnum):
    """What the value of a fact looks like on the wire."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    TEXT = "text"
    UUID = "uuid"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact by its wire name. `minimum` and `maximum` bound an integer (years of age)."""

    name: str
    type: FactType = FactType.BOOLEAN
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


_YES_OR_NO: Final = (
    "urgent unsafeNow nightShelterNeededTonight afterDomesticViolence hasPlan fromNeighbourhood "
    "hasReasonableNetwork homeless regionalTies oggzProblems canBeHelpedOutsideShelter "
    "onlyHousingProblem strictly24hNeeded unsafeAtHome safeWithFamilyOrFriends livesIndependently "
    "psychosocialOrPsychiatricOrLvb acuteSituation longTermIntensive specialist smallCityScale "
    "workWithWageValueConsidered socialBaseConsidered inSupportedWork relievesCarer "
    "multipleQuestions withoutLimitation generallyUsual wlzIndication"
)

FACTS: Final = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            *(Fact(name) for name in _YES_OR_NO.split()),
            Fact("age", FactType.INTEGER, minimum=0, maximum=130),
            Fact("residenceMunicipality", FactType.TEXT),
            Fact("municipality", FactType.TEXT),
            Fact("form", FactType.CHOICE, choices=("zin", "pgb")),
            Fact("nominatedByProviderId", FactType.UUID),
            Fact("chosenProviderId", FactType.UUID),
            Fact("directProviderId", FactType.UUID),
        )
    }
)
"""Every fact of the access check contract (design section 5) by its name."""
