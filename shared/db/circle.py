"""The circle of a plan as intake and referrals know it: a projection that plans feeds by events.

Opaque ids only. Reads filter on it; a write that depends on it asks plans first (design 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, delete, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import Row, new_metadata
from shared.db.database import Session
from shared.db.newer import keep_newer
from shared.schemas.events import CirclePerson
from shared.vocabulary import CirclePart

circle_metadata = new_metadata()
"""The tables of the projection: intake and referrals have them, plans and providers do not."""


class CircleTable(Row):
    """A row of the projection."""

    __abstract__ = True
    metadata = circle_metadata


class CirclePlanRow(CircleTable):
    """Which state of a plan's circle is known here."""

    __tablename__ = "plan_circle_state"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(index=True)
    team_id: Mapped[UUID | None]
    open: Mapped[bool]
    sequence: Mapped[int] = mapped_column(BigInteger)
    applied_at: Mapped[datetime]


class CircleRow(CircleTable):
    """One worker around one plan, from-until."""

    __tablename__ = "plan_circle"
    __table_args__ = (Index("ix_plan_circle_subject_plan_id", "subject", "plan_id"),)

    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("plan_circle_state.plan_id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[CirclePart] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    valid_until: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Circle:
    """The whole circle of a plan at one sequence number."""

    plan_id: UUID
    household_id: UUID
    team_id: UUID | None
    open: bool
    sequence: int
    people: Sequence[CirclePerson]


async def apply_circle(session: Session, circle: Circle, now: datetime) -> bool:
    """Take over a newer circle; an older or equal one changes nothing (answers False)."""
    state = CirclePlanRow(
        plan_id=circle.plan_id,
        household_id=circle.household_id,
        team_id=circle.team_id,
        open=circle.open,
        sequence=circle.sequence,
        applied_at=now,
    )
    if not await keep_newer(session, state):
        return False
    await session.execute(delete(CircleRow).where(CircleRow.plan_id == circle.plan_id))
    for person in circle.people:
        session.add(
            CircleRow(
                plan_id=circle.plan_id,
                subject=person.subject,
                part=person.part,
                valid_from=person.valid_from,
                valid_until=person.valid_until,
            )
        )
    await session.flush()
    return True


def in_circle(plan_id: ColumnElement[UUID], subject: str, now: datetime) -> ColumnElement[bool]:
    """A WHERE: this worker is around that plan at this moment."""
    row = CircleRow
    return exists(
        select(row.plan_id).where(
            row.plan_id == plan_id,
            row.subject == subject,
            row.valid_from <= now,
            (row.valid_until.is_(None)) | (row.valid_until > now),
        )
    )
