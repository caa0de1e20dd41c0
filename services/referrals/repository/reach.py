"""Whose requests and attempts a caller reaches, as a WHERE: what you may not see does not exist."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, exists, false, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from services.referrals.models import NOT_TAKEN_BACK, AttemptRow, ReferralRow
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.circle import CirclePlanRow, in_circle
from shared.db.database import Session
from shared.outbox.circle import ensure_not_behind, may_show
from shared.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, by which reach, and for which parties the caller's roles speak.

    `front_party` is the party of the teams: its requests are seen around their plan, never by
    whoever speaks for it. Without that, somebody who is a worker and judges elsewhere too would
    see the requests of the whole city. `helping`: how long client support follows what it asked
    for a person after the last thing that happened to it.
    """

    call: Call
    parties: Collection[str]
    front_party: str
    stale_before: datetime
    helping: timedelta

    def referrals(self) -> ColumnElement[bool]:
        """The requests this caller may touch with this operation, as a WHERE."""
        row, call = ReferralRow, self.call
        found: list[ColumnElement[bool]] = [false()]
        plan: ColumnElement[UUID] = row.plan_id.expression  # type: ignore[assignment]  # NULL is in no circle
        known = may_show(plan, self.stale_before)
        if call.may(Reach.OWN_CIRCLE):
            around = in_circle(plan, call.principal.subject, call.now)
            found.append(and_(around, known))
        team = call.principal.team
        if call.may(Reach.OWN_TEAM) and team is not None:
            state = CirclePlanRow
            of_team = and_(state.plan_id == row.plan_id, state.team_id == team)
            found.append(and_(exists(select(state.plan_id).where(of_team)), known))
        if call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
            found.append(and_(row.support_item_id.is_(None), self._brought()))
        if call.may(Reach.OWN):
            found.append(self.own())
        return or_(*found)

    def own(self) -> ColumnElement[bool]:
        """What a party outside the teams judges, places or brought in itself (AMS-REF-05)."""
        row = ReferralRow
        parties = sorted(set(self.parties) - {self.front_party})
        columns = (row.judge_party, row.placing_party, row.entry_party)
        return or_(*(column.in_(parties) for column in columns))

    def _brought(self) -> ColumnElement[bool]:
        """Brought in without an item of a plan, by the caller or the caller's team."""
        row, own = ReferralRow, self.call.principal
        by_me = row.created_by == own.subject
        return by_me if own.team is None else or_(by_me, row.entry_team == own.team)

    async def ensure_told_all(self, session: Session) -> None:
        """Raise `StaleProjectionError` when what is known of circles is too old to show."""
        if self.call.may(Reach.OWN_CIRCLE) or self.call.may(Reach.OWN_TEAM):
            await ensure_not_behind(session, self.stale_before)

    def attempts(self) -> ColumnElement[bool]:
        """The attempts addressed to the caller's provider, as a WHERE; nobody else has any."""
        provider = self.call.principal.provider
        if provider is None or not self.call.may(Reach.OWN_PROVIDER):
            return false()
        return AttemptRow.provider_id == provider

    def may_read(self) -> tuple[ColumnElement[bool] | TextClause, ...]:
        """The disclosure of an attempt lasts: not revoked, its last day not over."""
        row = AttemptRow
        today = local_date(self.call.now)
        return row.revoked_at.is_(None), lasts(row.valid_until, today), text(NOT_TAKEN_BACK)


def lasts(valid_until: InstrumentedAttribute[date | None], today: date) -> ColumnElement[bool]:
    """What may be shared until a day may be shared on that day."""
    return or_(valid_until.is_(None), valid_until >= today)
