"""Applications, the decisions on them, objections, and the grants that came of them."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.applications import OPEN_APPLICATIONS
from services.referrals.models.base import OfHousehold, ReferralsRow, WithId, listed
from shared.db.base import Versioned
from shared.vocabulary import (
    ApplicationStatus,
    GrantEventKind,
    GrantForm,
    GrantStatus,
    ObjectionStatus,
)

ONE_OPEN_PER_REFERRAL: Final = "uq_applications_open_referral"
ONE_OPEN_PER_QUESTION: Final = "uq_applications_open_question"
ONE_DECISION_PER_ROUND: Final = "uq_decisions_application_number"
ONE_OPEN_OBJECTION: Final = "uq_objections_open_application"
ONE_RUNNING_GRANT: Final = "uq_grants_running_application"
OPEN_APPLICATION: Final = f"status IN ({listed(OPEN_APPLICATIONS)})"
_RUNNING: Final = f"status = '{GrantStatus.RUNNING}'"
_LODGED: Final = f"status = '{ObjectionStatus.LODGED}'"


class ApplicationRow(Versioned, OfHousehold, WithId):
    """A formal decision that was asked for, with its term (Wmo 2.3.5).

    `applicant_party` is the party outside the teams at which it was asked; none: the team of the
    plan, or whoever wrote it down. `due_on` is the last day of the term as it stands now,
    `decisions` how many were taken. What the grantor may know is frozen and sealed in it.
    `by_helper`: client support asked it for the person and follows it without the parts it may not
    see; `shown_version` counts what changes for it, as `version` does for everybody else.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            ONE_OPEN_PER_REFERRAL,
            "referral_id",
            unique=True,
            postgresql_where=text(f"referral_id IS NOT NULL AND {OPEN_APPLICATION}"),
        ),
        Index(
            ONE_OPEN_PER_QUESTION,
            "household_id",
            "person_id",
            "voorziening",
            "support_item_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text(OPEN_APPLICATION),
        ),
        Index("ix_applications_grantor_party_due_on_id", "grantor_party", "due_on", "id"),
        CheckConstraint(
            "(status = 'suspended') = (suspended_until IS NOT NULL)", name="suspended_until_when"
        ),
    )

    plan_id: Mapped[UUID | None] = mapped_column(index=True)
    support_item_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    voorziening: Mapped[str]
    form: Mapped[GrantForm]
    status: Mapped[ApplicationStatus]
    applicant_party: Mapped[str | None]
    grantor_party: Mapped[str]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    received_on: Mapped[date]
    due_on: Mapped[date]
    suspended_since: Mapped[date | None]
    suspended_until: Mapped[date | None]
    suspended_days: Mapped[int]
    extended_days: Mapped[int]
    extended_until: Mapped[date | None]
    met_on: Mapped[date | None]
    overdue_told_on: Mapped[date | None]
    decisions: Mapped[int]
    reason: Mapped[bytes]
    advice: Mapped[bytes | None]
    projection: Mapped[bytes | None]
    suspended_for: Mapped[bytes | None]
    extended_for: Mapped[bytes | None]
    withdrawn_for: Mapped[bytes | None]
    by_helper: Mapped[bool]
    shown_version: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class HelperRow(OfHousehold, ReferralsRow):
    """Client support whom the person of a contact asked to act, as intake told it last."""

    __tablename__ = "helpers"
    __table_args__ = (Index("ix_helpers_subject", "subject", "household_id"),)

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None]
    subject: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)


class DecisionRow(OfHousehold, WithId):
    """A formal decision (beschikking). The table only grows: the highest number holds."""

    __tablename__ = "decisions"
    __table_args__ = (Index(ONE_DECISION_PER_ROUND, "application_id", "number", unique=True),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    granted: Mapped[bool]
    reference: Mapped[str]
    reasons: Mapped[bytes]
    what_now: Mapped[bytes]
    decided_by: Mapped[str]
    decider: Mapped[str]
    decided_on: Mapped[date]
    object_until: Mapped[date]
    made_at: Mapped[datetime]


class ObjectionRow(Versioned, OfHousehold, WithId):
    """An objection to a decision (Awb 6:4). Too late is written down, never refused here."""

    __tablename__ = "objections"
    __table_args__ = (
        Index(ONE_OPEN_OBJECTION, "application_id", unique=True, postgresql_where=text(_LODGED)),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), index=True)
    status: Mapped[ObjectionStatus]
    lodged_on: Mapped[date]
    in_time: Mapped[bool]
    due_on: Mapped[date]
    grounds: Mapped[bytes]
    outcome: Mapped[bytes | None]
    decided_on: Mapped[date | None]
    lodged_by: Mapped[str]
    created_at: Mapped[datetime]


class GrantRow(Versioned, OfHousehold, WithId):
    """What was granted: in which form, from when until when, when it is looked at again.

    `withdrawn_from`: that it was withdrawn, also from a day to come.
    """

    __tablename__ = "grants"
    __table_args__ = (
        Index(ONE_RUNNING_GRANT, "application_id", unique=True, postgresql_where=text(_RUNNING)),
        Index("ix_grants_valid_until", "valid_until", postgresql_where=text(_RUNNING)),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    plan_id: Mapped[UUID | None] = mapped_column(index=True)
    support_item_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    voorziening: Mapped[str]
    form: Mapped[GrantForm]
    status: Mapped[GrantStatus]
    applicant_party: Mapped[str | None]
    grantor_party: Mapped[str]
    reference: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reexamination_on: Mapped[date | None]
    withdrawn_from: Mapped[date | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class GrantEventRow(OfHousehold, WithId):
    """One thing that happened to a grant; the table only grows."""

    __tablename__ = "grant_events"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id"), index=True)
    kind: Mapped[GrantEventKind]
    reference: Mapped[str | None]
    text: Mapped[bytes | None]
    actor: Mapped[str]
