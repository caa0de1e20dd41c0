"""Who agreed that which provider hears of whom, for what, until when."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About, Versioned
from shared.vocabulary import ConsentStatus, SharingBasis

ONE_CONSENT = "uq_consents_given"


class ConsentRow(About, Versioned, PlansRow):
    """One consent: given, being revoked, revoked everywhere, or followed by a new one after its
    last day. It is never deleted."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            ONE_CONSENT,
            "person_id",
            "provider_id",
            "purpose",
            unique=True,
            postgresql_where=text("status = 'given'"),
        ),
        CheckConstraint("(status IN ('given', 'expired')) = (revoked_at IS NULL)", name="revoked"),
        CheckConstraint(
            "(status IN ('revoked', 'expired')) = (closed_at IS NOT NULL)", name="closed"
        ),
        CheckConstraint("status <> 'expired' OR valid_until IS NOT NULL", name="expired"),
    )
    subject_key: ClassVar[str] = "person_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    provider_id: Mapped[UUID]
    purpose: Mapped[str]
    basis: Mapped[SharingBasis]
    how: Mapped[str]
    valid_until: Mapped[date | None]
    status: Mapped[ConsentStatus]
    given_at: Mapped[datetime]
    recorded_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
