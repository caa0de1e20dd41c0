"""Wire contract of the referrals service: the request, and one provider after another."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.access import AccessCheckAnswer, AccessFacts, AccessNextAction
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
from shared.schemas.continuity import (
    AftercareRead,
    ContinuityRead,
    RecallRead,
    ReturnAgreementRead,
)
from shared.schemas.contributions import ContributionRead
from shared.schemas.duty import RecordedHow
from shared.schemas.plans import Identity, NeedProfile
from shared.vocabulary import (
    AttemptStatus,
    DeclinedBy,
    InvolvementHow,
    ReferralStatus,
    SharingBasis,
    Urgency,
)

Codes = Annotated[tuple[Code, ...], Field(max_length=10)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class Weighing(RequestModel):
    """One weighing as the worker made it: which condition, what came out, why (AMS-REF-02)."""

    condition: Code
    considered: bool
    outcome: Line
    motivation: Text


class Wishes(RequestModel):
    """What the person asks of the offer; it travels with the need profile."""

    days: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    target_group: Code | None = None
    language: Code | None = None
    wheelchair_accessible: bool = False


class ReferralCreate(RequestModel):
    """Ask for a voorziening, by the right door: on the plan, or without a plan.

    On the plan: `planId` and `supportItemId`. Without one, where the door asks for none:
    `householdId`, `personId` and `need` (what this person needs, in plain words), and `contactId`
    when it came from a contact. The access check is made here, frozen on the request and answered
    with its reasons. `facts` may repeat what was asked in an access check; `hasPlan` and `age` are
    read from plans.
    """

    plan_id: UUID | None = None
    support_item_id: UUID | None = None
    household_id: UUID | None = None
    person_id: UUID | None = None
    need: Text | None = None
    contact_id: UUID | None = None
    voorziening: Code
    entry: Code
    urgency: Urgency = Urgency.NORMAL
    first_contact_on: OptionalDate = None
    facts: AccessFacts = Field(default_factory=AccessFacts)
    weighings: Annotated[tuple[Weighing, ...], Field(max_length=20)] = ()
    wishes: Wishes = Field(default_factory=Wishes)


class Deviation(RequestModel):
    """A motivated departure from a rule: which rule, why, and who agreed (AMS-PLN-23)."""

    rule: Annotated[str, Field(pattern=r"^[A-Z0-9]{3}-[A-Z]{3}-[0-9]{2,3}$")]
    motivation: Annotated[str, Field(min_length=20, max_length=5000)]
    agreed_with: Line


class JudgementCreate(RequestModel):
    """The access judgement of whoever owns it; not the formal grant (DIS-03).

    Of a party other than that of the teams it is a decision: `whatNow` says in plain Dutch what
    happens next, and a yes has a last day (`validUntil`, at most two years ahead).
    """

    admitted: bool
    with_client: bool
    motivation: Text
    what_now: Text | None = None
    valid_until: OptionalDate = None
    weighings: Annotated[tuple[Weighing, ...], Field(max_length=20)] = ()
    deviation: Deviation | None = None


class WeighingsCreate(RequestModel):
    """What was weighed since, before the judgement: each with its outcome and why (AMS-REF-02)."""

    weighings: Annotated[tuple[Weighing, ...], Field(min_length=1, max_length=20)]


class InvolvementCreate(RequestModel):
    """That another party was told, asked or joined, and when (AMS-ACC-07, AMS-REF-14)."""

    party: Code
    how: RecordedHow
    on: date


class ShortlistEntry(RequestModel):
    """One provider the client agreed to, in this order, and on which ground data may be shared."""

    provider_id: UUID
    contract_id: UUID
    location_id: UUID
    basis: SharingBasis


class ShortlistCreate(RequestModel):
    """The shortlist the client agreed to: offers go along it and nowhere else.

    `contributionToldOn`: when the client was told what it costs; that comes before agreeing.
    """

    entries: Annotated[tuple[ShortlistEntry, ...], Field(min_length=1, max_length=10)]
    agreed_by: UUID
    agreed_on: date
    how: Line
    contribution_told_on: OptionalDate = None


class OfferCreate(RequestModel):
    """Offer to the next provider of the shortlist. No field: the order was agreed."""


class EndingCreate(RequestModel):
    """End a request before delivery, with a code: `withdrawn`, `no_longer_needed`, …"""

    code: Code
    motivation: Text


class CancellationCreate(RequestModel):
    """The team takes back what was asked of one provider, with a code of `cancelCodes`."""

    code: Code


class WeighingRead(ResponseModel):
    """A weighing, and who made it when."""

    condition: str
    considered: bool
    outcome: str
    motivation: str
    made_by: str
    made_at: Moment


class JudgementRead(ResponseModel):
    """The judgement, by whom and with whom, what happens next and how to ask a formal decision."""

    admitted: bool
    judged_by: str
    judge: str
    with_client: bool
    motivation: str
    what_now: str | None
    valid_until: OptionalDate
    how_to_ask: str
    next_actions: tuple[AccessNextAction, ...]
    at: Moment


class InvolvedRead(ResponseModel):
    """A party that may or must be around this, and since when it was told; null: not yet.

    `takenUpAt`: when the party itself said that it took it up.
    """

    party: str
    duty: Literal["may", "must"] | None
    how: InvolvementHow | None
    informed_on: OptionalDate
    informed_at: Moment | None
    taken_up_at: Moment | None = None


class ShortlistEntryRead(ResponseModel):
    """One provider of the shortlist."""

    provider_id: UUID
    contract_id: UUID
    location_id: UUID
    basis: SharingBasis


class ShortlistRead(ResponseModel):
    """The shortlist that the client agreed to."""

    entries: tuple[ShortlistEntryRead, ...]
    agreed_by: UUID
    agreed_on: date
    how: str


class AttemptInShort(ResponseModel):
    """One attempt as the coordinator sees it on the referral."""

    id: UUID
    provider_id: UUID
    status: AttemptStatus
    offered_at: Moment
    decided_at: Moment | None
    code: str | None
    intake_at: Moment | None
    started_on: OptionalDate
    round: int = 1


class ReferralStep(ResponseModel):
    """One transition, append-only. A step nobody owns is there too, marked as skipped."""

    at: Moment
    previous: ReferralStatus | None
    status: ReferralStatus
    code: str | None
    actor: str
    skipped: bool


class ReferralRead(ResponseModel):
    """A request with everything the coordinator may see: reasons, attempts and every step.

    Without a plan there is no coordinator: `need` says what is asked, and for whom. `judgeParty`
    judges; `placingParty` finds the place, null: the team. `toTell`: parties that must be involved,
    that nobody told, and that hear of nothing by themselves. A recall raises `round`: providers are
    asked anew, first contact and urgency stay.
    """

    id: UUID
    version: Version
    household_id: UUID
    plan_id: UUID | None
    support_item_id: UUID | None
    person_id: UUID | None
    need: str | None
    contact_id: UUID | None
    voorziening: str
    entry: str
    status: ReferralStatus
    urgency: Urgency
    coordinator: str | None
    judge_party: str | None
    placing_party: str | None
    first_contact_on: date
    created_at: Moment
    access_check: AccessCheckAnswer
    weighings: tuple[WeighingRead, ...]
    judgement: JudgementRead | None
    contribution: ContributionRead | None
    involved: tuple[InvolvedRead, ...]
    to_tell: tuple[str, ...] = ()
    shortlist: ShortlistRead | None
    attempts: tuple[AttemptInShort, ...]
    steps: tuple[ReferralStep, ...]
    round: int = 1
    return_agreement: ReturnAgreementRead | None = None
    aftercare: AftercareRead | None = None
    recalls: tuple[RecallRead, ...] = ()
    continuity: ContinuityRead | None = None


class AttemptRead(ResponseModel):
    """An offer as the addressed provider sees it: first the need, after acceptance the identity.

    After decline, lapse or cancellation nothing of it can be read any more. `firstContactOn` and
    the urgency stay those of the request, whoever declined before. Who said yes sees on which day
    this help ends, as far as that is known, and what was agreed on going back to the team.
    """

    id: UUID
    version: Version
    referral_id: UUID
    voorziening: str
    status: AttemptStatus
    urgency: Urgency
    first_contact_on: date
    offered_at: Moment
    location_id: UUID
    wishes_days: tuple[int, ...]
    target_group: str | None
    language: str | None
    wheelchair_accessible: bool
    need_profile: NeedProfile
    identity: Identity | None
    intake_at: Moment | None
    intake_place: str | None
    started_on: OptionalDate
    stopped_on: OptionalDate
    ends_on: OptionalDate = None
    return_agreement: ReturnAgreementRead | None = None


class AttemptReceipt(ResponseModel):
    """What is left to see after a decline: that it is closed, and with which code."""

    id: UUID
    version: Version
    status: AttemptStatus
    code: str | None


class InboxItem(ResponseModel):
    """One line of a provider's inbox: no need profile, no identity."""

    id: UUID
    version: Version
    voorziening: str
    status: AttemptStatus
    urgency: Urgency
    first_contact_on: date
    offered_at: Moment
    location_id: UUID
    intake_at: Moment | None


class DeclineCreate(RequestModel):
    """No, with a code of the stelsel; its consequence follows from the code."""

    declined_by: DeclinedBy = DeclinedBy.PROVIDER
    code: Code
    note: Text | None = None


class AcceptanceCreate(RequestModel):
    """Yes: a place is held in the registry, and the identity is disclosed."""

    note: Text | None = None


class IntakeAppointmentCreate(RequestModel):
    """When and where the provider meets the person for the first time."""

    at: Moment
    place: Line


class StartCreate(RequestModel):
    """Delivery has begun."""

    on: date


class StopCreate(RequestModel):
    """Delivery has ended, with a code."""

    on: date
    code: Code


class CoordinationRead(ResponseModel):
    """That the caller's provider works with this coordinator now: no person, no referral."""

    coordinator: str
    attempts: int
