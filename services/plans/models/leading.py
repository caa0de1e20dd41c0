"""Which parties outside the teams lead, judge or place for a household: their reach over it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About
from shared.vocabulary import ReferralStatus


class HouseholdRequestRow(About, PlansRow):
    """A request for a household as referrals told it last, and who outside the teams judges it and
    places for it: as long as it is open they may ask what leading needs, and nothing more."""

    __tablename__ = "household_requests"
    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"), index=True)
    support_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("support_items.id"))
    judge_party: Mapped[str | None]
    placing_party: Mapped[str | None]
    status: Mapped[ReferralStatus]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]


class HouseholdHelperRow(About, PlansRow):
    """Client support that took a contact in, and the person of it who asked them to act: this
    subject may ask a formal decision for that person, for a time; nobody else, and nothing more."""

    __tablename__ = "household_helpers"
    __table_args__ = (Index("ix_household_helpers_subject", "subject", "household_id"),)
    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "linked_at"

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    subject: Mapped[str]
    linked_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(BigInteger)


class HouseholdEntryRow(About, PlansRow):
    """A contact of a party outside the teams that was linked to a household: for two weeks that
    party may begin to lead it."""

    __tablename__ = "household_entries"
    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "linked_at"

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    party: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(BigInteger)
