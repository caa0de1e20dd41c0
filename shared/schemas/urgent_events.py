"""Events around what cannot wait: who is on duty, help at once, and which party must be told."""

from datetime import date
from typing import Final
from uuid import UUID

from shared.schemas.base import Code, Moment, ResponseModel, Subject
from shared.vocabulary import InvolvementHow, TemporaryProvisionStatus

TEMPORARY_PROVISION_MOVED: Final = "nl.wmo.temporary.moved"
DUTY_SHIFT_CHANGED: Final = "nl.wmo.duty.shift-changed"
REFERRAL_INVOLVED: Final = "nl.wmo.referral.involved"


class EventData(ResponseModel):
    """The data of an event; unknown fields are ignored, so a sender may add one."""


class OwedDate(EventData):
    """One thing that must follow, by its id at referrals, and its last day."""

    id: UUID
    code: Code
    due_on: date
    done: bool


class TemporaryProvisionMoved(EventData):
    """Help at once for a household with a plan: what is owed, by its code, and until when."""

    temporary_provision_id: UUID
    plan_id: UUID
    status: TemporaryProvisionStatus
    owed: tuple[OwedDate, ...] = ()


class DutyShiftChanged(EventData):
    """Who answers a desk, from-until, as it is now. `mandated`: may arrange help at once in the
    name of the college (Wmo 2015 art. 2.3.3, 2.6.3). `cancelledAt`: until then it held."""

    shift_id: UUID
    subject: Subject
    party: Code
    starts_at: Moment
    ends_at: Moment
    mandated: bool
    cancelled_at: Moment | None = None


class ReferralInvolved(EventData):
    """A party must be told of a request by hand, until a day (`dueOn`); or it was told, asked,
    joined, or took it up itself (`how`). The party only: nothing about whom (AMS-REF-14)."""

    referral_id: UUID
    plan_id: UUID
    party: Code
    how: InvolvementHow | None = None
    due_on: date | None = None
