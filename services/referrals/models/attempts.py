"""One provider after another: the shortlist the client agreed to, and the attempts along it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.codes import CLOSE_SHARING
from services.referrals.domain.lifecycle import IDENTIFIED, OPEN_ATTEMPTS
from services.referrals.models.base import (
    OfHousehold,
    ReferralsRow,
    WithId,
    listed,
    previous_state,
)
from shared.db.base import Versioned
from shared.outbox.sharing import revocation_waits
from shared.vocabulary import AttemptStatus, DeclinedBy, SharingBasis, Urgency

ONE_OPEN_ATTEMPT: Final = "uq_attempts_open_referral"
NEVER_TWICE: Final = "uq_attempts_referral_provider_round"
_ITS_PLAN: Final = "(SELECT plan_id FROM referrals WHERE id = attempts.referral_id)"
NOT_TAKEN_BACK: Final = (
    f"NOT (attempts.basis = '{SharingBasis.CONSENT}'"
    f" AND {revocation_waits(_ITS_PLAN, 'attempts.provider_id', CLOSE_SHARING)})"
)
"""SQL over `attempts`: nobody is taking back now that this provider may read it."""
OPEN_ATTEMPT: Final = f"status IN ({listed(OPEN_ATTEMPTS)})"


class ShortlistRow(OfHousehold, ReferralsRow):
    """A shortlist the client agreed to; the highest number holds."""

    __tablename__ = "shortlists"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    agreed_by: Mapped[UUID]
    agreed_on: Mapped[date]
    how: Mapped[bytes]
    made_by: Mapped[str]


class ShortlistEntryRow(OfHousehold, WithId):
    """One provider of a shortlist, with what it may hear once it is asked: sealed until then."""

    __tablename__ = "shortlist_entries"
    __table_args__ = (
        Index(
            "uq_shortlist_entries_position",
            "referral_id",
            "shortlist_number",
            "position",
            unique=True,
        ),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    shortlist_number: Mapped[int]
    position: Mapped[int]
    provider_id: Mapped[UUID]
    contract_id: Mapped[UUID]
    location_id: Mapped[UUID]
    basis: Mapped[SharingBasis]
    need_profile: Mapped[bytes | None]
    identity: Mapped[bytes | None]
    composed_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class AttemptRow(Versioned, OfHousehold, WithId):
    """One provider being asked. What it may hear was frozen and sealed when it was asked."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint(f"identity IS NULL OR {OPEN_ATTEMPT}", name="identity_while_open"),
        CheckConstraint(
            f"status NOT IN ({listed(IDENTIFIED)}) OR reservation_id IS NOT NULL",
            name="accepted_has_place",
        ),
        Index(ONE_OPEN_ATTEMPT, "referral_id", unique=True, postgresql_where=text(OPEN_ATTEMPT)),
        Index(NEVER_TWICE, "referral_id", "provider_id", "round", unique=True),
        Index(
            "ix_attempts_inbox",
            "provider_id",
            "priority",
            "first_contact_on",
            "id",
            postgresql_where=text(OPEN_ATTEMPT),
        ),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    provider_id: Mapped[UUID]
    contract_id: Mapped[UUID]
    location_id: Mapped[UUID]
    basis: Mapped[SharingBasis]
    round: Mapped[int]
    voorziening: Mapped[str]
    urgency: Mapped[Urgency]
    priority: Mapped[int]
    first_contact_on: Mapped[date]
    status: Mapped[AttemptStatus]
    code: Mapped[str | None]
    declined_by: Mapped[DeclinedBy | None]
    note: Mapped[bytes | None]
    reservation_id: Mapped[UUID | None]
    need_profile: Mapped[bytes]
    identity: Mapped[bytes | None]
    disclosed_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    offered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    intake_at: Mapped[datetime | None]
    intake_place: Mapped[bytes | None]
    started_on: Mapped[date | None]
    stopped_on: Mapped[date | None]


class AttemptStepRow(OfHousehold, ReferralsRow):
    """One transition of an attempt; the table only grows."""

    __tablename__ = "attempt_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    previous: Mapped[AttemptStatus | None] = mapped_column(previous_state(AttemptStatus))
    status: Mapped[AttemptStatus]
    mover: Mapped[str]
    code: Mapped[str | None]
    actor: Mapped[str]
