"""Where the requests stand that came from a contact, as referrals tells it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import IntakeRow
from shared.db.base import About
from shared.vocabulary import ReferralStatus


class ContactRequestRow(About, IntakeRow):
    """The newest state of a request that came from a contact; an older one changes nothing."""

    __tablename__ = "contact_requests"
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "changed_at"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[ReferralStatus]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
