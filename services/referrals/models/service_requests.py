"""Light requests: what was asked of a party, who took it up, and what came of it."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.service_requests import OPEN
from services.referrals.models.base import OfHousehold, WithId, listed, previous_state
from shared.db.base import Versioned
from shared.vocabulary import ServiceRequestStatus, SharingBasis, Urgency

ONE_OPEN_SERVICE: Final = "uq_service_requests_open_item"
ONE_SERVICE_STEP: Final = "uq_service_request_steps_number"
OPEN_SERVICE: Final = f"status IN ({listed(OPEN)})"


class ServiceRequestRow(Versioned, OfHousehold, WithId):
    """A light request. `identity` was composed when it was asked and is shown to who took it up;
    the database keeps none of what is over. `last_step` numbers the steps."""

    __tablename__ = "service_requests"
    __table_args__ = (
        Index(
            ONE_OPEN_SERVICE, "support_item_id", unique=True, postgresql_where=text(OPEN_SERVICE)
        ),
        Index(
            "ix_service_requests_open",
            "party",
            "priority",
            "first_contact_on",
            "id",
            postgresql_where=text(OPEN_SERVICE),
        ),
        CheckConstraint(f"identity IS NULL OR {OPEN_SERVICE}", name="identity_while_open"),
        CheckConstraint(
            "status <> 'taken_up' OR (taken_up_by IS NOT NULL AND professional IS NOT NULL)",
            name="taken_up_says_by_whom",
        ),
        CheckConstraint(
            "(status IN ('answered', 'declined')) = (code IS NOT NULL)", name="end_says_what"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
    )

    plan_id: Mapped[UUID] = mapped_column(index=True)
    support_item_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    voorziening: Mapped[str]
    entry: Mapped[str]
    party: Mapped[str]
    status: Mapped[ServiceRequestStatus]
    urgency: Mapped[Urgency]
    priority: Mapped[int]
    stadsdeel: Mapped[str | None]
    question: Mapped[bytes]
    identity: Mapped[bytes | None]
    basis: Mapped[SharingBasis]
    first_contact_on: Mapped[date]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    facts: Mapped[dict[str, Any]]
    access_check: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    professional: Mapped[bytes | None]
    professional_phone: Mapped[bytes | None]
    taken_up_by: Mapped[str | None]
    taken_up_at: Mapped[datetime | None]
    first_meeting_on: Mapped[date | None]
    code: Mapped[str | None]
    answered_text: Mapped[bytes | None]
    ended_at: Mapped[datetime | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    last_step: Mapped[int]


class ServiceRequestStepRow(OfHousehold, WithId):
    """One transition of a light request; the table only grows. `changed_at`: when it was made."""

    __tablename__ = "service_request_steps"
    __table_args__ = (Index(ONE_SERVICE_STEP, "service_request_id", "number", unique=True),)

    service_request_id: Mapped[UUID] = mapped_column(ForeignKey("service_requests.id"))
    number: Mapped[int]
    previous: Mapped[ServiceRequestStatus | None] = mapped_column(
        previous_state(ServiceRequestStatus)
    )
    status: Mapped[ServiceRequestStatus]
    code: Mapped[str | None]
    actor: Mapped[str]
