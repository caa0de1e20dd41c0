"""Wire contract of the plans service: one household, one plan, one coordinator."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Subject,
    Text,
    Version,
)
from shared.schemas.events import CirclePerson
from shared.schemas.persons import AddressRead, HouseholdRead
from shared.vocabulary import (
    AgreementAnswer,
    CirclePart,
    EndCause,
    EvaluationDecision,
    GoalStatus,
    PlanStatus,
    RegieHolder,
    SharingBasis,
    SupportStatus,
    WorkItemKind,
)

Ids = Annotated[tuple[UUID, ...], Field(max_length=20)]


class PlanCreate(RequestModel):
    """Open the one plan of a household. Few fields, on purpose (AMS-PLN-21)."""

    household_id: UUID
    coordinator: Subject | None = None
    regie_holder: RegieHolder = RegieHolder.CLIENT
    contact_id: UUID | None = None
    direction: Text | None = None
    problems: Text | None = None
    possibilities: Text | None = None


class PlanChange(RequestModel):
    """Change what the plan says; a field left out stays as it is."""

    regie_holder: RegieHolder | None = None
    direction: Text | None = None
    problems: Text | None = None
    possibilities: Text | None = None


class PlanRead(ResponseModel):
    """The plan in short, as the answer to a change of it."""

    id: UUID
    version: Version
    household_id: UUID
    team_id: UUID | None
    status: PlanStatus
    coordinator: str
    regie_holder: RegieHolder
    opened_at: Moment


class GoalCreate(RequestModel):
    """What the household wants to reach, in a life domain, for whom."""

    domain: Code
    text: Text
    member_ids: Ids = ()
    wanted_result: Text | None = None


class GoalChange(RequestModel):
    """A goal reached or dropped, or said better."""

    text: Text | None = None
    wanted_result: Text | None = None
    status: GoalStatus | None = None


class GoalRead(ResponseModel):
    """A goal on the plan."""

    id: UUID
    version: Version
    plan_id: UUID
    domain: str
    text: str
    member_ids: tuple[UUID, ...]
    wanted_result: str | None
    status: GoalStatus


class LighterStep(RequestModel):
    """A lighter step of the ladder that was weighed, and why it is not enough (AMS-PLN-42)."""

    step: Code
    motivation: Text


class SupportItemCreate(RequestModel):
    """Help for one or more goals, as light as fits (AMS-INT-33).

    Every step of the ladder below `ladder_step` is named in `lighter_steps` with its weighing.
    `voorziening` is needed where a referral follows.
    """

    goal_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]
    ladder_step: Code
    description: Text
    result: Text | None = None
    voorziening: Code | None = None
    lighter_steps: Annotated[tuple[LighterStep, ...], Field(max_length=10)] = ()


class SupportItemRead(ResponseModel):
    """Help on the plan. With a referral, `status` follows that referral."""

    id: UUID
    version: Version
    plan_id: UUID
    goal_ids: tuple[UUID, ...]
    ladder_step: str
    description: str
    result: str | None
    voorziening: str | None
    status: SupportStatus
    referral_id: UUID | None
    referral_status: str | None
    changed_on: date


class MemberAgreement(RequestModel):
    """What one member says of the plan, and how they said it."""

    person_id: UUID
    answer: AgreementAnswer
    how: Line
    on: OptionalDate = None


class AgreementCreate(RequestModel):
    """The answers of the members. The plan runs without all of them (OPN-39)."""

    answers: Annotated[tuple[MemberAgreement, ...], Field(min_length=1, max_length=20)]


class AgreementRead(ResponseModel):
    """The latest answer of each member."""

    plan_id: UUID
    agreed: bool
    answers: tuple["MemberAgreementRead", ...]


class MemberAgreementRead(ResponseModel):
    """The latest answer of one member."""

    person_id: UUID
    answer: AgreementAnswer
    how: str
    on: date


class EvaluationMomentCreate(RequestModel):
    """When the plan is looked at again. Without a date: the interval of the stelsel (OPN-25)."""

    on: OptionalDate = None


class EvaluationMomentRead(ResponseModel):
    """A moment on which the plan is looked at again (AMS-PLN-08)."""

    id: UUID
    plan_id: UUID
    on: date
    held: bool


class ItemDecision(RequestModel):
    """What happens with one support item (AMS-PLN-10). A change says what it becomes."""

    support_item_id: UUID
    decision: EvaluationDecision
    motivation: Text
    new_description: Text | None = None


class EvaluationCreate(RequestModel):
    """An evaluation held: every running item gets a decision, and a next moment is set."""

    moment_id: UUID | None = None
    with_client: bool
    decisions: Annotated[tuple[ItemDecision, ...], Field(min_length=1, max_length=50)]
    next_on: OptionalDate = None


class EvaluationRead(ResponseModel):
    """An evaluation that was held."""

    id: UUID
    plan_id: UUID
    held_on: date
    with_client: bool
    decisions: tuple["ItemDecisionRead", ...]
    next_moment: EvaluationMomentRead


class ItemDecisionRead(ResponseModel):
    """What was decided about one support item."""

    support_item_id: UUID
    decision: EvaluationDecision
    motivation: str


class CoordinatorChange(RequestModel):
    """Another coordinator from now on; the old one ends at the same moment."""

    coordinator: Subject
    reason: Text


class CircleMemberCreate(RequestModel):
    """Engage somebody on the plan. A specialist is called in, never handed over (AMS-PLN-12)."""

    subject: Subject
    part: Literal[CirclePart.WORKER, CirclePart.SPECIALIST, CirclePart.OKT]
    reason: Text


class CircleRead(ResponseModel):
    """Who is around the plan now, and the sequence number of this state."""

    plan_id: UUID
    household_id: UUID
    team_id: UUID | None
    open: bool
    sequence: int
    circle: tuple[CirclePerson, ...]


class TimelineEntry(ResponseModel):
    """One thing that happened around the plan, without text about a person."""

    at: Moment
    kind: str
    code: str | None = None
    subject_id: UUID | None = None
    actor: str | None = None


class GapRead(ResponseModel):
    """Open goals whose help has ended, or ends soon, with nothing to follow it (AMS-PLN-32).

    `from` is the last day of that help, `cause` by what it ends.
    """

    support_item_id: UUID
    goal_ids: tuple[UUID, ...]
    cause: EndCause
    from_day: Annotated[date, Field(alias="from")]


class PlanView(ResponseModel):
    """The plan with everything that this caller may see: the worker's screen, in one answer."""

    id: UUID
    version: Version
    status: PlanStatus
    team_id: UUID | None
    coordinator: str
    regie_holder: RegieHolder
    direction: str | None
    problems: str | None
    possibilities: str | None
    opened_at: Moment
    closed_at: Moment | None
    household: HouseholdRead
    circle: tuple[CirclePerson, ...]
    goals: tuple[GoalRead, ...]
    support_items: tuple[SupportItemRead, ...]
    gaps: tuple[GapRead, ...]
    agreements: tuple[MemberAgreementRead, ...]
    evaluation_moments: tuple[EvaluationMomentRead, ...]
    evaluations: tuple[EvaluationRead, ...]
    timeline: tuple[TimelineEntry, ...]


