"""Transfer batches: a frame without persons, and whose help moves within it."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.transfers import UNFINISHED
from services.referrals.models.base import (
    OfHousehold,
    ReferralsRow,
    WithId,
    listed,
    previous_state,
)
from shared.db.base import About, Versioned
from shared.vocabulary import TransferBatchStatus, TransferStatus

ONE_OPEN_PER_ATTEMPT: Final = "uq_transfer_entries_open_attempt"
ONE_OPEN_PER_REGISTRATION: Final = "uq_transfer_entries_open_registration"
UNFINISHED_ENTRY: Final = f"status IN ({listed(UNFINISHED)})"


class TransferBatchRow(Versioned, WithId):
    """The frame of a transfer. Its version says nothing of the entries: who sees no persons would
    see by it when one is added."""

    __tablename__ = "transfer_batches"
    __table_args__ = (
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="end_says_when"),
        CheckConstraint("double_provision_days >= 0", name="days"),
        Index("ix_transfer_batches_created_at_id", "created_at", "id"),
    )

    provider_id: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[str]
    reason: Mapped[str]
    deadline: Mapped[date]
    double_provision_days: Mapped[int]
    agreements: Mapped[str]
    status: Mapped[TransferBatchStatus]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class TransferPhaseRow(WithId):
    """One part of a batch, in the order in which they were named."""

    __tablename__ = "transfer_phases"
    __table_args__ = (
        Index("uq_transfer_phases_name", "batch_id", "name", unique=True),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_batches.id"))
    number: Mapped[int]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class TransferEntryRow(Versioned, About, WithId):
    """One person's help that moves: an attempt that started, or a provider's own registration.

    `about_id`: the household of the attempt, or the registration itself. `contact_id` is the way by
    which the provider brought the person to the team, an opaque link. What the person wishes is
    deleted when it is over. `…_told_on`: when the coordinator heard, once each.
    """

    __tablename__ = "transfer_entries"
    __table_args__ = (
        Index(
            ONE_OPEN_PER_ATTEMPT,
            "attempt_id",
            unique=True,
            postgresql_where=text(UNFINISHED_ENTRY),
        ),
        Index(
            ONE_OPEN_PER_REGISTRATION,
            "direct_registration_id",
            unique=True,
            postgresql_where=text(UNFINISHED_ENTRY),
        ),
        Index("ix_transfer_entries_created_at_id", "created_at", "id"),
        CheckConstraint(
            "(attempt_id IS NULL) <> (direct_registration_id IS NULL) "
            "AND (attempt_id IS NULL) = (referral_id IS NULL)",
            name="one_help",
        ),
        CheckConstraint(f"wishes IS NULL OR {UNFINISHED_ENTRY}", name="wishes_while_open"),
        CheckConstraint(
            "(status = 'handed_over') = (handed_over_on IS NOT NULL)", name="handover_says_when"
        ),
        CheckConstraint(
            "(double_from IS NULL) = (double_until IS NULL) AND double_until >= double_from "
            "AND (status <> 'double' OR double_from IS NOT NULL)",
            name="double_period",
        ),
        CheckConstraint(
            "agreed_by_person OR status IN ('listed', 'finishes_here', 'stays', 'withdrawn')",
            name="moves_by_agreement",
        ),
    )
    subject_key: ClassVar[str] = "about_id"
    changed_column: ClassVar[str] = "changed_at"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_batches.id"), index=True)
    phase_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_phases.id"))
    provider_id: Mapped[UUID] = mapped_column(index=True)
    about_id: Mapped[UUID] = mapped_column(index=True)
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("attempts.id"), index=True)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    direct_registration_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("direct_registrations.id"), index=True
    )
    voorziening: Mapped[str]
    status: Mapped[TransferStatus]
    agreed_by_person: Mapped[bool]
    wishes: Mapped[bytes | None]
    preferred_handover_on: Mapped[date | None]
    contact_id: Mapped[UUID | None] = mapped_column(index=True)
    next_referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    double_from: Mapped[date | None]
    double_until: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    same_professional: Mapped[bool | None]
    reason: Mapped[bytes | None]
    proposed_told_on: Mapped[date | None]
    phase_ends_told_on: Mapped[date | None]
    phase_over_told_on: Mapped[date | None]
    last_step: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class TransferStepRow(About, WithId):
    """One transition of an entry; the table only grows."""

    __tablename__ = "transfer_steps"
    __table_args__ = (Index("uq_transfer_steps_number", "entry_id", "number", unique=True),)
    subject_key: ClassVar[str] = "about_id"
    changed_column: ClassVar[str] = "changed_at"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_entries.id"))
    about_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int]
    previous: Mapped[TransferStatus | None] = mapped_column(previous_state(TransferStatus))
    status: Mapped[TransferStatus]
    code: Mapped[str | None]
    actor: Mapped[str]
    changed_at: Mapped[datetime]


class LinkedContactRow(OfHousehold, ReferralsRow):
    """Of which household a contact turned out to be, as intake told: by this the team of its plan
    finds what a provider handed over by that contact."""

    __tablename__ = "linked_contacts"

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
