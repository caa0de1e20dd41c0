"""What the members say of the plan, and the moments on which it is looked at again."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About
from shared.vocabulary import AgreementAnswer, EvaluationDecision


class AgreementRow(About, PlansRow):
    """One answer of one member. The latest one counts, the earlier ones stay (OPN-39)."""

    __tablename__ = "agreements"
    __table_args__ = (Index("ix_agreements_plan_id_person_id", "plan_id", "person_id"),)
    subject_key: ClassVar[str] = "person_id"
    changed_column: ClassVar[str] = "recorded_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    answer: Mapped[AgreementAnswer]
    how: Mapped[str]
    answered_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class EvaluationMomentRow(About, PlansRow):
    """A day on which the plan is to be looked at again; `held_at` says that it was."""

    __tablename__ = "evaluation_moments"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    planned_on: Mapped[date]
    held_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class EvaluationRow(About, PlansRow):
    """An evaluation that was held, and the moment it led to."""

    __tablename__ = "evaluations"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "held_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    moment_id: Mapped[UUID | None] = mapped_column(ForeignKey("evaluation_moments.id"), index=True)
    next_moment_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_moments.id"), index=True)
    held_on: Mapped[date]
    held_at: Mapped[datetime]
    with_client: Mapped[bool]
    held_by: Mapped[str]


class EvaluationDecisionRow(About, PlansRow):
    """What was decided about one support item: continue, stop or change (AMS-PLN-10)."""

    __tablename__ = "evaluation_decisions"
    subject_key: ClassVar[str] = "evaluation_id"
    changed_column: ClassVar[str] = "decided_at"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"), primary_key=True)
    support_item_id: Mapped[UUID] = mapped_column(
        ForeignKey("support_items.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    decision: Mapped[EvaluationDecision]
    motivation: Mapped[str]
    new_description: Mapped[str | None]
    decided_at: Mapped[datetime]
