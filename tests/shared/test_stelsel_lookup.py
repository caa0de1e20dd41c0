"""Finding things in a stelsel: the day, roles, the ladder, alternatives and the code lists."""

from datetime import date
from typing import Final

import pytest

from shared.stelsel.load import load_stelsel
from shared.stelsel.model import OutsidePeriodError, UnknownCodeError
from shared.stelsel.routes import (
    alternatives,
    check,
    codes,
    is_current,
    ladder_below,
    resolve_day,
    role_speaks_for,
)

STELSEL: Final = load_stelsel("amsterdam-2021")
DAY: Final = date(2022, 3, 1)


@pytest.mark.parametrize(
    ("day", "current"),
    [
        (date(2020, 12, 31), False),
        (date(2021, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_stelsel_holds_on_its_first_and_its_last_day(
    day: date,
    current: bool,  # noqa: FBT001
) -> None:
    assert is_current(STELSEL, day) is current


@pytest.mark.parametrize(
    ("on", "today", "day"),
    [
        (None, DAY, DAY),
        (None, date(2026, 12, 31), date(2026, 12, 31)),
        (None, date(2027, 1, 1), date(2026, 12, 31)),
        (None, date(2020, 6, 1), date(2026, 12, 31)),
        (date(2021, 1, 1), date(2030, 1, 1), date(2021, 1, 1)),
    ],
)
@pytest.mark.rule("OPN-02")
def test_the_day_is_the_one_given_or_today_or_the_last(
    on: date | None, today: date, day: date
) -> None:
    assert resolve_day(STELSEL, on, today) == day


@pytest.mark.parametrize("on", [date(2020, 12, 31), date(2027, 1, 1)])
def test_a_day_outside_the_period_names_the_period(on: date) -> None:
    with pytest.raises(OutsidePeriodError) as found:
        resolve_day(STELSEL, on, DAY)
    with pytest.raises(OutsidePeriodError):
        check(STELSEL, voorziening="sociale_basis", entry="okt", on=on, facts={})

    assert found.value.valid_from == date(2021, 1, 1)
    assert found.value.valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("role", "parties"),
    [
        ("buurtteam_worker", ("buurtteam",)),
        ("central_access", ("centrale_toegang",)),
        ("provider_intake", ("aanbieder",)),
        ("municipality", ("gemeente", "sociaal_loket", "wpi")),
        ("monitor", ()),
        ("nobody", ()),
    ],
)
def test_a_role_speaks_for_its_parties(role: str, parties: tuple[str, ...]) -> None:
    assert role_speaks_for(STELSEL, role) == parties


@pytest.mark.rule("AMS-INT-33")
def test_the_ladder_goes_from_light_to_heavy() -> None:
    below = [step.code for step in ladder_below(STELSEL, "individual")]

    assert below == ["own_strength", "generally_usual", "usual_help", "network", "free_access"]
    assert ladder_below(STELSEL, "own_strength") == ()
    with pytest.raises(UnknownCodeError, match="ladder step"):
        ladder_below(STELSEL, "top")


def test_alternatives_come_with_their_grounds() -> None:
    found = alternatives(STELSEL, "dagbesteding_meedoen", DAY)

    assert [each.voorziening for each in found] == [
        "sociale_basis",
        "dagbesteding_inloop",
        "wpi_traject",
    ]
    assert all(each.sources and each.text for each in found)


def test_every_list_of_codes_is_published() -> None:
    lists = codes(STELSEL)

    assert set(lists) == {
        *("voorzieningen", "parties", "conditions", "actions", "declineCodes", "facts", "ladder"),
        *("lifeDomains", "legalClocks", "norms", "signals", "complexityMarkers"),
        *("contactChannels", "contactOutcomes", "reporterKinds", "clockChanges", "stepTerms"),
        *("consultationQuestions", "consultationTargets", "notDepartable"),
        *("kinds", "modes", "outcomes", "serviceResults", "contributionKinds"),
    }
    assert all(entry.code and entry.label for entries in lists.values() for entry in entries)
    groups = {entry.code: entry.group for entry in lists["declineCodes"]}
    assert groups["no_capacity"] == "provider"
    assert {entry.group for entry in lists["declineCodes"]} == {"person", "provider", "centre"}
