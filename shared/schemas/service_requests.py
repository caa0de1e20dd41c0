"""Wire contract of light requests: a municipal service, or a specialist who is called in.

Asked, taken up by a named professional, a result, feedback: no attempts, no capacity. The one who
calls in keeps the household; nobody is handed over (AMS-PLN-12, AMS-ACC-56, AMS-ROL-35).
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas.access import AccessCheckAnswer, AccessFacts
from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    Moment,
    OptionalDate,
    Phone,
    RequestModel,
    ResponseModel,
    Text,
    Version,
)
from shared.schemas.plans import Identity
from shared.vocabulary import ServiceRequestStatus, SharingBasis, Urgency


class ServiceRequestCreate(RequestModel):
    """Ask a municipal service, or call a specialist in, for a support item on the plan.

    The party that takes it up follows from the voorziening; `entry` is the door at which is asked.
    `basis` is why that party may hear whom it is about; it hears that from the moment a
    professional has taken it up, so `question` names nobody.
    """

    plan_id: UUID
    support_item_id: UUID
    voorziening: Code
    entry: Code
    question: Text
    basis: SharingBasis
    urgency: Urgency = Urgency.NORMAL
    first_contact_on: OptionalDate = None
    facts: AccessFacts = Field(default_factory=AccessFacts)


class ServiceTakingUpCreate(RequestModel):
    """A named professional takes it up and says when the household hears."""

    professional: Line
    phone: Phone | None = None
    first_meeting_on: OptionalDate = None


class ServiceResultCreate(RequestModel):
    """What came of it, with dates where the service has them (activering, AMS-ROL-35)."""

    code: Code
    text: Text
    valid_from: OptionalDate = None
    valid_until: OptionalDate = None


class ServiceDeclineCreate(RequestModel):
    """Why this party cannot do it and what would be right; the household stays with the team."""

    code: Code
    text: Text


class ServiceWithdrawalCreate(RequestModel):
    """The team does not need it any more."""

    reason: Text


class ServiceRequestStep(ResponseModel):
    """One transition, append-only."""

    at: Moment
    previous: ServiceRequestStatus | None
    status: ServiceRequestStatus
    actor: str
    code: str | None


class ServiceRequestRead(ResponseModel):
    """A light request with everything around it.

    Until somebody takes it up the party sees the question and the area only: `planId`,
    `supportItemId` and `accessCheck` are there for the side that asks, and the first two for who
    took it up as well. `identity` is there for who took it up, as long as it runs. `answeredText`
    is the feedback; of what was declined or withdrawn it says why.
    """

    id: UUID
    version: Version
    kind: str
    voorziening: str
    party: str
    status: ServiceRequestStatus
    urgency: Urgency
    plan_id: UUID | None
    support_item_id: UUID | None
    stadsdeel: AreaCode | None
    question: str
    first_contact_on: date
    asked_by: str
    asked_at: Moment
    professional: str | None
    professional_phone: str | None
    taken_up_by: str | None
    taken_up_at: Moment | None
    first_meeting_on: OptionalDate
    code: str | None
    answered_text: str | None
    answered_at: Moment | None
    valid_from: OptionalDate
    valid_until: OptionalDate
    waiting_days: int
    access_check: AccessCheckAnswer | None
    identity: Identity | None
    steps: tuple[ServiceRequestStep, ...]


class ServiceInboxItem(ResponseModel):
    """One line of what lies with a party, or was asked around a plan: no person, no text."""

    id: UUID
    version: Version
    kind: str
    voorziening: str
    party: str
    status: ServiceRequestStatus
    urgency: Urgency
    first_contact_on: date
    asked_at: Moment
    stadsdeel: AreaCode | None
    waiting_days: Annotated[int, Field(ge=0)]
