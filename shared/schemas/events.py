"""What services tell each other: CloudEvents (NL GOV profile 1.1) with opaque ids only.

An event carries the new state and its code, the time and a sequence number per subject, so that a
receiver applies it without asking. It never carries a name, a number or a text about a person.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.schemas.base import Code, Moment, RequestModel, ResponseModel, Subject
from shared.schemas.urgent_events import (
    DUTY_SHIFT_CHANGED,
    REFERRAL_INVOLVED,
    TEMPORARY_PROVISION_MOVED,
    DutyShiftChanged,
    EventData,
    ReferralInvolved,
    TemporaryProvisionMoved,
)
from shared.vocabulary import (
    ApplicationStatus,
    AttemptStatus,
    CirclePart,
    ConsultationStatus,
    DayKind,
    GrantEventKind,
    GrantStatus,
    PlanStatus,
    ReferralStatus,
    ServiceName,
    ServiceRequestStatus,
    WorkItemKind,
)

CIRCLE_CHANGED: Final = "nl.wmo.plan.circle-changed"
CONTACT_REDIRECTED: Final = "nl.wmo.contact.redirected"
CONTACT_TAKEN_UP: Final = "nl.wmo.contact.taken-up"
CONTACT_LINKED: Final = "nl.wmo.contact.linked"
REFERRAL_MOVED: Final = "nl.wmo.referral.moved"
ATTEMPT_MOVED: Final = "nl.wmo.attempt.moved"
REFERRAL_NOTED: Final = "nl.wmo.referral.noted"
CONTACT_CONCLUDED: Final = "nl.wmo.contact.concluded"
PLAN_OPENED: Final = "nl.wmo.plan.opened"
PLAN_CHANGED: Final = "nl.wmo.plan.changed"
PLAN_CLOSED: Final = "nl.wmo.plan.closed"
CAPACITY_RELEASED: Final = "nl.wmo.capacity.released"
RESERVATION_LAPSED: Final = "nl.wmo.reservation.lapsed"
CONTRACT_ENDED: Final = "nl.wmo.contract.ended"
PROVIDER_SUSPENDED: Final = "nl.wmo.provider.suspended"
CONSENT_REVOKED: Final = "nl.wmo.consent.revoked"
CONSENT_CLOSED: Final = "nl.wmo.consent.closed"
CONSULTATION_MOVED: Final = "nl.wmo.consultation.moved"
SERVICE_REQUEST_MOVED: Final = "nl.wmo.service.moved"
APPLICATION_MOVED: Final = "nl.wmo.application.moved"
GRANT_MOVED: Final = "nl.wmo.grant.moved"


class CirclePerson(EventData):
    """One worker around a plan, from-until."""

    subject: Subject
    part: CirclePart
    valid_from: Moment
    valid_until: Moment | None = None


class CircleChanged(EventData):
    """The whole circle of a plan, each time: order and parking do no harm (design 7)."""

    plan_id: UUID
    household_id: UUID
    team_id: UUID | None = None
    open: bool
    circle: tuple[CirclePerson, ...]


class ContactRedirected(EventData):
    """A contact was carried over to another door, with its story and its first date (OPN-10)."""

    contact_id: UUID
    carried_to: UUID
    to_party: Code
    to_team_id: UUID | None = None
    plan_id: UUID | None = None


class ContactTakenUp(EventData):
    """Somebody took up a contact that was carried over."""

    contact_id: UUID
    carried_from: UUID
    plan_id: UUID | None = None


class ContactLinked(EventData):
    """A contact was linked to a household: a party beside the teams may lead it from now on, and
    what was arranged for it, or for what it was `carried` over from, finds its household. `helper`
    is the client support that took it in, where the person authorised them to ask a decision."""

    contact_id: UUID
    carried: tuple[UUID, ...] = ()
    household_id: UUID
    person_id: UUID | None = None
    helper: Subject | None = None
    party: Code
    linked_by: Subject


class ReferralMoved(EventData):
    """A referral went to another state.

    Without a plan it is known by its household. `judgeParty` and `placingParty` are the parties
    outside the teams that judge it and place for it (AMS-REF-05), `contactId` the contact at intake
    it came from. `days` are all days that its plan must know now (AMS-REF-17): told again when one
    of them changes, with the state as it was.
    """

    referral_id: UUID
    household_id: UUID | None = None
    plan_id: UUID | None = None
    support_item_id: UUID | None = None
    contact_id: UUID | None = None
    judge_party: Code | None = None
    placing_party: Code | None = None
    voorziening: Code
    previous: ReferralStatus | None = None
    status: ReferralStatus
    code: Code | None = None
    skipped: bool = False
    days: tuple["KnownDay", ...] = ()


class KnownDay(EventData):
    """A day around a request: when its help ends, by what, or when somebody must be spoken to."""

    kind: DayKind
    on: date


class AttemptMoved(EventData):
    """One provider's answer, or ours to that provider."""

    attempt_id: UUID
    referral_id: UUID
    plan_id: UUID
    support_item_id: UUID | None = None
    provider_id: UUID
    previous: AttemptStatus | None = None
    status: AttemptStatus
    code: Code | None = None


