"""Advice asked and given; every step is kept, and what was said at it is sealed."""

from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.consultations import ADVISED, OPEN
from services.referrals.models.base import WithId, listed, previous_state
from shared.db.base import About, Versioned
from shared.vocabulary import (
    ConsultationForm,
    ConsultationLevel,
    ConsultationStatus,
    SharingBasis,
    Urgency,
)

ONE_STEP_PER_NUMBER: Final = "uq_consultation_steps_number"
GIVEN_ADVICE: Final = f"status IN ({listed(ADVISED)})"
OPEN_QUESTION: Final = f"status IN ({listed(OPEN)})"


class OfHouseholdOrNobody(About):
    """Whose data a row is: a household, or nobody where the question is anonymous."""

    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    household_id: Mapped[UUID | None] = mapped_column(index=True)
    changed_at: Mapped[datetime]


class ConsultationRow(Versioned, OfHouseholdOrNobody, WithId):
    """A question to a party. It stays with whoever asked (design section 6).

    `asked_on` is its first day, also after a redirect. `valid_until` and `revoked_at` close the
    reading of a provider that was told on consent. `last_step` numbers the steps.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint(
            "(level = 'anonymous' AND plan_id IS NULL AND household_id IS NULL "
            "AND support_item_id IS NULL AND basis IS NULL) OR "
            "(level = 'identified' AND plan_id IS NOT NULL AND household_id IS NOT NULL "
            "AND basis IS NOT NULL)",
            name="person_by_level",
        ),
        CheckConstraint(
            f"NOT ({GIVEN_ADVICE}) OR (advice IS NOT NULL AND advised_on IS NOT NULL)",
            name="advised_says_what",
        ),
        CheckConstraint(
            "status <> 'departed' OR outcome_motivation IS NOT NULL", name="departing_says_why"
        ),
        CheckConstraint(
            "(status = 'became_referral') = (referral_id IS NOT NULL)", name="became_says_which"
        ),
        Index("ix_consultations_plan_id_asked_on", "plan_id", "asked_on", "created_at", "id"),
        Index("ix_consultations_created_by_asked_on", "created_by", "asked_on", "created_at", "id"),
        Index("ix_consultations_to_party_asked_on", "to_party", "asked_on", "created_at", "id"),
        Index(
            "ix_consultations_to_provider_id_asked_on",
            "to_provider_id",
            "asked_on",
            "created_at",
            "id",
        ),
        Index(
            "ix_consultations_question_kind_advised_on",
            "question_kind",
            "advised_on",
            postgresql_where=text(GIVEN_ADVICE),
        ),
    )

    plan_id: Mapped[UUID | None]
    support_item_id: Mapped[UUID | None]
    status: Mapped[ConsultationStatus]
    level: Mapped[ConsultationLevel]
    form: Mapped[ConsultationForm]
    to_party: Mapped[str]
    to_provider_id: Mapped[UUID | None]
    question_kind: Mapped[str]
    question: Mapped[bytes]
    urgency: Mapped[Urgency]
    voorziening: Mapped[str | None]
    stadsdeel: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    basis: Mapped[SharingBasis | None]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    asked_on: Mapped[date]
    asked_at: Mapped[datetime | None]
    taken_up_by: Mapped[str | None]
    expected_on: Mapped[date | None]
    given_by: Mapped[bytes | None]
    advice: Mapped[bytes | None]
    advised_by: Mapped[str | None]
    advised_on: Mapped[date | None]
    voorzieningen: Mapped[list[str]]
    walking_along_from: Mapped[date | None]
    walking_along_until: Mapped[date | None]
    outcome_motivation: Mapped[bytes | None]
    ended_on: Mapped[date | None]
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    redirected_to: Mapped[UUID | None]
    carried_from: Mapped[UUID | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    last_step: Mapped[int]


class ConsultationStepRow(OfHouseholdOrNobody, WithId):
    """One transition of a consultation; the table only grows. `at`: when it happened, which of
    advice by telephone is before it was written down."""

    __tablename__ = "consultation_steps"
    __table_args__ = (Index(ONE_STEP_PER_NUMBER, "consultation_id", "number", unique=True),)

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    number: Mapped[int]
    previous: Mapped[ConsultationStatus | None] = mapped_column(previous_state(ConsultationStatus))
    status: Mapped[ConsultationStatus]
    side: Mapped[str]
    said: Mapped[bytes | None]
    actor: Mapped[str]
    at: Mapped[datetime]
