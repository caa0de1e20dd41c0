"""Goals, the help for them, and what was told of it to a provider."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About, Versioned
from shared.vocabulary import GoalStatus, SharingBasis, SupportStatus


class GoalRow(About, Versioned, PlansRow):
    """What the household wants to reach."""

    __tablename__ = "goals"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    domain: Mapped[str]
    text: Mapped[str]
    wanted_result: Mapped[str | None]
    status: Mapped[GoalStatus]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class GoalMemberRow(About, PlansRow):
    """For whom a goal is. No rows: for the household."""

    __tablename__ = "goal_members"
    subject_key: ClassVar[str] = "person_id"
    changed_column: ClassVar[str] = "added_at"

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    position: Mapped[int]
    added_at: Mapped[datetime]


class SupportItemRow(About, Versioned, PlansRow):
    """Help on the plan. `changed_on` is the day on which the help itself last changed.

    `running_since`: the day on which it began to run this time, while it runs.
    """

    __tablename__ = "support_items"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    ladder_step: Mapped[str]
    lighter_steps: Mapped[list[dict[str, Any]]]
    description: Mapped[str]
    result: Mapped[str | None]
    voorziening: Mapped[str | None]
    status: Mapped[SupportStatus]
    referral_id: Mapped[UUID | None]
    referral_status: Mapped[str | None]
    changed_on: Mapped[date]
    running_since: Mapped[date | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def becomes(self, status: SupportStatus, on: date) -> None:
        """Set the state; from when it runs is kept until it runs no more."""
        if status is not SupportStatus.RUNNING:
            self.running_since = None
        elif self.status is not status:
            self.running_since = on
        self.status = status


class SupportGoalRow(About, PlansRow):
    """For which goals a support item is."""

    __tablename__ = "support_item_goals"
    subject_key: ClassVar[str] = "goal_id"
    changed_column: ClassVar[str] = "added_at"

    support_item_id: Mapped[UUID] = mapped_column(ForeignKey("support_items.id"), primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals.id"), primary_key=True, index=True)
    position: Mapped[int]
    added_at: Mapped[datetime]


class DisclosureRow(About, PlansRow):
    """One package composed for one provider, about one person: who, what for, on which ground.

    Of somebody who is led without an item of a plan the household is named instead. What is for no
    provider is for a party of the stelsel.
    """

    __tablename__ = "disclosures"
    __table_args__ = (
        CheckConstraint("(provider_id IS NULL) <> (party IS NULL)", name="one_recipient"),
    )
    subject_key: ClassVar[str] = "person_id"
    changed_column: ClassVar[str] = "composed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    support_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("support_items.id"), index=True)
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"))
    provider_id: Mapped[UUID | None]
    party: Mapped[str | None]
    basis: Mapped[SharingBasis]
    composed_at: Mapped[datetime]
    composed_by: Mapped[str]
