"""Wire contract of consultations: advice is asked and given, and the question stays whose it was.

Centrale toegang, a provider's consultation function, the steunstructuur and other parties that the
stelsel names are asked; nobody is handed over (AMS-ACC-34, 61; AMS-REF-03, 04; OPN-14, 21).
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.access import AccessFacts
from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Text,
    Version,
)
from shared.vocabulary import (
    ConsultationForm,
    ConsultationLevel,
    ConsultationStatus,
    SharingBasis,
    Urgency,
)

Voorzieningen = Annotated[tuple[Code, ...], Field(max_length=10)]


class AdviceByTelephone(RequestModel):
    """Advice that was given already, written down afterwards in the same call."""

    on: date
    given_by: Line = Field(description="The function of who advised, never a name.")
    advice: Text
    followed: bool | None = Field(None, description="Absent: not decided yet.")
    motivation: Text | None = None


class ConsultationCreate(RequestModel):
    """Ask advice. `identified` needs a plan and a ground; `anonymous` carries neither.

    The text of an anonymous question is judged for identifying data: a BSN, an address, a telephone
    number, an e-mail address, an IBAN, a full date that has passed or somebody's name in it is a
    400 that says which kind was found and never repeats it. A provider is asked about somebody on a
    consent that is on record for everybody the support item concerns.
    """

    to_party: Code
    to_provider_id: UUID | None = None
    level: ConsultationLevel
    form: ConsultationForm = ConsultationForm.ADVICE
    question_kind: Code
    question: Text
    urgency: Urgency = Urgency.NORMAL
    voorziening: Code | None = None
    stadsdeel: AreaCode | None = None
    facts: AccessFacts = Field(default_factory=AccessFacts)
    plan_id: UUID | None = None
    support_item_id: UUID | None = None
    basis: SharingBasis | None = None
    draft: bool = False
    by_telephone: AdviceByTelephone | None = None


class AskingCreate(RequestModel):
    """Ask what was a draft. No field: the question was written down."""


class TakingUpCreate(RequestModel):
    """The party that was asked takes it up; the asker sees since when."""

    expected_on: OptionalDate = None


class InformationRequestCreate(RequestModel):
    """The adviser needs to know more first."""

    question: Text


class InformationCreate(RequestModel):
    """What the adviser asked for; judged as the question was when it is anonymous."""

    text: Text


class AdviceCreate(RequestModel):
    """The advice, and what it points at. For walking along: from when until when."""

    advice: Text
    voorzieningen: Voorzieningen = ()
    walking_along_from: OptionalDate = None
    walking_along_until: OptionalDate = None


class OutcomeCreate(RequestModel):
    """What was done with the advice. Departing from it is motivated; it stays the asker's own."""

    outcome: Literal["followed", "departed", "became_referral"]
    motivation: Text | None = None
    referral_id: UUID | None = None


class WithdrawalCreate(RequestModel):
    """The question is not needed any more."""

    reason: Text | None = None


class ConsultationRedirectCreate(RequestModel):
    """Another party knows this better: the question goes there, with its first date."""

    to_party: Code
    to_provider_id: UUID | None = None
    reason: Text


class ConsultationStep(ResponseModel):
    """One transition, append-only, with what was said at it."""

    at: Moment
    previous: ConsultationStatus | None
    status: ConsultationStatus
    actor: str
    text: str | None


class ConsultationRead(ResponseModel):
    """A consultation as the asker and the adviser see it; its own clock, no term (OPN-14)."""

    id: UUID
    version: Version
    status: ConsultationStatus
    level: ConsultationLevel
    form: ConsultationForm
    to_party: str
    to_provider_id: UUID | None
    question_kind: str
    question: str
    urgency: Urgency
    voorziening: str | None
    stadsdeel: str | None
    facts: AccessFacts
    plan_id: UUID | None
    support_item_id: UUID | None
    basis: SharingBasis | None
    asked_by: str
    asked_on: date
    asked_at: Moment | None
    taken_up_by: str | None
    expected_on: OptionalDate
    advice: str | None
    advised_by: str | None
    advised_on: OptionalDate
    voorzieningen: tuple[str, ...]
    walking_along_from: OptionalDate
    walking_along_until: OptionalDate
    outcome_motivation: str | None
    referral_id: UUID | None
    redirected_to: UUID | None
    carried_from: UUID | None
    waiting_days: int
    steps: tuple[ConsultationStep, ...]


class ConsultationSearch(RequestModel):
    """Look for earlier advice by kind of question. No field says anything about a person."""

    question_kind: Code | None = None
    voorziening: Code | None = None
    to_party: Code | None = None
    page_size: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class EarlierAdvice(ResponseModel):
    """Advice that was given before on an anonymous question: what, by which party, what came of it.

    Of identified questions only the kind is shown, never a text, and only where at least five
    plans are like it. No id, no asker, no exact day.
    """

    question_kind: str
    voorziening: str | None
    to_party: str
    form: ConsultationForm
    advised_in: Annotated[str, Field(description="Year and month, such as 2022-03.")]
    outcome: ConsultationStatus
    question: str | None
    advice: str | None
    voorzieningen: tuple[str, ...]
