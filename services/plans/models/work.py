"""What lies on a desk, and how far the referrals of the plans are known here."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About, Versioned
from shared.vocabulary import AttemptStatus, ReferralStatus, WorkItemKind

ONE_OPEN_WORK_ITEM = "uq_work_items_open"
ONE_PARTY_TO_TELL = "uq_work_items_party_to_tell"
ONE_REDIRECT = "uq_work_items_redirect"


class WorkItemRow(About, Versioned, PlansRow):
    """Something that somebody must do, until when. One open item per kind and subject; of parties
    that must be told of a request one per party."""

    __tablename__ = "work_items"
    __table_args__ = (
        Index(
            ONE_OPEN_WORK_ITEM,
            "kind",
            "about_id",
            unique=True,
            postgresql_where=text("done_at IS NULL AND kind <> 'party_to_tell'"),
        ),
        Index(
            ONE_PARTY_TO_TELL,
            "about_id",
            "code",
            unique=True,
            postgresql_where=text("done_at IS NULL AND kind = 'party_to_tell'"),
        ),
        Index(
            ONE_REDIRECT,
            "about_id",
            unique=True,
            postgresql_where=text("kind = 'redirect_to_take_up'"),
        ),
        Index(
            "ix_work_items_owner_due_on",
            "owner",
            "due_on",
            "id",
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_work_items_team_id_due_on",
            "team_id",
            "due_on",
            "id",
            postgresql_where=text("done_at IS NULL"),
        ),
        CheckConstraint(
            "done_at IS NOT NULL OR owner IS NOT NULL OR team_id IS NOT NULL", name="desk"
        ),
    )
    subject_key: ClassVar[str] = "about_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[WorkItemKind]
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"), index=True)
    about_id: Mapped[UUID]
    code: Mapped[str | None]
    owner: Mapped[str | None]
    team_id: Mapped[UUID | None]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ReferralProgressRow(About, PlansRow):
    """The newest state of a referral that was applied here; an older event changes nothing."""

    __tablename__ = "referral_progress"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    support_item_id: Mapped[UUID] = mapped_column(ForeignKey("support_items.id"), index=True)
    status: Mapped[ReferralStatus]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]


class AttemptProgressRow(About, PlansRow):
    """The newest state of an attempt that was applied here."""

    __tablename__ = "attempt_progress"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(index=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    support_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("support_items.id"), index=True)
    status: Mapped[AttemptStatus]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