class WorkItemRead(ResponseModel):
    """Something that lies on a desk: why, whose, until when."""

    id: UUID
    version: Version
    kind: WorkItemKind
    plan_id: UUID | None
    about_id: UUID
    code: str | None
    owner: str | None
    team_id: UUID | None
    due_on: date
    done_at: Moment | None
    created_at: Moment


class ReferralBasis(ResponseModel):
    """What referrals needs of a plan before it may lead somebody anywhere. No name in it."""

    plan_id: UUID
    version: Version
    open: bool
    agreed: bool
    coordinator: str
    circle: CircleRead
    support_item_id: UUID
    support_item_status: SupportStatus
    voorziening: str | None
    member_ids: tuple[UUID, ...]
    stadsdeel: str | None
    wijk: str | None
    age: int | None


class PackageRequest(RequestModel):
    """Compose what one provider may hear, on which ground; recorded as a disclosure.

    Or what one party of the stelsel may: exactly one of both is named. Of a party no consent is on
    record: that the person agreed is what the worker says with `basis`.
    """

    support_item_id: UUID
    provider_id: UUID | None = None
    party: Code | None = None
    basis: SharingBasis


class NeedProfile(ResponseModel):
    """Stage one, the offer: enough to say yes or no, nobody recognisable (design 8)."""

    goals: tuple[str, ...]
    age_band: str | None
    stadsdeel: AreaCode | None
    wijk: AreaCode | None
    language: str | None
    household_size: int


class DisclosedPerson(ResponseModel):
    """One person as the delivering provider knows them. A shielded address is left out."""

    person_id: UUID
    given_names: str | None
    surname: str
    birth_date: OptionalDate
    bsn: str | None
    phone: str | None
    address: AddressRead | None
    address_shielded: bool


class Identity(ResponseModel):
    """Stage two, the acceptance: who it is and what delivery needs (design 8)."""

    persons: tuple[DisclosedPerson, ...]
    coordinator: str
    result: str | None


class DisclosurePackage(ResponseModel):
    """Both stages, composed at one moment from the field set of this route.

    Of somebody who is led without an item of a plan there is no `supportItemId`.
    """

    plan_id: UUID | None = None
    support_item_id: UUID | None = None
    provider_id: UUID | None = None
    party: str | None = None
    composed_at: Moment
    need_profile: NeedProfile
    identity: Identity
    valid_until: OptionalDate = None
