"""The only register of persons and households."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About, Versioned
from shared.vocabulary import HouseholdRole

BSN_ONCE = "uq_persons_bsn_index"
ONE_MAIN_MEMBER = "uq_household_members_one_main"
MAIN_HOUSEHOLD = "uq_household_members_main_household"
MEMBER_ONCE = "uq_household_members_member_once"

_NOW = text("member_until IS NULL")
_MAIN_NOW = text("role = 'main' AND member_until IS NULL")


class PersonRow(About, Versioned, PlansRow):
    """Somebody in the register. The BSN is sealed; its keyed index finds it and keeps it unique."""

    __tablename__ = "persons"
    __table_args__ = (
        Index(BSN_ONCE, "bsn_index", unique=True),
        Index("ix_persons_birth_date_surname_folded", "birth_date", "surname_folded"),
        Index("ix_persons_postcode_house_number", "postcode", "house_number"),
        CheckConstraint("(bsn_sealed IS NULL) = (bsn_index IS NULL)", name="bsn_whole"),
    )
    subject_key: ClassVar[str] = "id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    given_names: Mapped[str | None]
    surname: Mapped[str]
    surname_folded: Mapped[str]
    birth_date: Mapped[date | None]
    bsn_sealed: Mapped[bytes | None]
    bsn_index: Mapped[bytes | None]
    phone: Mapped[str | None]
    street: Mapped[str | None]
    house_number: Mapped[int | None]
    house_number_addition: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    wijk: Mapped[str | None]
    address_shielded: Mapped[bool]
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class HouseholdRow(About, Versioned, PlansRow):
    """A household, and which team made it: that team reads it as long as there is no open plan."""

    __tablename__ = "households"
    subject_key: ClassVar[str] = "id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_team: Mapped[UUID | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MemberRow(About, PlansRow):
    """Somebody in a household, from-until. The indexes hold for who is in it now."""

    __tablename__ = "household_members"
    __table_args__ = (
        Index(ONE_MAIN_MEMBER, "household_id", unique=True, postgresql_where=_MAIN_NOW),
        Index(MAIN_HOUSEHOLD, "person_id", unique=True, postgresql_where=_MAIN_NOW),
        Index(MEMBER_ONCE, "household_id", "person_id", unique=True, postgresql_where=_NOW),
        CheckConstraint("member_until IS NULL OR member_until >= member_from", name="period"),
    )
    subject_key: ClassVar[str] = "person_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    role: Mapped[HouseholdRole]
    position: Mapped[int]
    member_from: Mapped[date]
    member_until: Mapped[date | None]
    changed_at: Mapped[datetime]
