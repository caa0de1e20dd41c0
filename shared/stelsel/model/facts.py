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
    label: str
    type: FactType = FactType.BOOLEAN
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


_YES_OR_NO: Final = MappingProxyType(
    {
        "urgent": "Er is spoed",
        "unsafeNow": "Iemand is nu niet veilig",
        "nightShelterNeededTonight": "Er is vannacht een slaapplek nodig",
        "afterDomesticViolence": "Het is na huiselijk geweld",
        "hasPlan": "Er is een plan",
        "fromNeighbourhood": "De persoon komt uit de buurt of wijk",
        "hasReasonableNetwork": "Er is een redelijk sociaal netwerk",
        "homeless": "De persoon is dakloos",
        "regionalTies": "De persoon heeft binding met de regio",
        "oggzProblems": "Er zijn zware psychische of meervoudige problemen",
        "canBeHelpedOutsideShelter": "Hulp buiten de opvang is genoeg",
        "onlyHousingProblem": "Wonen is het enige probleem",
        "strictly24hNeeded": "Er is dag en nacht hulp nodig",
        "unsafeAtHome": "Thuis is het niet veilig",
        "safeWithFamilyOrFriends": "Bij familie of vrienden is het veilig",
        "livesIndependently": "De persoon woont zelfstandig",
        "psychosocialOrPsychiatricOrLvb": (
            "Er zijn psychosociale of psychische problemen of een licht verstandelijke beperking"
        ),
        "acuteSituation": "De situatie is acuut",
        "longTermIntensive": "De hulp is langdurend en intensief",
        "specialist": "De hulp is specialistisch",
        "smallCityScale": "De hulp is voor een kleine groep in de stad",
        "workWithWageValueConsidered": "Werken met loonwaarde is afgewogen",
        "socialBaseConsidered": "De sociale basis is afgewogen",
        "inSupportedWork": "De persoon werkt begeleid",
        "relievesCarer": "Het helpt de mantelzorger",
        "multipleQuestions": "Er zijn meer vragen",
        "withoutLimitation": "Er is geen beperking",
        "generallyUsual": "Mensen regelen of kopen dit gewoonlijk zelf",
        "wlzIndication": "Er is een indicatie voor de Wet langdurige zorg",
    }
)

FACTS: Final = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            *(Fact(name, label) for name, label in _YES_OR_NO.items()),
            Fact("age", "Leeftijd in jaren", FactType.INTEGER, minimum=0, maximum=130),
            Fact("residenceMunicipality", "Gemeente waar iemand woont", FactType.TEXT),
            Fact("municipality", "Gemeente waar iemand vandaan komt", FactType.TEXT),
            Fact("form", "In natura of persoonsgebonden budget", FactType.CHOICE, ("zin", "pgb")),
            Fact("nominatedByProviderId", "Aanbieder die de persoon aanmeldde", FactType.UUID),
            Fact("chosenProviderId", "Aanbieder die de persoon koos", FactType.UUID),
            Fact("directProviderId", "Aanbieder waar iemand zich zelf meldt", FactType.UUID),
        )
    }
)
"""Every fact of the access check contract (design section 5) by its name."""
