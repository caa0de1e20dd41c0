"""The days around a request: kept as they were told, and on the coordinator's desk in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.plans.models import PlanRow, ToldDayRow
from services.plans.repository import DaysRepository, WorkRepository
from services.plans.service.telling import ToDo, lay_until
from shared.clock import local_date
from shared.db.database import Session
from shared.schemas.events import GrantMoved, ReferralMoved
from shared.vocabulary import DayKind, GrantStatus, ReferralStatus, WorkItemKind

_SPOKEN_TO: Final[Mapping[DayKind, WorkItemKind]] = MappingProxyType(
    {
        DayKind.AFTERCARE_CONTACT: WorkItemKind.AFTERCARE_CONTACT,
        DayKind.RETURN_REVIEW: WorkItemKind.RETURN_REVIEW,
    }
)
"""Work that is due on the day itself."""

_ENDS: Final[Mapping[DayKind, WorkItemKind]] = MappingProxyType(
    {
        DayKind.DECISION: WorkItemKind.DECISION_ENDS,
        DayKind.CONTRACT: WorkItemKind.CONTRACT_ENDS,
    }
)
"""Work that is due some days before help ends. The end of a grant is told with the grant, and a
placement that stopped lies on the desk already."""

_OF_REQUESTS: Final = tuple(kind for kind in DayKind if kind is not DayKind.GRANT)


@dataclass(frozen=True, slots=True)
class Days:
    """Keeping the days of requests within one transaction; the caller holds the plan."""

    session: Session
    warn_before: timedelta

    async def of_request(self, plan: PlanRow, told: ReferralMoved, at: datetime) -> None:
        """All days of a request are told each time: one that is not there any more is forgotten.

        A day that stays as it was lays nothing on a desk again, so what was ticked off stays so.
        """
        repository = DaysRepository(self.session)
        if told.status is ReferralStatus.JUDGING:
            await repository.forget_grants(told.referral_id, local_date(at))
        known = await repository.known(told.referral_id)
        now: dict[DayKind, date] = {each.kind: each.on for each in told.days}
        for kind in _OF_REQUESTS:
            day = now.get(kind)
            if day == known.get(kind):
                continue
            if day is None:
                await repository.forget(told.referral_id, kind)
            else:
                row = _row(plan, told.referral_id, kind, day)
                row.support_item_id, row.referral_id = told.support_item_id, told.referral_id
                row.changed_at = at
                await repository.keep(row)
            await self._work(plan, told.referral_id, (kind, day), at)

    async def of_grant(self, plan: PlanRow, told: GrantMoved, at: datetime) -> None:
        """The last day of a grant. One without a last day is kept too: help goes on by it."""
        over = told.status is not GrantStatus.RUNNING
        day = told.valid_until or (local_date(at) if over else None)
        row = _row(plan, told.grant_id, DayKind.GRANT, day)
        row.support_item_id, row.referral_id = told.support_item_id, told.referral_id
        row.changed_at = at
        await DaysRepository(self.session).keep(row)

    async def _work(
        self, plan: PlanRow, about: UUID, what: tuple[DayKind, date | None], at: datetime
    ) -> None:
        kind, day = what
        work = _SPOKEN_TO.get(kind) or _ENDS.get(kind)
        if work is None:
            return
        await WorkRepository(self.session).finish(work, about, at)
        if day is None:
            return
        due = day if kind in _SPOKEN_TO else max(day - self.warn_before, local_date(at))
        await lay_until(self.session, plan, ToDo(work, about, day.isoformat(), due), at)


def _row(plan: PlanRow, subject: UUID, kind: DayKind, day: date | None) -> ToldDayRow:
    return ToldDayRow(subject=subject, kind=kind, plan_id=plan.id, day=day)
