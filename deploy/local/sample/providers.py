"""Providers, what they are contracted for, and where."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from deploy.local.sample.shapes import Location, Provider

_DAGBESTEDING: Final = (
    "dagbesteding_meedoen",
    "dagbesteding_meewerken",
    "dagbesteding_arbeidsmatig",
)


def _location(number: int, name: str, wijk: str, places: int) -> Location:
    return Location(UUID(f"10c00000-0000-4000-8000-{number:012d}"), name, wijk, places)


def _house(number: int, name: str, voorziening: str, *locations: Location) -> Provider:
    """A provider of one voorziening, reachable also in the evening."""
    identity = UUID(f"9a000000-0000-4000-8000-{number:012d}")
    return Provider(identity, name, (voorziening,), locations, f"02000003{number:02d}")


DE_VOORBEELDTUIN: Final = Provider(
    UUID("9a000000-0000-4000-8000-000000000001"),
    "Stichting De Voorbeeldtuin",
    ("dagbesteding_meedoen", "dagbesteding_meewerken"),
    (
        _location(1, "De Voorbeeldtuin Dapperbuurt", "ME", 12),
        _location(2, "De Voorbeeldtuin Volewijck", "NK", 8),
    ),
)
HET_PROEFATELIER: Final = Provider(
    UUID("9a000000-0000-4000-8000-000000000002"),
    "Het Proefatelier",
    _DAGBESTEDING,
    (_location(3, "Het Proefatelier Oosterpark", "MC", 3),),
)
WERKPLAATS_FICTIE: Final = Provider(
    UUID("9a000000-0000-4000-8000-000000000003"),
    "Werkplaats Fictie",
    ("dagbesteding_arbeidsmatig", "dagbesteding_meewerken"),
    (_location(4, "Werkplaats Fictie Amsterdamse Poort", "TC", 20),),
)
THUIS_IN_VERZINSEL: Final = Provider(
    UUID("9a000000-0000-4000-8000-000000000004"),
    "Thuis in Verzinsel",
    ("dagbesteding_meedoen", "ambulante_ondersteuning"),
    (_location(5, "Thuis in Verzinsel IJplein", "NL", 6),),
)
DE_PAUZE: Final = _house(
    5, "Logeerhuis De Pauze", "logeeropvang", _location(6, "De Pauze Oosterpark", "MC", 4)
)
SCHOON_VERZONNEN: Final = _house(
    6,
    "Schoon en Verzonnen",
    "hulp_bij_het_huishouden",
    _location(7, "Schoon en Verzonnen Oost", "ME", 30),
)
BESCHUTTE_VERBEELDING: Final = _house(
    7,
    "De Beschutte Verbeelding",
    "beschermd_wonen",
    _location(8, "De Beschutte Verbeelding Transvaal", "MD", 2),
)
DE_PROEFHAVEN: Final = _house(
    8, "De Proefhaven", "maatschappelijke_opvang", _location(9, "De Proefhaven Oost", "MC", 5)
)
VEILIG_IN_FICTIE: Final = _house(
    9,
    "Veilig in Fictie",
    "opvang_huiselijk_geweld",
    replace(_location(10, "Huis aan de Verborgengracht", "NK", 2), confidential=True),
)
PROVIDERS: Final = (
    DE_VOORBEELDTUIN,
    HET_PROEFATELIER,
    WERKPLAATS_FICTIE,
    THUIS_IN_VERZINSEL,
    DE_PAUZE,
    SCHOON_VERZONNEN,
    BESCHUTTE_VERBEELDING,
    DE_PROEFHAVEN,
    VEILIG_IN_FICTIE,
)
