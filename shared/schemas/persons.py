"""Persons and where they live, as they cross the wire. Fictitious in every example."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import (
    AreaCode,
    Bsn,
    Code,
    HouseNumber,
    Line,
    OptionalDate,
    Phone,
    Postcode,
    RequestModel,
    ResponseModel,
    Version,
)
from shared.vocabulary import HouseholdRole

SurnamePrefix = Annotated[str, StringConstraints(min_length=2, max_length=100)]


class Address(RequestModel):
    """Where somebody lives. `wijk` is the municipal code; it decides the team."""

    street: Line | None = None
    house_number: HouseNumber | None = None
    house_number_addition: Annotated[str, StringConstraints(max_length=10)] | None = None
    postcode: Postcode | None = None
    city: Line | None = None
    wijk: AreaCode | None = None


class AddressRead(ResponseModel):
    """Where somebody lives, for those who may know it."""

    street: str | None = None
    house_number: int | None = None
    house_number_addition: str | None = None
    postcode: str | None = None
    city: str | None = None
    wijk: str | None = None


class PersonCreate(RequestModel):
    """Somebody new in the register. The BSN is optional: outside the law nobody must have one."""

    given_names: Line | None = None
    surname: Line
    birth_date: OptionalDate = None
    bsn: Bsn | None = None
    phone: Phone | None = None
    address: Address | None = None
    address_shielded: bool = False
    language: Code | None = None


class PersonRead(ResponseModel):
    """A person as the circle of the plan sees them. A shielded address is never in an answer."""

    id: UUID
    given_names: str | None
    surname: str
    birth_date: OptionalDate
    has_bsn: bool
    phone: str | None
    address: AddressRead | None
    address_shielded: bool
    language: str | None


class PersonSearch(RequestModel):
    """Search the register as the BRP does: one of three ways, never more than one.

    By BSN; by surname (at least two letters) and birth date; by postcode and house number.
    """

    bsn: Bsn | None = None
    surname: SurnamePrefix | None = None
    birth_date: OptionalDate = None
    postcode: Postcode | None = None
    house_number: HouseNumber | None = None


class PersonMatch(ResponseModel):
    """One hit: enough to recognise somebody and no more. Each hit is recorded in the audit."""

    person_id: UUID
    given_names: str | None
    surname: str
    birth_date: OptionalDate
    household_id: UUID | None
    household_role: HouseholdRole | None
    has_open_plan: bool
    coordinator: str | None


class PersonMatches(ResponseModel):
    """The hits of a search, at most 20; `truncated` says there are more: ask more precisely."""

    items: tuple[PersonMatch, ...]
    truncated: bool = False


class MemberCreate(RequestModel):
    """Somebody in a household: a new person, or one who is in the register already."""

    role: HouseholdRole
    person_id: UUID | None = None
    person: PersonCreate | None = None


class HouseholdCreate(RequestModel):
    """A household with at least one member; exactly one is `main`.

    A person has one main household at a time; other memberships are free (design 9).
    """

    members: Annotated[tuple[MemberCreate, ...], Field(min_length=1, max_length=20)]


class MemberRead(ResponseModel):
    """A member from-until."""

    person: PersonRead
    role: HouseholdRole
    member_from: date
    member_until: OptionalDate = None


class HouseholdRead(ResponseModel):
    """A household and who is in it now. Members need not live at one address (DIS-12)."""

    id: UUID
    version: Version
    members: tuple[MemberRead, ...]
    open_plan_id: UUID | None = None
