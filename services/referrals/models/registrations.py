"""Registrations by providers on the direct track: a provider's own clients, and nobody else's."""

from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.registrations import OPEN
from services.referrals.models.base import WithId, listed, previous_state
from shared.db.base import About, Versioned
from shared.vocabulary import DirectRegistrationStatus

ONE_OPEN_REGISTRATION: Final = "uq_direct_registrations_open_client"
OPEN_REGISTRATION: Final = f"status IN ({listed(OPEN)})"


class DirectRegistrationRow(Versioned, About, WithId):
    """A client that a provider registered itself, known by this registration only.

    `person` is what the provider told; `client_index`, a keyed hash of it, keeps one client at one
    contract once. When it is over both are deleted, and what was weighed; the row stays, for what
    is counted. `place_lost_at`: help did not begin in time and the place was given to others.
    """

    __tablename__ = "direct_registrations"
    __table_args__ = (
        Index(
            ONE_OPEN_REGISTRATION,
            "contract_id",
            "client_index",
            unique=True,
            postgresql_where=text(OPEN_REGISTRATION),
        ),
        Index(
            "ix_direct_registrations_provider_id_registered_at",
            "provider_id",
            "registered_at",
            "id",
        ),
        CheckConstraint(
            f"({OPEN_REGISTRATION}) = (person IS NOT NULL) "
            f"AND ({OPEN_REGISTRATION}) = (client_index IS NOT NULL) "
            f"AND ({OPEN_REGISTRATION} OR weighings IS NULL)",
            name="person_while_open",
        ),
        CheckConstraint(
            "(status IN ('stopped', 'declined')) = (code IS NOT NULL)", name="end_says_why"
        ),
        CheckConstraint("stopped_on IS NULL OR stopped_on >= started_on", name="period"),
    )
    subject_key: ClassVar[str] = "id"
    changed_column: ClassVar[str] = "changed_at"

    provider_id: Mapped[UUID]
    contract_id: Mapped[UUID]
    location_id: Mapped[UUID]
    reservation_id: Mapped[UUID]
    voorziening: Mapped[str]
    status: Mapped[DirectRegistrationStatus]
    person: Mapped[bytes | None]
    client_index: Mapped[bytes | None]
    weighings: Mapped[bytes | None]
    hours_per_week: Mapped[int | None]
    share_with_buurtteam: Mapped[bool]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    access_check: Mapped[dict[str, Any]]
    first_contact_on: Mapped[date]
    contribution_told_on: Mapped[date | None]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    place_lost_at: Mapped[datetime | None]
    started_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    code: Mapped[str | None]
    note: Mapped[bytes | None]
    last_step: Mapped[int]
    changed_at: Mapped[datetime]


class DirectRegistrationStepRow(About, WithId):
    """One transition of a registration; the table only grows."""

    __tablename__ = "direct_registration_steps"
    __table_args__ = (
        Index(
            "uq_direct_registration_steps_number", "direct_registration_id", "number", unique=True
        ),
    )
    subject_key: ClassVar[str] = "direct_registration_id"
    changed_column: ClassVar[str] = "changed_at"

    direct_registration_id: Mapped[UUID] = mapped_column(ForeignKey("direct_registrations.id"))
    number: Mapped[int]
    previous: Mapped[DirectRegistrationStatus | None] = mapped_column(
        previous_state(DirectRegistrationStatus)
    )
    status: Mapped[DirectRegistrationStatus]
    code: Mapped[str | None]
    actor: Mapped[str]
    changed_at: Mapped[datetime]
