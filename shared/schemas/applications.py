"""Wire contract of applications, grants, objections and what is arranged at once.

Terms: two weeks after an application (Wmo 2.3.5 lid 2), suspended while something is missing
(Awb 4:15), extended once (Awb 4:14), six weeks to object (Awb 6:7), at once where it cannot wait
(Wmo 2.3.3), looked at again (Wmo 2.3.9). The weeks are data of the stelsel.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.access import AccessNextAction
from shared.schemas.base import (
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Text,
    Version,
)
from shared.schemas.plans import DisclosedPerson
from shared.vocabulary import (
    ApplicationStatus,
    GrantEventKind,
    GrantForm,
    GrantStatus,
    MandateStanding,
    ObjectionStatus,
    TemporaryProvisionStatus,
    Urgency,
)


class ApplicationCreate(RequestModel):
    """Ask for a formal decision. Always possible: also after a no, also beside the route.

    Exactly one of `planId` and `householdId` (no plan yet). `referralId` where it is about a
    request; a grant can also be asked without one (pgb, aids).
    """

    plan_id: UUID | None = None
    household_id: UUID | None = None
    support_item_id: UUID | None = None
    person_id: UUID
    referral_id: UUID | None = None
    voorziening: Code
    form: GrantForm = GrantForm.ZIN
    received_on: OptionalDate = None
    reason: Text
    advice: Text | None = Field(None, description="What the team advises the municipality.")


class SuspensionCreate(RequestModel):
    """Something is missing that only the person can give (Awb 4:15): the term stands still."""

    missing: Text
    until: date = Field(description="Until when the person may hand it in.")


class ResumptionCreate(RequestModel):
    """It came in, or the time for it is over: the term runs on."""

    on: OptionalDate = None


class ExtensionCreate(RequestModel):
    """The decision needs more time, once, with a reason the person is told (Awb 4:14)."""

    until: date
    reason: Text


class DecisionCreate(RequestModel):
    """The formal decision (beschikking), with its reasons and what now in plain Dutch."""

    granted: bool
    reference: Line = Field(description="Of the beschikking in the municipality's own register.")
    reasons: Text
    what_now: Text
    decided_on: OptionalDate = None
    form: GrantForm | None = None
    valid_from: OptionalDate = None
    valid_until: OptionalDate = None
    reexamination_on: OptionalDate = None


class ApplicationWithdrawalCreate(RequestModel):
    """The person does not want a decision any more."""

    reason: Text | None = None


class TermRead(ResponseModel):
    """A legal term: since when, until when now, how long it stood still, and when it was met."""

    code: str
    article: str
    started_on: date
    due_on: date
    suspended_days: int
    extended_until: OptionalDate
    met_on: OptionalDate
    overdue: bool


class GrantProjectionGoal(ResponseModel):
    """A goal of the plan as the grantor may read it."""

    domain: str
    text: str


class GrantProjection(ResponseModel):
    """What the grantor may know of a plan: members concerned, goals, the item; no journal.

    Composed by plans with the authority of who applies, frozen with the application (design 8).
    """

    plan_id: UUID | None
    household_id: UUID
    person_id: UUID
    same_support_item_ids: tuple[UUID, ...] = ()
    composed_at: Moment
    persons: tuple[DisclosedPerson, ...]
    goals: tuple[GrantProjectionGoal, ...]
    description: str | None
    lighter_steps: tuple[str, ...]


class GrantProjectionRequest(RequestModel):
    """Compose what the grantor may know, for this person and this support item.

    Without a person it is for whose help the support item is. With `voorziening` it names the items
    of the open plan that are about the same.
    """

    person_id: UUID | None = None
    support_item_id: UUID | None = None
    voorziening: Code | None = None


class DecisionRead(ResponseModel):
    """The formal decision, with the last day to object and who helps for free."""

    granted: bool
    reference: str
    reasons: str
    what_now: str
    decided_by: str
    decided_on: date
    object_until: date
    how_to_object: str


class ObjectionRead(ResponseModel):
    """An objection and what came of it; `inTime` says whether it came before the term was over."""

    id: UUID
    version: Version
    application_id: UUID
    status: ObjectionStatus
    lodged_on: date
    in_time: bool
    grounds: str
    outcome: str | None
    decided_on: OptionalDate


class ApplicationRead(ResponseModel):
    """An application with its terms, its decision and its objections."""

    id: UUID
    version: Version
    status: ApplicationStatus
    plan_id: UUID | None
    household_id: UUID
    support_item_id: UUID | None
    person_id: UUID
    referral_id: UUID | None
    voorziening: str
    form: GrantForm
    decided_by_party: str
    received_on: date
    reason: str
    advice: str | None
    suspended_for: str | None
    terms: tuple[TermRead, ...]
    projection: GrantProjection | None
    decision: DecisionRead | None
    grant_id: UUID | None
    objections: tuple[ObjectionRead, ...]
    next_actions: tuple[AccessNextAction, ...]


class ApplicationInShort(ResponseModel):
    """One line of the grantor's list: nearest term first, nobody recognisable."""

    id: UUID
    version: Version
    status: ApplicationStatus
    voorziening: str
    form: GrantForm
    received_on: date
    due_on: date
    overdue: bool
    objection_open: bool


