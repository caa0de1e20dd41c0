"""Legal terms: Easter against the church's own table, and the Algemene termijnenwet."""

from datetime import date, timedelta

import pytest

from shared.calendar import TermUnit, due, easter, holidays, is_working_day, next_working_day

# The paschal full moon by golden number, 1900-2199 (month, day).
FULL_MOONS = [
    *((4, 14), (4, 3), (3, 23), (4, 11), (3, 31), (4, 18), (4, 8), (3, 28), (4, 16), (4, 5)),
    *((3, 25), (4, 13), (4, 2), (3, 22), (4, 10), (3, 30), (4, 17), (4, 7), (3, 27)),
]


@pytest.mark.parametrize("year", range(2000, 2101))
def test_easter_is_the_sunday_after_the_paschal_moon(year: int) -> None:
    moon = date(year, *FULL_MOONS[year % 19])
    assert easter(year) == moon + timedelta(days=7 - (moon.weekday() + 1) % 7)


@pytest.mark.parametrize(
    "day",
    ["2000-04-23", "2008-03-23", "2011-04-24", "2022-04-17", "2024-03-31", "2038-04-25"],
)
def test_easter_of_known_years(day: str) -> None:
    assert easter(int(day[:4])).isoformat() == day


def test_the_holidays_of_2022() -> None:
    assert sorted(day.isoformat() for day in holidays(2022)) == [
        *("2022-01-01", "2022-04-15", "2022-04-17", "2022-04-18", "2022-04-27", "2022-05-05"),
        *("2022-05-26", "2022-06-05", "2022-06-06", "2022-12-25", "2022-12-26"),
    ]


def test_kings_day_moves_to_saturday_when_it_is_a_sunday() -> None:
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2025, 4, 27) not in holidays(2025)
    assert is_working_day(date(2025, 4, 28))


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        ("2022-03-01", 6, TermUnit.WEEKS, "2022-04-12"),
        ("2022-03-04", 6, TermUnit.WEEKS, "2022-04-19"),  # Good Friday, Easter
        ("2022-03-07", 6, TermUnit.WEEKS, "2022-04-19"),  # Easter Monday
        ("2022-03-16", 6, TermUnit.WEEKS, "2022-04-28"),  # King's Day
        ("2022-04-21", 2, TermUnit.WEEKS, "2022-05-06"),  # 5 May, every year
        ("2022-05-12", 2, TermUnit.WEEKS, "2022-05-27"),  # Ascension
        ("2022-12-11", 2, TermUnit.WEEKS, "2022-12-27"),  # Sunday and Boxing Day
        ("2021-12-18", 2, TermUnit.WEEKS, "2022-01-03"),  # 1 January, a Saturday
        ("2022-03-01", 7, TermUnit.DAYS, "2022-03-08"),
        ("2022-03-05", 7, TermUnit.DAYS, "2022-03-14"),  # a Saturday
        ("2022-03-05", 0, TermUnit.DAYS, "2022-03-07"),
        ("2022-04-14", 1, TermUnit.WORKING_DAYS, "2022-04-19"),
        ("2022-04-14", 8, TermUnit.WORKING_DAYS, "2022-04-29"),
        ("2022-03-04", 3, TermUnit.WORKING_DAYS, "2022-03-09"),
    ],
)
def test_a_term_ends_on_a_working_day(start: str, length: int, unit: TermUnit, end: str) -> None:
    assert due(date.fromisoformat(start), length, unit).isoformat() == end


def test_no_term_ends_on_a_day_off_in_a_century() -> None:
    day = date(2000, 1, 1)
    while day.year < 2100:
        assert is_working_day(next_working_day(day))
        day += timedelta(days=1)
