"""Help that was arranged at once, and everything that must follow it (Wmo 2.3.3)."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.base import ReferralsRow, WithId
from shared.db.base import About, Versioned
from shared.vocabulary import MandateStanding, TemporaryProvisionStatus, Urgency

ONE_OWED_PER_CODE: Final = "uq_owed_steps_provision_code"


class TemporaryProvisionRow(About, Versioned, WithId):
    """Help arranged at once by the officer who has the mandate.

    `subject_id` says whose data it is: the household, or the contact of who is not known yet.
    `decided_party` is for whom the officer spoke, `team_id` the officer's team. `mandate` is what
    the roster says of the officer; `grantor_party` may confirm it, in whose name it was arranged.
    """

    __tablename__ = "temporary_provisions"
    __table_args__ = (
        CheckConstraint(
            "contact_id IS NOT NULL OR household_id IS NOT NULL", name="contact_or_household"
        ),
        Index(
            "ix_temporary_provisions_not_on_roster",
            "decided_by",
            "decided_at",
            postgresql_where=text(f"mandate = '{MandateStanding.NOT_ON_ROSTER}'"),
        ),
        CheckConstraint("plan_id IS NULL OR household_id IS NOT NULL", name="plan_has_household"),
        CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL AND ending_code IS NOT NULL)",
            name="ended_when",
        ),
    )
    subject_key: ClassVar[str] = "subject_id"
    changed_column: ClassVar[str] = "changed_at"

    subject_id: Mapped[UUID] = mapped_column(index=True)
    contact_id: Mapped[UUID | None]
    household_id: Mapped[UUID | None] = mapped_column(index=True)
    plan_id: Mapped[UUID | None] = mapped_column(index=True)
    voorziening: Mapped[str]
    entry: Mapped[str]
    urgency: Mapped[Urgency]
    status: Mapped[TemporaryProvisionStatus]
    reason: Mapped[bytes]
    facts_seen: Mapped[bytes | None]
    persons: Mapped[int]
    children: Mapped[int]
    contract_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    reservation_id: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    until: Mapped[date]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    decided_by: Mapped[str] = mapped_column(index=True)
    decided_party: Mapped[str] = mapped_column(index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    decided_at: Mapped[datetime]
    mandate: Mapped[MandateStanding]
    grantor_party: Mapped[str]
    ended_on: Mapped[date | None]
    ending_code: Mapped[str | None]
    ending_text: Mapped[bytes | None]
    changed_at: Mapped[datetime]


class OwedStepRow(About, WithId):
    """Something that must follow, until when, and what did it."""

    __tablename__ = "owed_steps"
    __table_args__ = (Index(ONE_OWED_PER_CODE, "provision_id", "code", unique=True),)
    subject_key: ClassVar[str] = "subject_id"
    changed_column: ClassVar[str] = "changed_at"

    provision_id: Mapped[UUID] = mapped_column(ForeignKey("temporary_provisions.id"))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str]
    label: Mapped[str]
    source: Mapped[str]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    record_id: Mapped[UUID | None]
    note: Mapped[bytes | None]
    changed_at: Mapped[datetime]


class DutyMandateRow(About, ReferralsRow):
    """A shift of the duty roster as intake told it last: who may arrange help at once, and when."""

    __tablename__ = "duty_mandates"
    __table_args__ = (Index("ix_duty_mandates_subject_ends_at", "subject", "ends_at"),)
    subject_key: ClassVar[str] = "subject"
    changed_column: ClassVar[str] = "changed_at"

    shift_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
    party: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mandated: Mapped[bool]
    cancelled_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
