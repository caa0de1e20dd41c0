"""Around and after help: aftercare with its contacts, recalls, and agreements on going back."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.base import OfHousehold, WithId
from shared.vocabulary import AftercareGoing, ReferralStatus

ONE_OPEN_AFTERCARE: Final = "uq_aftercares_open_referral"
ONE_CONTACT_PER_NUMBER: Final = "uq_aftercare_contacts_number"
ONE_RECALL_PER_ROUND: Final = "uq_recalls_referral_round"
ONE_RETURN_PER_NUMBER: Final = "uq_return_agreements_number"


class AftercareRow(OfHousehold, WithId):
    """Keeping in touch after help. It changes under the lock of its request only.

    `until` is what was planned; it runs until it is ended with a code. `contacts` counts them.
    """

    __tablename__ = "aftercares"
    __table_args__ = (
        Index(
            ONE_OPEN_AFTERCARE,
            "referral_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        CheckConstraint("contact_every_days > 0", name="rhythm"),
        CheckConstraint("(ended_on IS NULL) = (code IS NULL)", name="end_says_why"),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    round: Mapped[int]
    contact_every_days: Mapped[int]
    next_contact_on: Mapped[date]
    until: Mapped[date | None]
    contacts: Mapped[int]
    opened_by: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    code: Mapped[str | None]


class AftercareContactRow(OfHousehold, WithId):
    """One contact in aftercare; the table only grows. Its note is sealed."""

    __tablename__ = "aftercare_contacts"
    __table_args__ = (Index(ONE_CONTACT_PER_NUMBER, "aftercare_id", "number", unique=True),)

    aftercare_id: Mapped[UUID] = mapped_column(ForeignKey("aftercares.id"))
    number: Mapped[int]
    contact_on: Mapped[date]
    going: Mapped[AftercareGoing]
    note: Mapped[bytes | None]
    next_contact_on: Mapped[date]
    recorded_by: Mapped[str]


class RecallRow(OfHousehold, WithId):
    """That intensive support was asked again: a new round of the same request. It only grows."""

    __tablename__ = "recalls"
    __table_args__ = (Index(ONE_RECALL_PER_ROUND, "referral_id", "round", unique=True),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    round: Mapped[int]
    status: Mapped[ReferralStatus]
    motivation: Mapped[bytes]
    recalled_by: Mapped[str]


class ReturnAgreementRow(OfHousehold, WithId):
    """When the person can go back to the team; the table only grows, the last one holds."""

    __tablename__ = "return_agreements"
    __table_args__ = (Index(ONE_RETURN_PER_NUMBER, "referral_id", "number", unique=True),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    number: Mapped[int]
    criteria: Mapped[bytes]
    agreed_with: Mapped[bytes]
    agreed_on: Mapped[date]
    review_on: Mapped[date]
    made_by: Mapped[str]
