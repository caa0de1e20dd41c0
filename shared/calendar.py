"""Legal terms: Dutch holidays and the Algemene termijnenwet.

The wording of the Algemene termijnenwet is from professional memory: art. 1 moves a term that ends
on a Saturday, Sunday or recognised holiday to the next working day; art. 3 lists the holidays and
equates Good Friday. Compare with the law before a deployment relies on it.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

LONG_AGO = timedelta(days=3653)
"""Ten years: a day further back than this that somebody writes down is a mistake in the year."""

SATURDAY = 5
APRIL_SUNDAY_RULE_DAY = 27


class TermUnit(StrEnum):
    """In what a legal term is counted."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"


def easter(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar (anonymous Gregorian algorithm)."""
    cycle, century, rest = year % 19, year // 100, year % 100
    epact = (
        19 * cycle + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (cycle + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The days that the Algemene termijnenwet art. 3 counts as holidays in a year."""
    sunday = easter(year)
    kings_day = date(year, 4, APRIL_SUNDAY_RULE_DAY)
    if kings_day.weekday() == SATURDAY + 1:
        kings_day -= timedelta(days=1)
    moving = {sunday + timedelta(days=days) for days in (-2, 0, 1, 39, 49, 50)}
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    return frozenset(moving | fixed | {kings_day})


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def age_on(birth_date: date, day: date) -> int:
    """Age in whole years on a day; who was born on 29 February has a birthday on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def due(start: date, length: int, unit: TermUnit) -> date:
    """The last day of a term that began on `start`; the day of the start itself does not count."""
    if unit is TermUnit.WORKING_DAYS:
        day = start
        for _ in range(length):
            day = next_working_day(day + timedelta(days=1))
        return day
    days = length * 7 if unit is TermUnit.WEEKS else length
    return next_working_day(start + timedelta(days=days))
