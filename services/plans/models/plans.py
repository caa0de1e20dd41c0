"""The plan, who is around it, and what happened to it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About, Versioned
from shared.vocabulary import CirclePart, PlanStatus, RegieHolder

ONE_OPEN_PLAN = "uq_plans_one_open"
ONE_COORDINATOR = "uq_circle_members_one_coordinator"
PART_ONCE = "uq_circle_members_part_once"


class PlanRow(About, Versioned, PlansRow):
    """The one plan of a household. Its row lock orders everything that changes the plan."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(ONE_OPEN_PLAN, "household_id", unique=True, postgresql_where=text("status = 'open'")),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )
    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    status: Mapped[PlanStatus]
    regie_holder: Mapped[RegieHolder]
    contact_id: Mapped[UUID | None]
    direction: Mapped[str | None]
    problems: Mapped[str | None]
    possibilities: Mapped[str | None]
    circle_sequence: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class CircleMemberRow(About, PlansRow):
    """One worker around a plan, from-until. An open plan always has exactly one coordinator."""

    __tablename__ = "circle_members"
    __table_args__ = (
        Index(
            ONE_COORDINATOR,
            "plan_id",
            unique=True,
            postgresql_where=text("part = 'coordinator' AND valid_until IS NULL"),
        ),
        Index(
            PART_ONCE,
            "plan_id",
            "subject",
            "part",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index("ix_circle_members_subject_plan_id", "subject", "plan_id"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
    )
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    subject: Mapped[str]
    part: Mapped[CirclePart]
    reason: Mapped[str | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class TimelineRow(About, PlansRow):
    """One thing that happened around the plan, without text about a person. Never changed."""

    __tablename__ = "timeline_entries"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "at"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    code: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    actor: Mapped[str | None]