class ObjectionCreate(RequestModel):
    """Object to the decision. Too late is written down as such; it is never refused here."""

    lodged_on: OptionalDate = None
    grounds: Text


class ObjectionOutcomeCreate(RequestModel):
    """What came of it. Upheld: a decision in its place follows on the same application."""

    outcome: Literal["upheld", "partly_upheld", "rejected", "withdrawn"]
    reasons: Text


class GrantChangeCreate(RequestModel):
    """Change a running grant; what is left out stays. With reference and reasons (Wmo 2.3.9)."""

    reference: Line
    reasons: Text
    valid_until: OptionalDate = None
    form: GrantForm | None = None
    reexamination_on: OptionalDate = None


class ReexaminationCreate(RequestModel):
    """The grant was looked at again (Wmo 2.3.9)."""

    outcome: Literal["continues", "to_be_changed", "to_be_withdrawn"]
    text: Text
    next_on: OptionalDate = None


class GrantWithdrawalCreate(RequestModel):
    """Withdraw a grant, with ground, reference and what now (Wmo 2.3.10)."""

    on: date
    reference: Line
    reasons: Text
    what_now: Text


class GrantEventRead(ResponseModel):
    """One thing that happened to a grant, append-only."""

    at: Moment
    kind: GrantEventKind
    reference: str | None
    text: str | None
    actor: str


class GrantRead(ResponseModel):
    """A grant: what, in which form, from when until when, when it is looked at again."""

    id: UUID
    version: Version
    status: GrantStatus
    application_id: UUID
    referral_id: UUID | None
    plan_id: UUID | None
    household_id: UUID
    support_item_id: UUID | None
    person_id: UUID
    voorziening: str
    form: GrantForm
    reference: str
    valid_from: date
    valid_until: OptionalDate
    reexamination_on: OptionalDate
    events: tuple[GrantEventRead, ...]


class TemporaryProvisionCreate(RequestModel):
    """Arrange help at once by the officer who has the mandate (Wmo 2.3.3).

    Exactly one of `contactId` (nobody is known yet), `householdId` and `planId`. Where a place is
    taken, the contract and location it is at. Everything that must follow is listed with its date.
    """

    voorziening: Code
    contact_id: UUID | None = None
    household_id: UUID | None = None
    plan_id: UUID | None = None
    urgency: Urgency = Urgency.CRISIS
    reason: Text
    facts_seen: Text | None = None
    persons: Annotated[int, Field(ge=1, le=20)] = 1
    children: Annotated[int, Field(ge=0, le=20)] = 0
    contract_id: UUID | None = None
    location_id: UUID | None = None
    starts_at: Moment | None = None
    until: OptionalDate = None


class TemporaryFollowUpCreate(RequestModel):
    """One thing that was owed is done: plan, investigation, decision, children told."""

    code: Code
    record_id: UUID | None = None
    note: Text | None = None


class MandateConfirmationCreate(RequestModel):
    """Who arranged this had the mandate, though the roster does not say so (Wmo 2.6.3)."""

    note: Text | None = None


class TemporaryEndingCreate(RequestModel):
    """The temporary help ended: because something lasting took its place, or for another reason."""

    code: Code
    on: date
    text: Text | None = None


class Owed(ResponseModel):
    """Something that must follow: what, by which rule, until when, and whether it is done."""

    id: UUID
    code: str
    label: str
    source: str
    due_on: date
    done_at: Moment | None
    overdue: bool


class TemporaryProvisionRead(ResponseModel):
    """Help arranged at once, with everything that is still owed. `overdue`: past its last day.

    `mandate`: whether the duty roster says that `decidedBy` had the mandate. Who grants and looks
    only at that reads no story: `reason` and `factsSeen` are null.
    """

    id: UUID
    version: Version
    status: TemporaryProvisionStatus
    voorziening: str
    contact_id: UUID | None
    household_id: UUID | None
    plan_id: UUID | None
    reason: str | None
    facts_seen: str | None
    persons: int
    children: int
    contract_id: UUID | None
    location_id: UUID | None
    reservation_id: UUID | None
    starts_at: Moment
    until: date
    overdue: bool
    decided_by: str
    decided_at: Moment
    mandate: MandateStanding
    ended_on: OptionalDate
    ending_code: str | None
    owed: tuple[Owed, ...]