class ReferralNoted(EventData):
    """Something that a person must look at, around a referral or a provider's own registration."""

    referral_id: UUID | None = None
    plan_id: UUID
    support_item_id: UUID | None = None
    about_id: UUID
    provider_id: UUID | None = None
    kind: WorkItemKind
    code: Code


class ContactConcluded(EventData):
    """A contact ended in a plan."""

    contact_id: UUID
    plan_id: UUID
    outcome: Code


class PlanState(EventData):
    """Where a plan stands."""

    plan_id: UUID
    status: PlanStatus


class CapacityReleased(EventData):
    """There is room again where there was none."""

    capacity_id: UUID
    contract_id: UUID
    provider_id: UUID
    voorziening: Code
    places_free: int


class ReservationLapsed(EventData):
    """Help did not begin in time: the place that was held is free for somebody else."""

    reservation_id: UUID
    attempt_id: UUID


class ContractEnded(EventData):
    """A contract holds no more (`ended`), holds again, or its last day is known (`endsOn`)."""

    contract_id: UUID
    provider_id: UUID
    ended: bool
    code: Code
    ends_on: date | None = None


class ProviderSuspended(EventData):
    """A provider may not be asked any more (`suspended`), or may be asked again."""

    provider_id: UUID
    suspended: bool
    code: Code


class ConsentRevoked(EventData):
    """Somebody takes back that a provider may receive the data of one person."""

    consent_id: UUID
    plan_id: UUID
    person_id: UUID
    provider_id: UUID


class ConsentClosed(EventData):
    """Nothing of this consent can be read by the provider any more."""

    consent_id: UUID
    plan_id: UUID


class ConsultationMoved(EventData):
    """A consultation on a plan went to another state."""

    consultation_id: UUID
    plan_id: UUID
    to_party: Code
    status: ConsultationStatus


class ServiceRequestMoved(EventData):
    """A light request went to another state. `takenUpBy` joins the circle where it is called in."""

    service_request_id: UUID
    plan_id: UUID
    support_item_id: UUID
    voorziening: Code
    kind: Code
    party: Code
    status: ServiceRequestStatus
    taken_up_by: Subject | None = None
    code: Code | None = None


class ApplicationMoved(EventData):
    """An application on a plan went to another state, or its term did."""

    application_id: UUID
    plan_id: UUID
    support_item_id: UUID | None = None
    referral_id: UUID | None = None
    status: ApplicationStatus
    due_on: date


class GrantMoved(EventData):
    """Something happened to a grant on a plan: plans keeps its days and warns before them."""

    grant_id: UUID
    plan_id: UUID
    support_item_id: UUID | None = None
    referral_id: UUID | None = None
    status: GrantStatus
    kind: GrantEventKind
    valid_until: date | None = None
    reexamination_on: date | None = None


