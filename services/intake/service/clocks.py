"""Legal terms of a melding: from the day of the first contact (Wmo 2015 art. 2.3.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.intake.models import ClockRow
from shared.calendar import TermUnit, due
from shared.clock import local_date
from shared.stelsel.model import AT_FIRST_CONTACT, LegalClock
from shared.stelsel.routes import days_of

INVESTIGATION: Final = "investigation"
PERSONAL_PLAN: Final = "personal_plan"


def started(
    terms: Iterable[LegalClock], contact: UUID, first_day: date, now: datetime
) -> list[ClockRow]:
    """The terms that a melding starts, as the stelsel has them."""
    return [
        ClockRow(
            contact_id=contact,
            code=term.code,
            article=term.article,
            started_on=first_day,
            due_on=_last_day(term, first_day),
            met_on=None,
            changed_at=now,
        )
        for term in terms
        if term.starts_at == AT_FIRST_CONTACT
    ]


def restart(
    terms: Iterable[LegalClock], clocks: Iterable[ClockRow], first_day: date, now: datetime
) -> None:
    """Count again from an earlier first day; what was met stays met."""
    by_code = {term.code: term for term in terms}
    for clock in clocks:
        clock.started_on = first_day
        clock.due_on = _last_day(by_code[clock.code], first_day)
        clock.changed_at = now


def copied(clocks: Iterable[ClockRow], contact: UUID, now: datetime) -> list[ClockRow]:
    """The same terms for the contact that was carried over: no day is won by it (OPN-10)."""
    return [
        ClockRow(
            contact_id=contact,
            code=clock.code,
            article=clock.article,
            started_on=clock.started_on,
            due_on=clock.due_on,
            met_on=clock.met_on,
            changed_at=now,
        )
        for clock in clocks
    ]


def meet(clocks: Iterable[ClockRow], code: str, now: datetime) -> None:
    """Mark a term as met, today in Amsterdam; the first day it was met holds."""
    for clock in clocks:
        if clock.code == code and clock.met_on is None:
            clock.met_on = local_date(now)
            clock.changed_at = now


def _last_day(term: LegalClock, first_day: date) -> date:
    return due(first_day, days_of(term), TermUnit.DAYS)
