"""Wire contract of the providers service: who is contracted for what, where, with how much room."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    Moment,
    OptionalDate,
    Phone,
    RequestModel,
    ResponseModel,
    Version,
)
from shared.vocabulary import CeilingStatus, ContractForm, ReservationStatus

Areas = Annotated[tuple[AreaCode, ...], Field(max_length=50)]
Codes = Annotated[tuple[Code, ...], Field(max_length=50)]
Places = Annotated[int, Field(ge=0, le=10_000)]
AgbCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]


class OrganisationPut(RequestModel):
    """An organisation in the registry; `parent_id` makes the chain of ownership."""

    name: Line
    agb_code: AgbCode | None = None
    phone: Phone | None = None
    parent_id: UUID | None = None
    target_groups: Codes = ()
    languages: Codes = ()


class OrganisationRead(ResponseModel):
    """An organisation; public, like its reports (AMS-PRV-58)."""

    id: UUID
    version: Version
    name: str
    agb_code: str | None
    phone: str | None
    parent_id: UUID | None
    target_groups: tuple[str, ...]
    languages: tuple[str, ...]
    suspended_at: Moment | None = None
    suspension_reason: str | None = None


class SuspensionCreate(RequestModel):
    """No new offers and no new places for an organisation until it is resumed."""

    reason: Code


class ResumptionCreate(RequestModel):
    """The suspension of an organisation is over."""

    reason: Code


class LocationPut(RequestModel):
    """A place where an organisation works; a confidential one is 'a place' (A12-PRI-01)."""

    organisation_id: UUID
    name: Line
    wijk: AreaCode | None = None
    stadsdeel: AreaCode | None = None
    confidential: bool = False
    wheelchair_accessible: bool | None = None


class LocationRead(ResponseModel):
    """A location; of a confidential one neither name nor area is shown."""

    id: UUID
    version: Version
    organisation_id: UUID
    name: str | None
    wijk: str | None
    stadsdeel: str | None
    confidential: bool
    wheelchair_accessible: bool | None


class ContractPut(RequestModel):
    """A contract for one voorziening, in some stadsdelen or city-wide (AMS-PRV-01, 40)."""

    organisation_id: UUID
    voorziening: Code
    form: ContractForm = ContractForm.PROCUREMENT
    stadsdelen: Areas = ()
    valid_from: date
    valid_until: OptionalDate = None
    target_groups: Codes = ()
    ceiling_places: Places | None = None
    ceiling_status: CeilingStatus = CeilingStatus.PROPOSED


class ContractRead(ResponseModel):
    """A contract; without stadsdelen it is city-wide (AMS-PRV-40)."""

    id: UUID
    version: Version
    organisation_id: UUID
    voorziening: str
    form: ContractForm
    stadsdelen: tuple[str, ...]
    valid_from: date
    valid_until: OptionalDate = None
    target_groups: tuple[str, ...]
    ceiling_places: int | None = None
    ceiling_status: CeilingStatus = CeilingStatus.PROPOSED


class ContractEndingCreate(RequestModel):
    """A contract ends: `from` is the first day on which it holds no more."""

    from_day: Annotated[date, Field(alias="from")]
    reason: Code


class CapacityPut(RequestModel):
    """How many places a contract has at a location."""

    contract_id: UUID
    location_id: UUID
    places: Places


class CapacityChangeCreate(RequestModel):
    """So many places in all from a day on. Said again for one day, the last word counts."""

    from_day: Annotated[date, Field(alias="from")]
    places: Places


class CapacityChangeRead(ResponseModel):
    """What was said about a day to come, and when it was said."""

    from_day: Annotated[date, Field(alias="from")]
    places: int
    stated_at: Moment


class CapacityRead(ResponseModel):
    """Room: places in all, taken, and when it was last said."""

    id: UUID
    version: Version
    contract_id: UUID
    location_id: UUID
    places: int
    taken: int
    stated_at: Moment
    changes: tuple[CapacityChangeRead, ...] = ()


class MatchSearch(RequestModel):
    """Who is contracted for this, works here and has room. No person in the question."""

    voorziening: Code
    stadsdeel: AreaCode | None = None
    on: OptionalDate = None
    target_group: Code | None = None
    language: Code | None = None
    wheelchair_accessible: bool = False


class Match(ResponseModel):
    """A provider that fits, at one location. `places_free` was last said at `stated_at`."""

    organisation_id: UUID
    organisation_name: str
    contract_id: UUID
    location_id: UUID
    location_name: str | None
    stadsdeel: str | None
    places_free: int
    stated_at: Moment
    fits: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class NoMatch(ResponseModel):
    """A contracted provider that does not fit, and why not."""

    organisation_id: UUID
    organisation_name: str
    contract_id: UUID
    location_id: UUID
    why_not: tuple[str, ...]


class Matches(ResponseModel):
    """Who fits, most room first, and who does not with the reason."""

    items: tuple[Match, ...]
    excluded: tuple[NoMatch, ...]


class PlaceSearch(RequestModel):
    """Where is a place free, tonight unless a day is named. No person in the question."""

    voorziening: Code | None = None
    voorzieningen: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    on: OptionalDate = None
    wijk: AreaCode | None = None
    target_group: Code | None = None
    language: Code | None = None
    wheelchair_accessible: bool = False


class PlaceRead(ResponseModel):
    """A free place. A confidential one is "een plek": no name, no area (A12-PRI-01, OPN-41).

    `places_free` was last said at `stated_at`, `days_old` days ago: call before somebody goes.
    """

    organisation_id: UUID
    organisation_name: str
    phone: str | None
    voorziening: str
    contract_id: UUID
    location_id: UUID
    confidential: bool
    label: str
    wijk: str | None
    stadsdeel: str | None
    wheelchair_accessible: bool | None
    target_groups: tuple[str, ...]
    languages: tuple[str, ...]
    places_free: int
    stated_at: Moment
    days_old: int
    warnings: tuple[str, ...] = ()


class PlacesFound(ResponseModel):
    """The places that are free, most room first; `nothing_free` names where there is none."""

    on: date
    items: tuple[PlaceRead, ...]
    nothing_free: tuple[str, ...]


class ReservationCreate(RequestModel):
    """Hold a place for one accepted attempt. Asking twice for one attempt holds one place."""

    attempt_id: UUID
    contract_id: UUID
    location_id: UUID


class ReservationRead(ResponseModel):
    """A place held, or given back. `confirmed_on` is the day from which help uses it."""

    id: UUID
    version: Version
    attempt_id: UUID
    contract_id: UUID
    location_id: UUID
    status: ReservationStatus
    held_at: Moment
    released_at: Moment | None
    lapses_at: Moment | None = None
    confirmed_at: Moment | None = None
    confirmed_on: OptionalDate = None
    warnings: tuple[str, ...] = ()


class ConfirmationCreate(RequestModel):
    """Help began: the place is no longer held for somebody to come, it is used.

    `on` is the day on which it began: not before the place was held, and not to come.
    """

    on: date


class ReleaseCreate(RequestModel):
    """Give a place back."""

    reason: Code


class PlaceReturnCreate(RequestModel):
    """Whatever was held for this attempt is not needed: nobody may know that anything was."""

    attempt_id: UUID
    reason: Code


class PlaceReturnRead(ResponseModel):
    """Nothing is held for this attempt any more; `returned` when something was until now."""

    attempt_id: UUID
    returned: bool
