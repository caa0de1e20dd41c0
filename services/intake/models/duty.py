"""The duty roster, what was taken in on duty and handed back, and who else is involved."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import IntakeRow
from shared.db.base import About, Versioned
from shared.vocabulary import InvolvementHow


class DutyShiftRow(About, Versioned, IntakeRow):
    """Somebody answers a desk of a party, from-until. Two desks may answer at once.

    The check holds an outer bound: seven days in Amsterdam are 169 hours when the clock goes back.
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint(
            "ends_at > starts_at AND ends_at <= starts_at + interval '169 hours'", name="period"
        ),
        Index("ix_duty_shifts_party_ends_at", "party", "ends_at"),
        Index("ix_duty_shifts_subject_ends_at", "subject", "ends_at"),
    )
    subject_key: ClassVar[str] = "subject"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[str]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    desk_name: Mapped[str]
    phone: Mapped[str]
    subject: Mapped[str]
    mandated: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class DutyContactRow(About, Versioned, IntakeRow):
    """A contact that was taken in on duty: until when its maker reads it, and who looked at it."""

    __tablename__ = "duty_contacts"
    __table_args__ = (
        Index(
            "ix_duty_contacts_unreviewed",
            "taken_in_at",
            "contact_id",
            postgresql_where=text("reviewed_at IS NULL"),
        ),
    )
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "changed_at"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("duty_shifts.id"), index=True)
    subject: Mapped[str]
    taken_in_at: Mapped[datetime]
    readable_until: Mapped[datetime]
    handed_back_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    told: Mapped[bytes | None]
    changed_at: Mapped[datetime]


class HandbackRow(About, IntakeRow):
    """A contact given to the team of the area, with what was done; nothing of it is changed."""

    __tablename__ = "handbacks"
    __table_args__ = (Index("ix_handbacks_contact_id_at", "contact_id", "at"),)
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    to_party: Mapped[str]
    to_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    readable_until: Mapped[datetime | None]
    told: Mapped[bytes]


class InvolvementRow(About, IntakeRow):
    """Another party is around a contact. `shared_to` is the contact that party got of its own."""

    __tablename__ = "involvements"
    __table_args__ = (Index("ix_involvements_contact_id_at", "contact_id", "at"),)
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "recorded_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    party: Mapped[str]
    how: Mapped[InvolvementHow]
    meldcode_step: Mapped[int | None]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    shared_to: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), unique=True)
    told: Mapped[bytes | None]
