"""What every table of the referrals database is made of."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import About, Row, new_metadata

metadata = new_metadata()


class ReferralsRow(Row):
    """A row of the referrals database."""

    __abstract__ = True
    metadata = metadata


class OfHousehold(About):
    """Whose data a row of this service is: a household, by its opaque id."""

    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    household_id: Mapped[UUID] = mapped_column(index=True)
    changed_at: Mapped[datetime]


class WithId(ReferralsRow):
    """A row with an id of its own: its sealed texts are bound to it."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)


def listed(statuses: tuple[str, ...]) -> str:
    """States as SQL has them in a list."""
    return ", ".join(f"'{status}'" for status in statuses)


def previous_state(kind: type[StrEnum]) -> Enum:
    """A second column of the same closed set in one table: its constraint needs its own name."""
    return Enum(
        kind,
        name=f"previous_{kind.__name__.lower()}",
        native_enum=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=True,
    )
