"""Whose records a caller reaches, as a WHERE: what you may not see does not exist."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select
from sqlalchemy.orm import aliased

from services.intake.models import ContactRow, DutyContactRow, RedirectRow
from shared.db.circle import in_circle
from shared.db.database import Session
from shared.outbox.circle import ensure_not_behind, may_show
from shared.vocabulary import ContactStatus, Reach

_BY_CIRCLE: Final = frozenset({Reach.OWN_TEAM, Reach.OWN_CIRCLE})


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who asks: the claims that decide, and the parties for which this person speaks."""

    subject: str
    team: UUID | None
    provider: UUID | None
    parties: tuple[str, ...]
    reaches: frozenset[Reach]
    now: datetime
    stale_before: datetime


def to_work_on(seeker: Seeker) -> ColumnElement[bool]:
    """Contacts that lie with the caller's team, in the queue of its party, or on its desk.

    What somebody took in on duty leaves that desk when its time is over, handed back or not.
    """
    if Reach.OWN_TEAM not in seeker.reaches:
        return false()
    row = ContactRow
    queue = and_(row.team_id.is_(None), row.addressed_to.in_(seeker.parties))
    desk = and_(row.assigned_to == seeker.subject, not_(_on_duty(seeker, over=True)))
    return or_(desk, queue, _is(row.team_id, seeker.team))


def to_read(seeker: Seeker) -> ColumnElement[bool]:
    """The same, what a team worker just recorded for another door, and what belongs to a plan."""
    found: list[ColumnElement[bool]] = [to_work_on(seeker)]
    if Reach.OWN_TEAM in seeker.reaches:
        found += [_recorded_by(seeker), _on_duty(seeker, over=False)]
    if seeker.reaches & _BY_CIRCLE:
        found.append(_around_the_plan(seeker))
    return or_(*found)


async def ensure_told_all(session: Session, seeker: Seeker) -> None:
    """Nothing was found: say so only when what is known of circles is recent enough.

    Raises `StaleProjectionError`, for what is there and for what is not.
    """
    if seeker.reaches & _BY_CIRCLE:
        await ensure_not_behind(session, seeker.stale_before)


def to_follow(seeker: Seeker) -> ColumnElement[bool]:
    """Receipts: what the caller or its organisation brought in, also after it was carried over."""
    row = ContactRow
    brought = or_(row.created_by == seeker.subject, _is(row.created_by_provider, seeker.provider))
    return or_(brought, to_read(seeker))


def of_both_doors(seeker: Seeker) -> ColumnElement[bool]:
    """Redirects: whoever brought the contact in, the door that sent it, the door that has it."""
    row, first = RedirectRow, aliased(ContactRow)
    brought = exists(
        select(first.id).where(
            first.id == row.contact_id,
            or_(
                first.created_by == seeker.subject,
                _is(first.created_by_provider, seeker.provider),
            ),
        )
    )
    found: list[ColumnElement[bool]] = [brought, row.sent_by == seeker.subject]
    if Reach.OWN_TEAM in seeker.reaches:
        found += [
            _is(row.from_team_id, seeker.team),
            _is(row.to_team_id, seeker.team),
            and_(row.from_team_id.is_(None), row.from_party.in_(seeker.parties)),
            and_(row.to_team_id.is_(None), row.to_party.in_(seeker.parties)),
        ]
    return or_(*found)


def _recorded_by(seeker: Seeker) -> ColumnElement[bool]:
    """What somebody wrote down for another door, until that door takes it up.

    From then on it holds what that door heard, of the person and of Veilig Thuis: whoever
    recorded it follows the receipt. What was recorded on duty is read as long as duty allows.
    """
    row = ContactRow
    waiting = and_(row.status == ContactStatus.RECEIVED, not_(_on_duty(seeker, over=True)))
    return and_(row.created_by == seeker.subject, row.carried_from.is_(None), waiting)


def _on_duty(seeker: Seeker, *, over: bool) -> ColumnElement[bool]:
    """Taken in by the caller on duty: within the box of time, or when that is over (design 8)."""
    row = DutyContactRow
    box = row.readable_until <= seeker.now if over else row.readable_until > seeker.now
    own = and_(row.contact_id == ContactRow.id, row.subject == seeker.subject)
    return exists(select(row.contact_id).where(own, box))


def to_review(seeker: Seeker) -> ColumnElement[bool]:
    """What was taken in on duty and lies with the caller's team or in the queue of its party now:
    who cannot read it cannot look at it."""
    if Reach.OWN_TEAM not in seeker.reaches:
        return false()
    row = ContactRow
    queue = and_(row.team_id.is_(None), row.addressed_to.in_(seeker.parties))
    return or_(queue, _is(row.team_id, seeker.team))


def sent_by(seeker: Seeker) -> ColumnElement[bool]:
    """Redirects that the caller, its team or the queue of its party sent away."""
    row = RedirectRow
    found: list[ColumnElement[bool]] = [row.sent_by == seeker.subject]
    if Reach.OWN_TEAM in seeker.reaches:
        queue = and_(row.from_team_id.is_(None), row.from_party.in_(seeker.parties))
        found += [_is(row.from_team_id, seeker.team), queue]
    return or_(*found)


def _around_the_plan(seeker: Seeker) -> ColumnElement[bool]:
    """In the circle of the plan; while news of that circle waits, nobody is (design 7)."""
    row = ContactRow
    plan: ColumnElement[UUID] = row.plan_id  # type: ignore[assignment]  # NULL is in no circle
    return and_(in_circle(plan, seeker.subject, seeker.now), may_show(plan, seeker.stale_before))


def _is(column: object, value: UUID | None) -> ColumnElement[bool]:
    """Equal, where the caller has such a claim at all."""
    return false() if value is None else column == value  # type: ignore[return-value]  # a column
