"""The clock: UTC inside, the day of Amsterdam outside, and a file that moves it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import clock_from, local_date, utc_now


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2022-03-01T22:59:59", "2022-03-01"),
        ("2022-03-01T23:00:00", "2022-03-02"),  # winter: one hour ahead
        ("2022-07-01T21:59:59", "2022-07-01"),
        ("2022-07-01T22:00:00", "2022-07-02"),  # summer: two
        ("2022-12-31T23:00:00", "2023-01-01"),
    ],
)
def test_the_day_begins_at_midnight_in_amsterdam(moment: str, day: str) -> None:
    assert local_date(datetime.fromisoformat(moment).replace(tzinfo=UTC)).isoformat() == day


def test_a_clock_without_a_file_is_the_system_clock() -> None:
    assert clock_from(None) is utc_now
    assert utc_now().tzinfo is UTC


def test_a_file_moves_the_clock_and_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    file.write_text("0")
    clock = clock_from(file)
    assert abs(clock() - utc_now()) < timedelta(seconds=2)

    file.write_text(str(90 * 86_400))
    os.utime(file, ns=(1, 1))

    assert abs(clock() - utc_now() - timedelta(days=90)) < timedelta(seconds=2)