EVENTS: Final[Mapping[str, type[EventData]]] = {
    CIRCLE_CHANGED: CircleChanged,
    CONTACT_REDIRECTED: ContactRedirected,
    CONTACT_TAKEN_UP: ContactTakenUp,
    CONTACT_LINKED: ContactLinked,
    REFERRAL_MOVED: ReferralMoved,
    ATTEMPT_MOVED: AttemptMoved,
    REFERRAL_NOTED: ReferralNoted,
    CONTACT_CONCLUDED: ContactConcluded,
    PLAN_OPENED: PlanState,
    PLAN_CHANGED: PlanState,
    PLAN_CLOSED: PlanState,
    CAPACITY_RELEASED: CapacityReleased,
    RESERVATION_LAPSED: ReservationLapsed,
    CONTRACT_ENDED: ContractEnded,
    PROVIDER_SUSPENDED: ProviderSuspended,
    CONSENT_REVOKED: ConsentRevoked,
    CONSENT_CLOSED: ConsentClosed,
    CONSULTATION_MOVED: ConsultationMoved,
    SERVICE_REQUEST_MOVED: ServiceRequestMoved,
    APPLICATION_MOVED: ApplicationMoved,
    GRANT_MOVED: GrantMoved,
    TEMPORARY_PROVISION_MOVED: TemporaryProvisionMoved,
    DUTY_SHIFT_CHANGED: DutyShiftChanged,
    REFERRAL_INVOLVED: ReferralInvolved,
}


OWNERS: Final[Mapping[str, ServiceName]] = {
    CIRCLE_CHANGED: ServiceName.PLANS,
    CONTACT_REDIRECTED: ServiceName.INTAKE,
    CONTACT_TAKEN_UP: ServiceName.INTAKE,
    CONTACT_LINKED: ServiceName.INTAKE,
    REFERRAL_MOVED: ServiceName.REFERRALS,
    ATTEMPT_MOVED: ServiceName.REFERRALS,
    REFERRAL_NOTED: ServiceName.REFERRALS,
    CONTACT_CONCLUDED: ServiceName.INTAKE,
    PLAN_OPENED: ServiceName.PLANS,
    PLAN_CHANGED: ServiceName.PLANS,
    PLAN_CLOSED: ServiceName.PLANS,
    CAPACITY_RELEASED: ServiceName.PROVIDERS,
    RESERVATION_LAPSED: ServiceName.PROVIDERS,
    CONTRACT_ENDED: ServiceName.PROVIDERS,
    PROVIDER_SUSPENDED: ServiceName.PROVIDERS,
    CONSENT_REVOKED: ServiceName.PLANS,
    CONSENT_CLOSED: ServiceName.REFERRALS,
    CONSULTATION_MOVED: ServiceName.REFERRALS,
    SERVICE_REQUEST_MOVED: ServiceName.REFERRALS,
    APPLICATION_MOVED: ServiceName.REFERRALS,
    GRANT_MOVED: ServiceName.REFERRALS,
    TEMPORARY_PROVISION_MOVED: ServiceName.REFERRALS,
    DUTY_SHIFT_CHANGED: ServiceName.INTAKE,
    REFERRAL_INVOLVED: ServiceName.REFERRALS,
}
"""Who may tell what: nobody tells of another's state."""


class CloudEvent(RequestModel):
    """The envelope (CloudEvents 1.0, NL GOV profile). Attribute names are lower case by that spec.

    `sequence` counts per subject from 1; one that is not above the last is ignored.
    """

    model_config = ConfigDict(alias_generator=None, extra="forbid", strict=True, frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: Annotated[str, Field(pattern=r"^urn:nld:buurtteam:(intake|plans|referrals|providers)$")]
    type: Annotated[str, Field(pattern=r"^nl\.wmo\.[a-z]+\.[a-z-]+$", max_length=100)]
    subject: UUID
    time: Moment
    datacontenttype: Literal["application/json"] = "application/json"
    dataref: Annotated[str, Field(max_length=500)] | None = None
    sequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$")]
    data: dict[str, Any]


class EventAccepted(ResponseModel):
    """The event is stored here and will be applied; sending it again has no further effect."""

    id: UUID
    status: Literal["stored"] = "stored"


class AuditRecordRead(ResponseModel):
    """Who did what with the data of one person, household or contact, and on which ground."""

    id: UUID
    at: Moment
    act: str
    operation: str
    activity: str
    subject_kind: str
    subject_id: UUID
    actor: str
    actor_roles: tuple[str, ...]
    actor_organisation: UUID | None
    actor_team: UUID | None
    actor_provider: UUID | None
    client: str
    via: str | None
    grounds: tuple[str, ...]
    trace_id: str
