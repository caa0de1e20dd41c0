"""Wire contract of the intake service: no question is refused, none is lost."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas.base import (
    AreaCode,
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
    Subject,
    Text,
    Version,
)
from shared.schemas.duty import HandbackRead, InvolvementRead, Owed
from shared.schemas.leading import RequestOfContact
from shared.schemas.persons import MemberCreate
from shared.vocabulary import (
    ClarificationStatus,
    ContactStatus,
    RedirectStatus,
    Urgency,
)

Codes = Annotated[tuple[Code, ...], Field(max_length=20)]


class ToldPerson(RequestModel):
    """The person as they told it, or as somebody told it of them. Intake never identifies."""

    given_names: Line | None = None
    surname: Line | None = None
    birth_date: OptionalDate = None
    bsn: Bsn | None = None
    phone: Phone | None = None
    postcode: Postcode | None = None
    house_number: HouseNumber | None = None
    whereabouts: Line | None = None


class Reporter(RequestModel):
    """Who reports, when it is not the person: to confirm the receipt and to tell what follows."""

    kind: Code
    name: Line | None = None
    organisation: Line | None = None
    phone: Phone | None = None
    person_knows: bool | None = None


class ContactCreate(RequestModel):
    """Anything that reaches a team or another door, also without a name (AMS-INT-01).

    `entry` is the party at whose door it came in; `channel` how. `melding` marks a reported need
    for maatschappelijke ondersteuning (Wmo 2015 art. 2.3.2): it starts the legal clock from the
    day of the first contact. `authorisedByPerson`, of independent client support only: the person
    asked them to ask a formal decision, and to object, for them (AMS-ROL-36).
    """

    entry: Code
    channel: Code
    question: Text
    anonymous: bool = False
    melding: bool = False
    urgency: Urgency = Urgency.NORMAL
    first_contact_on: OptionalDate = None
    wijk: AreaCode | None = None
    addressed_to: Code | None = None
    person: ToldPerson | None = None
    reporter: Reporter | None = None
    household_sketch: Text | None = None
    nominated_by_provider_id: UUID | None = None
    voorziening: Code | None = None
    authorised_by_person: bool = False


class ContactChange(RequestModel):
    """What was told later: a name given in the second talk, the sketch of a household.

    What you send replaces that part as it was; what you leave out stays. Somebody who gives a name
    is not anonymous any more.
    """

    person: ToldPerson | None = None
    reporter: Reporter | None = None
    household_sketch: Text | None = None


class LegalClock(ResponseModel):
    """A legal term: what, since when, until when at the latest, and when it was met."""

    code: str
    article: str
    started_on: date
    due_on: date
    met_on: OptionalDate = None


class ToldPersonRead(ResponseModel):
    """The person as told."""

    given_names: str | None = None
    surname: str | None = None
    birth_date: OptionalDate = None
    bsn: str | None = None
    phone: str | None = None
    postcode: str | None = None
    house_number: int | None = None
    whereabouts: str | None = None


class ReporterRead(ResponseModel):
    """Who reported."""

    kind: str
    name: str | None = None
    organisation: str | None = None
    phone: str | None = None
    person_knows: bool | None = None


class ContactRead(ResponseModel):
    """A contact as the team that has it sees it."""

    id: UUID
    version: Version
    status: ContactStatus
    entry: str
    channel: str
    addressed_to: str
    team_id: UUID | None
    assigned_to: str | None
    urgency: Urgency
    anonymous: bool
    melding: bool
    first_contact_on: date
    received_at: Moment
    wijk: str | None
    question: str
    person: ToldPersonRead | None
    reporter: ReporterRead | None
    household_sketch: str | None
    signals: tuple[str, ...]
    markers: tuple[str, ...]
    triage_note: str | None
    nominated_by_provider_id: UUID | None
    voorziening: str | None
    authorised_by_person: bool
    carried_from: UUID | None
    household_id: UUID | None
    person_id: UUID | None
    plan_id: UUID | None
    clarification_id: UUID | None
    outcome: str | None
    advice: str | None
    clocks: tuple[LegalClock, ...]
    involvements: tuple[InvolvementRead, ...] = ()
    owed: tuple[Owed, ...] = ()
    handed_back: HandbackRead | None = None
    requests: tuple[RequestOfContact, ...] = ()


class ContactReceipt(ResponseModel):
    """What whoever reported hears: the receipt is confirmed (Wmo 2015 art. 2.3.2 lid 1).

    A door that may not read the contact itself follows it here, without its content. Client support
    whom the person authorised finds here for which household and person it can ask a decision.
    """

    id: UUID
    status: ContactStatus
    addressed_to: str
    team_id: UUID | None
    team_name: str | None
    first_contact_on: date
    received_at: Moment
    taken_up: bool
    clocks: tuple[LegalClock, ...]
    href: str
    handed_back: HandbackRead | None = None
    household_id: UUID | None = None
    person_id: UUID | None = None


class TriageCreate(RequestModel):
    """Somebody takes the contact up: how soon, what was heard, who does it."""

    urgency: Urgency
    signals: Codes = ()
    markers: Codes = ()
    note: Text | None = None
    assigned_to: Subject | None = None


class MeldingCreate(RequestModel):
    """Mark a contact as a melding, also afterwards; an earlier first day holds."""

    first_contact_on: OptionalDate = None


class CandidateRead(ResponseModel):
    """A person of the register who may be the one of this contact."""

    person_id: UUID
    given_names: str | None
    surname: str
    birth_date: OptionalDate
    household_id: UUID | None
    has_open_plan: bool
    coordinator: str | None
    found_by: str


class Candidates(ResponseModel):
    """Who was found with what was told; `searched_by` names each way that could be tried."""

    items: tuple[CandidateRead, ...]
    searched_by: tuple[str, ...]
    truncated: bool = False


class CandidateSearch(RequestModel):
    """Search the register with what was told. No field: never type twice (HLM-PRI-03)."""


class HouseholdLinkCreate(RequestModel):
    """Link the contact to a household of the register, or have a new one made (search first)."""

    household_id: UUID | None = None
    person_id: UUID | None = None
    members: Annotated[tuple[MemberCreate, ...], Field(min_length=1, max_length=20)] | None = None


class ClarificationCreate(RequestModel):
    """Begin the broad talk about the whole household (AMS-INT-06, 07)."""

    personal_plan_offered: bool
    client_support_offered: bool


class DomainNote(RequestModel):
    """One life domain: how it is, what goes well, what is wanted, and for whom."""

    domain: Code
    situation: Text | None = None
    strengths: Text | None = None
    wishes: Text | None = None
    not_discussed_because: Text | None = None
    member_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class ClarificationChange(RequestModel):
    """Write down what was said; a domain left out stays as it was."""

    domains: Annotated[tuple[DomainNote, ...], Field(max_length=30)] = ()
    adults_heard: Text | None = None
    children_heard: Text | None = None
    personal_plan_received: bool | None = None


class DomainNoteRead(ResponseModel):
    """One life domain as it was written down."""

    domain: str
    situation: str | None = None
    strengths: str | None = None
    wishes: str | None = None
    not_discussed_because: str | None = None
    member_ids: tuple[UUID, ...] = ()


class ClarificationRead(ResponseModel):
    """The broad talk; `missing` says what must still be discussed before it can be completed."""

    id: UUID
    version: Version
    contact_id: UUID
    household_id: UUID
    status: ClarificationStatus
    personal_plan_offered: bool
    client_support_offered: bool
    personal_plan_received: bool
    adults_heard: str | None
    children_heard: str | None
    domains: tuple[DomainNoteRead, ...]
    missing: tuple[str, ...]
    completed_on: OptionalDate


class CompletionCreate(RequestModel):
    """The talk is done; what came out goes to the person in writing (Wmo 2.3.2 lid 8)."""

    summary: Text


class ConclusionCreate(RequestModel):
    """How the contact ends: with help, advice or a way that somebody took up; never a refusal."""

    outcome: Code
    advice: Text | None = None
    plan_id: UUID | None = None
    person_informed: bool


class RedirectCreate(RequestModel):
    """Carry the contact over to another door, with its story and its first date (OPN-10)."""

    to_party: Code
    reason: Text
    person_informed: bool


class RedirectRead(ResponseModel):
    """A redirect, followed until it is taken up. No content: both doors may read it.

    Not taken up after `follow_up_on`: it is `overdue`, and whoever sent it calls the other door.
    """

    id: UUID
    contact_id: UUID
    carried_to: UUID
    to_party: str
    to_team_id: UUID | None
    status: RedirectStatus
    sent_at: Moment
    taken_up_at: Moment | None
    first_contact_on: date
    follow_up_on: OptionalDate = None
    overdue: bool = False
    href: str
