"""What the sample is made of."""

from dataclasses import dataclass
from datetime import date
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
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    id: UUID
    name: str
    voorzieningen: tuple[str, ...]
    locations: tuple[Location, ...]
    phone: str | None = None


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
    elsewhere: Address | None = None
    """Where somebody lives who does not live with the household (DIS-12)."""


@dataclass(frozen=True, slots=True)
class Household:
    id: UUID
    address: Address
    members: tuple[Person, ...]
