"""Tables of the referrals database. A row never leaves the service layer."""

from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.lifecycle import CLOSED_REQUESTS, IDENTIFIED, OPEN_ATTEMPTS
from shared.db.base import About, Row, Versioned, new_metadata
from shared.vocabulary import (
    AttemptStatus,
    DeclinedBy,
    ReferralStatus,
    SharingBasis,
    Urgency,
)

ONE_OPEN_PER_ITEM: Final = "uq_referrals_open_support_item"
ONE_OPEN_ATTEMPT: Final = "uq_attempts_open_referral"
NEVER_TWICE: Final = "uq_attempts_referral_provider_round"


def _in(statuses: tuple[str, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


OPEN_REQUEST: Final = f"status NOT IN ({_in(CLOSED_REQUESTS)})"
OPEN_ATTEMPT: Final = f"status IN ({_in(OPEN_ATTEMPTS)})"


def _previous(kind: type[ReferralStatus] | type[AttemptStatus]) -> Enum:
    """A second column of the same closed set in one table: its constraint needs its own name."""
    return Enum(
        kind,
        name=f"previous_{kind.__name__.lower()}",
        native_enum=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=True,
    )


metadata = new_metadata()


class ReferralsRow(Row):
    """A row of the referrals database."""

    __abstract__ = True
    metadata = metadata


class OfHousehold(About):
    """Whose data a row of this service is: a household, by its opaque id."""

    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    household_id: Mapped[UUID] = mapped_column(index=True)
    changed_at: Mapped[datetime]


class ReferralRow(Versioned, OfHousehold, ReferralsRow):
    """The request: what a household needs, by the right door, with the check it was judged by."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index(
            ONE_OPEN_PER_ITEM, "support_item_id", unique=True, postgresql_where=text(OPEN_REQUEST)
        ),
        Index("ix_referrals_plan_id_created_at_id", "plan_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    support_item_id: Mapped[UUID]
    voorziening: Mapped[str]
    entry: Mapped[str]
    status: Mapped[ReferralStatus]
    urgency: Mapped[Urgency]
    coordinator: Mapped[str]
    first_contact_on: Mapped[date]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    facts: Mapped[dict[str, Any]]
    access_check: Mapped[dict[str, Any]]
    judged_check: Mapped[dict[str, Any] | None]
    judge_party: Mapped[str | None] = mapped_column(index=True)
    wishes: Mapped[dict[str, Any]]
    shortlist_number: Mapped[int]
    ending_motivation: Mapped[bytes | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class WeighingRow(OfHousehold, ReferralsRow):
    """One weighing of one condition, by whom and when (AMS-REF-02)."""

    __tablename__ = "weighings"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    condition: Mapped[str]
    considered: Mapped[bool]
    outcome: Mapped[str]
    motivation: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class JudgementRow(OfHousehold, ReferralsRow):
    """The access judgement; a departure from a rule is part of it (AMS-PLN-23)."""

    __tablename__ = "judgements"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    admitted: Mapped[bool]
    judged_by: Mapped[str]
    judge: Mapped[str]
    with_client: Mapped[bool]
    motivation: Mapped[str]
    deviation_rule: Mapped[str | None]
    deviation_motivation: Mapped[str | None]
    deviation_agreed_with: Mapped[str | None]
    at: Mapped[datetime]


class ShortlistRow(OfHousehold, ReferralsRow):
    """A shortlist the client agreed to; the highest number holds."""

    __tablename__ = "shortlists"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    agreed_by: Mapped[UUID]
    agreed_on: Mapped[date]
    how: Mapped[str]
    made_by: Mapped[str]


class ShortlistEntryRow(OfHousehold, ReferralsRow):
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

    id: Mapped[UUID] = mapped_column(primary_key=True)
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


class AttemptRow(Versioned, OfHousehold, ReferralsRow):
    """One provider being asked. What it may hear was frozen and sealed when it was asked."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint(f"identity IS NULL OR {OPEN_ATTEMPT}", name="identity_while_open"),
        CheckConstraint(
            f"status NOT IN ({_in(IDENTIFIED)}) OR reservation_id IS NOT NULL",
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

    id: Mapped[UUID] = mapped_column(primary_key=True)
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


class ReferralStepRow(OfHousehold, ReferralsRow):
    """One transition of a request; the table only grows."""

    __tablename__ = "referral_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    previous: Mapped[ReferralStatus | None] = mapped_column(_previous(ReferralStatus))
    status: Mapped[ReferralStatus]
    mover: Mapped[str]
    code: Mapped[str | None]
    skipped: Mapped[bool]
    actor: Mapped[str]


class AttemptStepRow(OfHousehold, ReferralsRow):
    """One transition of an attempt; the table only grows."""

    __tablename__ = "attempt_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    previous: Mapped[AttemptStatus | None] = mapped_column(_previous(AttemptStatus))
    status: Mapped[AttemptStatus]
    mover: Mapped[str]
    code: Mapped[str | None]
    actor: Mapped[str]


class ToldStateRow(ReferralsRow):
    """What the others told of a plan, a provider, a contract, a room, or what one provider may
    hear of one plan. `blocked`: no offer is made. Its row lock orders offers and what stops them.
    """

    __tablename__ = "told_states"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    blocked: Mapped[bool]
    code: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
