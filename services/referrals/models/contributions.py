"""When help ran for which a contribution is due, kept for the CAK; no amounts, no names."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from services.referrals.models.base import WithId
from shared.db.base import About

ONE_OPEN_PERIOD: Final = "uq_contribution_periods_open"
OPEN_PERIOD: Final = "stopped_on IS NULL"


class ContributionPeriodRow(About, WithId):
    """From the day help began until the day it stopped, of one request, registration or grant.

    A client whom a provider registered itself belongs to no household that is known here.
    """

    __tablename__ = "contribution_periods"
    __table_args__ = (
        Index(ONE_OPEN_PERIOD, "about_id", unique=True, postgresql_where=text(OPEN_PERIOD)),
        Index("ix_contribution_periods_changed_at_id", "changed_at", "id"),
        CheckConstraint("stopped_on IS NULL OR stopped_on >= started_on", name="period"),
        CheckConstraint("kind <> 'none'", name="costs_something"),
    )
    subject_key: ClassVar[str] = "about_id"
    changed_column: ClassVar[str] = "changed_at"

    about_kind: Mapped[str]
    about_id: Mapped[UUID]
    household_id: Mapped[UUID | None]
    voorziening: Mapped[str]
    kind: Mapped[str]
    reference: Mapped[str]
    told_on: Mapped[date | None]
    started_on: Mapped[date]
    stopped_on: Mapped[date | None]
    changed_at: Mapped[datetime]
