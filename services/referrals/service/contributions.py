"""When help ran for which a contribution is due: written where help begins and stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.referrals.domain.contributions import contribution_of, costs
from services.referrals.models import (
    ContributionPeriodRow,
    DirectRegistrationRow,
    GrantRow,
    ReferralRow,
)
from services.referrals.repository.contributions import ContributionsRepository
from services.referrals.service.tools import DIRECT_REGISTRATION, GRANT, REFERRAL, Tools
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.base import Page
from shared.schemas.contributions import ContributionPeriodRead
from shared.stelsel.model import Stelsel
from shared.stelsel.routes import contribution_on
from shared.vocabulary import GrantForm, GrantStatus

_ACTIVITY: Final = "contributing"


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid for: a request, a registration or a grant, and what it costs."""

    kind: str
    id: UUID
    voorziening: str
    contribution: Mapping[str, Any] | None
    household: UUID | None = None
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Periods:
    """Starting and stopping periods within one transaction."""

    session: Session
    now: datetime

    async def start(self, paid: Paid, on: date) -> None:
        """Help began; nothing is kept where nothing is paid."""
        if paid.contribution is None or not costs(paid.contribution):
            return
        row = ContributionPeriodRow(
            id=new_id(),
            about_kind=paid.kind,
            about_id=paid.id,
            household_id=paid.household,
            voorziening=paid.voorziening,
            kind=paid.contribution["kind"],
            reference=paid.contribution["reference"],
            told_on=paid.told_on,
            started_on=on,
            changed_at=self.now,
        )
        await ContributionsRepository(self.session).add(row)

    async def stop(self, about: UUID, on: date) -> None:
        """Help stopped; a period does not end before it began."""
        repository = ContributionsRepository(self.session)
        row = await repository.open_of(about)
        if row is not None:
            row.stopped_on, row.changed_at = max(on, row.started_on), self.now
            await repository.add(row)

    async def grant_stands(self, row: GrantRow, stelsel: Stelsel, today: date) -> None:
        """A pgb is paid for while it runs: no provider tells when that help begins or stops."""
        runs = row.form is GrantForm.PGB and row.status is GrantStatus.RUNNING
        begun = await ContributionsRepository(self.session).open_of(row.id)
        if runs and begun is None:
            cell = contribution_on(stelsel, row.voorziening, row.valid_from)
            paid = None if cell is None else {"kind": cell.kind.value, "reference": cell.reference}
            about = Paid(GRANT, row.id, row.voorziening, paid, row.household_id)
            await self.start(about, row.valid_from)
        if begun is not None and not runs:
            await self.stop(row.id, row.valid_until or today)


def of_request(row: ReferralRow) -> Paid:
    """What a request costs, by the check it was judged by last."""
    found = contribution_of(row.judged_check, row.access_check)
    told = row.contribution_told_on
    return Paid(REFERRAL, row.id, row.voorziening, found, row.household_id, told)


def of_registration(row: DirectRegistrationRow) -> Paid:
    """What a client of a provider's own pays."""
    found = contribution_of(row.access_check)
    told = row.contribution_told_on
    return Paid(DIRECT_REGISTRATION, row.id, row.voorziening, found, told_on=told)


@dataclass(frozen=True, slots=True)
class Contributions:
    """The use case of the municipality that tells the CAK when help ran."""

    tools: Tools

    async def periods(
        self, call: Call, since: datetime | None, size: int, cursor: str | None
    ) -> Page[ContributionPeriodRead]:
        """What began or stopped since a moment, changed longest ago first; ids and days."""
        query = f"contribution-periods/{since}/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            repository = ContributionsRepository(session)
            rows = await repository.page(self.tools.viewer(call), since, after, size)
            shown = rows[:size]
            await record(session, call, Act.READ, _ACTIVITY, [_about(row) for row in shown])
        more = None
        if len(rows) > size:
            more = call.cursor(query, [shown[-1].changed_at.isoformat(), str(shown[-1].id)])
        items = tuple(ContributionPeriodRead.model_validate(row) for row in shown)
        return Page(items=items, next=more)


def _about(row: ContributionPeriodRow) -> About:
    if row.household_id is None:
        return About(SubjectKind.CONTACT, row.about_id)
    return About(SubjectKind.HOUSEHOLD, row.household_id)


def _place(moment: str, last: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(moment), UUID(last)
