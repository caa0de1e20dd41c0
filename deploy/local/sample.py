"""Fictitious people and organisations with fixed identities, for demonstration, tests and docs.

Nobody here exists. The citizen service numbers are from the test range 9999 and pass the elfproef;
the telephone numbers are not in use; the wijk codes are those of Amsterdam.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from shared.vocabulary import HouseholdRole, Role


@dataclass(frozen=True, slots=True)
class Organisation:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    id: UUID
    name: str
    organisation: Organisation
    stadsdeel: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in the worker directory. The subject is the `sub` of the worker's tokens."""

    subject: str
    name: str
    role: Role
    team: Team
    phone: str
    days: tuple[str, ...]
    specialisms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("nl",)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls when only a role is named: the claims of the token."""

    subject: str
    organisation: str | None = None
    team: str | None = None
    stadsdeel: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    id: UUID
    name: str
    wijk: str
    places: int


@dataclass(frozen=True, slots=True)
class Provider:
    id: UUID
    name: str
    voorzieningen: tuple[str, ...]
    locations: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    house_number: int
    postcode: str
    wijk: str
    shielded: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    given_names: str
    particle: str | None
    surname: str
    birth_date: date
    bsn: str
    phone: str | None
    role: HouseholdRole


@dataclass(frozen=True, slots=True)
class Household:
    id: UUID
    address: Address
    members: tuple[Person, ...]


def _organisation(number: int, name: str) -> Organisation:
    return Organisation(UUID(f"04600000-0000-4000-8000-{number:012d}"), name)


BUURTTEAM: Final = _organisation(1, "Buurtteam Amsterdam")
OKT: Final = _organisation(2, "Ouder- en Kindteams Amsterdam")
VEILIG_THUIS: Final = _organisation(3, "Veilig Thuis")
CENTRALE_TOEGANG: Final = _organisation(4, "Centrale toegang")
GEMEENTE: Final = _organisation(5, "Gemeente Amsterdam")
STADSDEEL_OOST: Final = _organisation(6, "Stadsdeel Oost")
CLIENTONDERSTEUNING: Final = _organisation(7, "Onafhankelijke cliëntondersteuning")


def _team(number: int, name: str, by: Organisation, stadsdeel: str, areas: str) -> Team:
    identity = UUID(f"7ea00000-0000-4000-8000-{number:012d}")
    return Team(identity, name, by, stadsdeel, tuple(areas.split()))


DAPPERBUURT: Final = _team(1, "Buurtteam Amsterdam Oost Dapperbuurt", BUURTTEAM, "M", "ME MC")
VOLEWIJCK: Final = _team(2, "Buurtteam Amsterdam Noord Volewijck", BUURTTEAM, "N", "NK NL")
BIJLMER: Final = _team(3, "Buurtteam Amsterdam Zuidoost Bijlmer-Centrum", BUURTTEAM, "T", "TC TD")
OKT_OOST: Final = _team(4, "Ouder- en Kindteam Oost Dapperbuurt", OKT, "M", "ME MC MF")
TEAMS: Final = (DAPPERBUURT, VOLEWIJCK, BIJLMER, OKT_OOST)

_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")


def _subject(number: int) -> str:
    return f"50b00000-0000-4000-8000-{number:012d}"


NOOR: Final = Worker(
    _subject(1),
    "Noor Voorbeeld",
    Role.BUURTTEAM_WORKER,
    DAPPERBUURT,
    "0200000001",
    _WEEK[:4],
    ("geld", "wonen"),
    ("nl", "en"),
)
YUSUF: Final = Worker(
    _subject(2),
    "Yusuf Fictief",
    Role.BUURTTEAM_WORKER,
    DAPPERBUURT,
    "0200000002",
    ("monday", "tuesday", "thursday", "friday"),
    ("werk",),
    ("nl", "tr"),
)
LIEKE: Final = Worker(
    _subject(3), "Lieke Verzonnen", Role.TEAM_LEAD, DAPPERBUURT, "0200000003", _WEEK
)
RAVI: Final = Worker(
    _subject(4), "Ravi Denkbeeldig", Role.BUURTTEAM_WORKER, VOLEWIJCK, "0200000004", _WEEK
)
HANNA: Final = Worker(
    _subject(5), "Hanna Bedacht", Role.TEAM_LEAD, VOLEWIJCK, "0200000005", _WEEK[1:]
)
IMAN: Final = Worker(
    _subject(6),
    "Iman Proefpersoon",
    Role.BUURTTEAM_WORKER,
    BIJLMER,
    "0200000006",
    _WEEK[:3],
    ("gezondheid",),
    ("nl", "ar"),
)
SANNE: Final = Worker(
    _subject(7), "Sanne Oefening", Role.OKT_WORKER, OKT_OOST, "0200000007", _WEEK[:4], ("opvoeden",)
)
TEUN: Final = Worker(
    _subject(8), "Teun Modelman", Role.SPECIALIST, DAPPERBUURT, "0200000008", _WEEK, ("schulden",)
)
WORKERS: Final = (NOOR, YUSUF, LIEKE, RAVI, HANNA, IMAN, SANNE, TEUN)

_DAGBESTEDING: Final = (
    "dagbesteding_meedoen",
    "dagbesteding_meewerken",
    "dagbesteding_arbeidsmatig",
)


def _location(number: int, name: str, wijk: str, places: int) -> Location:
    return Location(UUID(f"10c00000-0000-4000-8000-{number:012d}"), name, wijk, places)


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
PROVIDERS: Final = (DE_VOORBEELDTUIN, HET_PROEFATELIER, WERKPLAATS_FICTIE, THUIS_IN_VERZINSEL)


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
    _household(1), Address("Voorbeeldstraat", 12, "1094ZZ", "ME"), (MARIA, JOZEF)
)
VOORBEELD: Final = Household(_household(2), Address("Proefkade", 3, "1031ZZ", "NK"), (AMINA, SAMI))
SCHUILNAAM: Final = Household(
    _household(3), Address("Verzonnenplein", 45, "1102ZZ", "TC", shielded=True), (ESMEE, BOAZ)
)
HOUSEHOLDS: Final = (TESTEMA, VOORBEELD, SCHUILNAAM)


def _caller_of(worker: Worker) -> Caller:
    team = worker.team
    return Caller(worker.subject, str(team.organisation.id), str(team.id), team.stadsdeel)


def _caller(number: int, organisation: Organisation, stadsdeel: str | None = None) -> Caller:
    return Caller(_subject(number), str(organisation.id), stadsdeel=stadsdeel)


def _provider_caller(number: int) -> Caller:
    return Caller(_subject(number), provider=str(DE_VOORBEELDTUIN.id))


CALLERS: Final[Mapping[Role, Caller]] = MappingProxyType(
    {
        Role.BUURTTEAM_WORKER: _caller_of(NOOR),
        Role.TEAM_LEAD: _caller_of(LIEKE),
        Role.SPECIALIST: _caller(8, STADSDEEL_OOST, "M"),
        Role.OKT_WORKER: _caller_of(SANNE),
        Role.VEILIG_THUIS: _caller(21, VEILIG_THUIS),
        Role.PROVIDER_INTAKE: _provider_caller(31),
        Role.PROVIDER_WORKER: _provider_caller(32),
        Role.PROVIDER_MANAGER: _provider_caller(33),
        Role.CENTRAL_ACCESS: _caller(41, CENTRALE_TOEGANG),
        Role.MUNICIPALITY: _caller(51, GEMEENTE),
        Role.CONTRACT_MANAGER: _caller(52, GEMEENTE),
        Role.SUPERVISOR: _caller(53, GEMEENTE),
        Role.MONITOR: _caller(54, GEMEENTE),
        Role.CLIENT_SUPPORT: _caller(61, CLIENTONDERSTEUNING),
        Role.PRIVACY_OFFICER: _caller(71, BUURTTEAM),
        Role.ADMINISTRATOR: _caller(72, BUURTTEAM),
    }
)
"""Every role that a person can have; `service` is for services, which get their own tokens."""
