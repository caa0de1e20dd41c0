"""How far what referrals decides and arranges is known here."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About
from shared.vocabulary import DayKind


class ToldProgressRow(About, PlansRow):
    """The newest state of an application, a grant, a temporary provision or a consultation that was
    applied here; an older event changes nothing."""

    __tablename__ = "told_progress"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]


class ToldDayRow(About, PlansRow):
    """A day around a request or a grant, as referrals told it last: when help ends, by what, and
    when somebody has to be spoken to. A grant without a last day is here too: it covers the item.
    """

    __tablename__ = "told_days"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    support_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("support_items.id"), index=True)
    referral_id: Mapped[UUID | None]
    day: Mapped[date | None]
    changed_at: Mapped[datetime]
