"""Tables of the providers database: the registry. No person is in it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import Row, Versioned, new_metadata
from shared.vocabulary import CeilingStatus, ContractForm, ReservationStatus

NO_MORE_THAN_PLACES = "ck_capacities_no_more_than_places"
NO_MORE_THAN_CEILING = "ck_contract_years_no_more_than_decided"
ONE_HELD_PER_ATTEMPT = "uq_reservations_held_per_attempt"
ONE_CAPACITY = "uq_capacities_contract_id_location_id"
metadata = new_metadata()


class ProvidersRow(Row):
    """A row of the providers database."""

    __abstract__ = True
    metadata = metadata


class OrganisationRow(Versioned, ProvidersRow):
    """An organisation; `parent_id` is who owns it."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    agb_code: Mapped[str | None]
    phone: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    target_groups: Mapped[list[str]]
    languages: Mapped[list[str]]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    changed_at: Mapped[datetime]


class LocationRow(Versioned, ProvidersRow):
    """A place where an organisation works."""

    __tablename__ = "locations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    wijk: Mapped[str | None]
    stadsdeel: Mapped[str | None]
    confidential: Mapped[bool]
    wheelchair_accessible: Mapped[bool | None]
    changed_at: Mapped[datetime]


class ContractRow(Versioned, ProvidersRow):
    """A contract for one voorziening; `end_told_at` is when the others heard that it ended."""

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    voorziening: Mapped[str] = mapped_column(index=True)
    form: Mapped[ContractForm]
    stadsdelen: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    target_groups: Mapped[list[str]]
    ceiling_places: Mapped[int | None]
    ceiling_status: Mapped[CeilingStatus]
    end_reason: Mapped[str | None]
    end_told_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class ContractYearRow(ProvidersRow):
    """The counter of one contract in one year; the check holds for a decided ceiling only."""

    __tablename__ = "contract_years"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="not_negative"),
        CheckConstraint(
            "status <> 'decided' OR ceiling IS NULL OR taken <= ceiling",
            name="no_more_than_decided",
        ),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken: Mapped[int]
    ceiling: Mapped[int | None]
    status: Mapped[CeilingStatus]


class CapacityRow(Versioned, ProvidersRow):
    """The counter of one contract at one location; the check keeps it from being oversold."""

    __tablename__ = "capacities"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= places", name="no_more_than_places"),
        Index(ONE_CAPACITY, "contract_id", "location_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("locations.id"), index=True)
    places: Mapped[int]
    taken: Mapped[int]
    stated_at: Mapped[datetime]


class CapacityChangeRow(ProvidersRow):
    """What was said about the room from a day on; kept until it has come true."""

    __tablename__ = "capacity_changes"

    capacity_id: Mapped[UUID] = mapped_column(ForeignKey("capacities.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    places: Mapped[int]
    stated_at: Mapped[datetime]


class ReservationRow(Versioned, ProvidersRow):
    """A place held for one accepted attempt of referrals, until it is confirmed or lapses.

    `confirmed_on` is the day from which help uses it, as told; `confirmed_at` when it was told.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        Index(
            ONE_HELD_PER_ATTEMPT,
            "attempt_id",
            unique=True,
            postgresql_where=text("status IN ('held', 'confirmed')"),
        ),
        Index("ix_reservations_lapses_at", "lapses_at", postgresql_where=text("status = 'held'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID]
    capacity_id: Mapped[UUID] = mapped_column(ForeignKey("capacities.id"), index=True)
    status: Mapped[ReservationStatus]
    year: Mapped[int]
    held_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_on: Mapped[date | None]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]
