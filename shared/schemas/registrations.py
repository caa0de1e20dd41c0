"""Wire contract of direct registration: a provider registers its own client (design section 8).

Only where the route has a direct track (AMS-ACC-23, 28, 43). The answer is always the same: it
never tells whether a person or a plan is known. A provider sees its own registrations only.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import (
    Bsn,
    Code,
    HouseNumber,
    Line,
    Moment,
    OptionalDate,
    Phone,
    Postcode,
    RequestModel,
    ResponseModel,
    Text,
    Version,
)
from shared.schemas.referrals import Weighing, WeighingRead
from shared.vocabulary import DirectRegistrationStatus


class RegisteredPerson(RequestModel):
    """The client as the provider knows them."""

    given_names: Line | None = None
    surname: Line
    birth_date: date
    bsn: Bsn | None = None
    phone: Phone | None = None
    postcode: Postcode | None = None
    house_number: HouseNumber | None = None


class DirectRegistrationCreate(RequestModel):
    """Register a client who came to the provider itself.

    `shareWithBuurtteam`: the client agrees that a coordinator, if there is one, is told. Told is
    only where the route says so too. `wider` says that more support is needed: the client's wider
    question goes to the team as a contact of its own (AMS-ACC-27). `contributionToldOn`: when the
    client was told what it costs, before agreeing.
    """

    voorziening: Code
    contract_id: UUID
    location_id: UUID
    person: RegisteredPerson
    client_agreed: Literal[True] = Field(description="The client wants this registration.")
    share_with_buurtteam: bool = False
    weighings: Annotated[tuple[Weighing, ...], Field(max_length=20)] = ()
    first_contact_on: OptionalDate = None
    contribution_told_on: OptionalDate = None
    hours_per_week: Annotated[int, Field(ge=1, le=168)] | None = None


class RegistrationNextStep(ResponseModel):
    """What follows, the same for everybody."""

    action: str
    method: Literal["GET", "POST"] | None
    href: str | None
    text: str


class DirectRegistrationReceipt(ResponseModel):
    """Registered here. The same body for everybody, whoever is known anywhere."""

    id: UUID
    status: DirectRegistrationStatus
    voorziening: str
    registered_at: Moment
    href: str
    next_steps: tuple[RegistrationNextStep, ...]


class RegistrationStartCreate(RequestModel):
    """Help began."""

    on: date


class RegistrationStopCreate(RequestModel):
    """Help ended, with a code."""

    on: date
    code: Code


class RegistrationDeclineCreate(RequestModel):
    """The provider cannot do it after all; the client is told where to go."""

    code: Code
    client_informed: Literal[True]
    note: Text | None = None


class RegisteredPersonRead(ResponseModel):
    """The client as the provider told."""

    given_names: str | None
    surname: str
    birth_date: date
    bsn: str | None
    phone: str | None
    postcode: str | None
    house_number: int | None


class RegistrationStep(ResponseModel):
    """One transition, append-only."""

    at: Moment
    previous: DirectRegistrationStatus | None
    status: DirectRegistrationStatus
    actor: str
    code: str | None


class DirectRegistrationRead(ResponseModel):
    """A registration as the provider that made it sees it; after its end without the person and
    without what was weighed.

    `placeLost`: help did not begin in time and the place was given to others; starting takes one
    again, if there is one.
    """

    id: UUID
    version: Version
    voorziening: str
    status: DirectRegistrationStatus
    contract_id: UUID
    location_id: UUID
    registered_at: Moment
    first_contact_on: date
    hours_per_week: int | None
    place_lost: bool
    started_on: OptionalDate
    stopped_on: OptionalDate
    code: str | None
    share_with_buurtteam: bool
    note: str | None
    person: RegisteredPersonRead | None
    weighings: tuple[WeighingRead, ...]
    steps: tuple[RegistrationStep, ...]


class RegistrationNotice(RequestModel):
    """From referrals to plans: tell the coordinator, if this person has one (worker only).

    The answer is the same whoever it is about.
    """

    registration_id: UUID
    voorziening: Code
    provider_id: UUID
    registered_on: date
    person: RegisteredPerson


class RegistrationNoticeReceipt(ResponseModel):
    """Heard. Nothing more is ever said."""

    heard: Literal[True] = True
