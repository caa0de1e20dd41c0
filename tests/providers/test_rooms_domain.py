"""How much room there is on a day, by its values."""

from datetime import UTC, date, datetime

import pytest

from services.providers.domain.rooms import Room, Stated, in_force, room_on, still_free

SAID = datetime(2022, 3, 1, 8, tzinfo=UTC)
LATER = datetime(2022, 3, 2, 8, tzinfo=UTC)
NOW = Room(2, SAID)
CHANGES = [Stated(date(2022, 4, 1), 5, LATER), Stated(date(2022, 5, 1), 1, LATER)]


@pytest.mark.parametrize(
    ("day", "places"),
    [
        (date(2022, 3, 31), 2),
        (date(2022, 4, 1), 5),
        (date(2022, 4, 30), 5),
        (date(2022, 5, 1), 1),
    ],
)
def test_a_change_holds_from_its_day_on(day: date, places: int) -> None:
    assert room_on(NOW, CHANGES, day).places == places


def test_before_the_first_change_nothing_is_in_force() -> None:
    assert in_force(CHANGES, date(2022, 3, 31)) is None
    assert room_on(NOW, CHANGES, date(2022, 3, 31)).stated_at == SAID
    assert room_on(NOW, CHANGES, date(2022, 4, 1)).stated_at == LATER


@pytest.mark.parametrize(("taken", "free"), [(0, 2), (2, 0), (3, 0)])
def test_a_room_with_fewer_places_than_are_taken_empties_first(taken: int, free: int) -> None:
    assert NOW.free(taken) == free


@pytest.mark.parametrize(("left", "given"), [(None, 4), (6, 4), (3, 3), (0, 0), (-1, 0)])
def test_a_ceiling_bounds_what_may_be_given(left: int | None, given: int) -> None:
    assert still_free(4, left) == given
