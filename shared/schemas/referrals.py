"""Wire contract of the referrals service: the request, and one provider after another."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas.access import AccessCheckAnswer, AccessFacts
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
from shared.schemas.plans import Identity, NeedProfile
from shared.vocabulary import (
    AttemptStatus,
    DeclinedBy,
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
    """Ask for a voorziening on the plan, by the right door.

    The access check is made here, frozen on the request and answered with its reasons. `facts`
    may repeat what was asked in an access check; `hasPlan` and `age` are read from the plan.
    """

    plan_id: UUID
    support_item_id: UUID
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
    """The access judgement of whoever owns it; not the formal grant (DIS-03)."""

    admitted: bool
    with_client: bool
    motivation: Text
    weighings: Annotated[tuple[Weighing, ...], Field(max_length=20)] = ()
    deviation: Deviation | None = None


class ShortlistEntry(RequestModel):
    """One provider the client agreed to, in this order, and on which ground data may be shared."""

    provider_id: UUID
    contract_id: UUID
    location_id: UUID
    basis: SharingBasis


class ShortlistCreate(RequestModel):
    """The shortlist the client agreed to: offers go along it and nowhere else."""

    entries: Annotated[tuple[ShortlistEntry, ...], Field(min_length=1, max_length=10)]
    agreed_by: UUID
    agreed_on: date
    how: Line


class OfferCreate(RequestModel):
    """Offer to the next provider of the shortlist. No field: the order was agreed."""


class EndingCreate(RequestModel):
    """End a request before delivery, with a code: `withdrawn`, `no_longer_needed`, …"""

    code: Code
    motivation: Text


class WeighingRead(ResponseModel):
    """A weighing, and who made it when."""

    condition: str
    considered: bool
    outcome: str
    motivation: str
    made_by: str
    made_at: Moment


class JudgementRead(ResponseModel):
    """The judgement, by whom and with whom."""

    admitted: bool
    judged_by: str
    judge: str
    with_client: bool
    motivation: str
    at: Moment


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


class ReferralStep(ResponseModel):
    """One transition, append-only. A step nobody owns is there too, marked as skipped."""

    at: Moment
    previous: ReferralStatus | None
    status: ReferralStatus
    code: str | None
    actor: str
    skipped: bool


class ReferralRead(ResponseModel):
    """A request with everything the coordinator may see: reasons, attempts and every step."""

    id: UUID
    version: Version
    plan_id: UUID
    support_item_id: UUID
    voorziening: str
    entry: str
    status: ReferralStatus
    urgency: Urgency
    coordinator: str
    first_contact_on: date
    created_at: Moment
    access_check: AccessCheckAnswer
    weighings: tuple[WeighingRead, ...]
    judgement: JudgementRead | None
    shortlist: ShortlistRead | None
    attempts: tuple[AttemptInShort, ...]
    steps: tuple[ReferralStep, ...]


class AttemptRead(ResponseModel):
    """An offer as the addressed provider sees it: first the need, after acceptance the identity.

    After decline, lapse or cancellation nothing of it can be read any more. `firstContactOn` and
    the urgency stay those of the request, whoever declined before.
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


class CodeRead(ResponseModel):
    """One code with its Dutch label."""

    code: str
    label: str


class CodeList(ResponseModel):
    """A list of codes of the loaded stelsel, stable once released."""

    name: str
    codes: tuple[CodeRead, ...]


class CodesRead(ResponseModel):
    """Every code list of the loaded stelsel."""

    stelsel: str
    version: str
    lists: tuple[CodeList, ...]


class CoordinationRead(ResponseModel):
    """That the caller's provider works with this coordinator now: no person, no referral."""

    coordinator: str
    attempts: int
