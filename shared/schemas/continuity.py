"""Wire contract of what comes around and after help: going back, aftercare, recall, no gap."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Code, Line, Moment, OptionalDate, RequestModel, ResponseModel, Text
from shared.vocabulary import AftercareGoing, EndCause, ReferralStatus


class AftercareCreate(RequestModel):
    """Keep in touch after help has ended, "vinger aan de pols" (AMS-REF-20, AMS-PLN-27).

    Somebody of the team speaks to the person every so many days, first on `nextContactOn`. `until`
    is when this was planned to end; it goes on until the team ends it.
    """

    contact_every_days: Annotated[int, Field(ge=1, le=366)]
    next_contact_on: date
    until: OptionalDate = None


class AftercareContactCreate(RequestModel):
    """That there was contact, and how it goes. Without `nextContactOn` the rhythm sets the day."""

    on: date
    going: AftercareGoing
    note: Text | None = None
    next_contact_on: OptionalDate = None


class AftercareEndingCreate(RequestModel):
    """Nobody has to keep in touch any more, with a code of `aftercareEndCodes`."""

    code: Code


class RecallCreate(RequestModel):
    """Ask intensive support again, without a new intake: why it is needed now."""

    motivation: Text


class ReturnAgreementCreate(RequestModel):
    """When the person can go back to support by the team (AMS-REF-11, AMS-PLN-26).

    `criteria` says it in plain words, `agreedWith` with whom, `reviewOn` when it is looked at.
    """

    criteria: Text
    agreed_with: Line
    agreed_on: date
    review_on: date


class AftercareContactRead(ResponseModel):
    """One contact in aftercare, and who wrote it down."""

    on: date
    going: AftercareGoing
    note: str | None
    next_contact_on: date
    recorded_by: str
    recorded_at: Moment


class AftercareRead(ResponseModel):
    """The aftercare that runs, or ran last: how often, when again, and every contact."""

    contact_every_days: int
    next_contact_on: OptionalDate
    until: OptionalDate
    started_on: date
    ended_on: OptionalDate
    code: str | None
    contacts: tuple[AftercareContactRead, ...]


class RecallRead(ResponseModel):
    """That intensive support was asked again, why, and where the request went on.

    `round` counts how often providers are asked anew for the same request.
    """

    round: int
    motivation: str
    status: ReferralStatus
    recalled_by: str
    at: Moment


class ReturnAgreementRead(ResponseModel):
    """What holds now about going back to the team."""

    criteria: str
    agreed_with: str
    agreed_on: date
    review_on: date


class ContinuityRead(ResponseModel):
    """The first day on which this help is known to end, or ended, by what, and what follows.

    `followedByReferralId` is the open request for the same, once this one has ended (AMS-REF-17).
    """

    ends_on: date
    cause: EndCause
    followed_by_referral_id: UUID | None
