"""What a person pays, per voorziening, as the law says it; and that a change of it is seen."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from shared.stelsel.load import load_stelsel
from shared.stelsel.model import ContributionKind, Stelsel
from shared.stelsel.routes import Outcome, check, compare

STELSEL: Final = load_stelsel("amsterdam-2021")
DAY: Final = date(2022, 3, 1)

FIXED: Final = {
    *("ambulante_ondersteuning", "hulp_bij_het_huishouden", "logeeropvang"),
    *("dagbesteding_meedoen", "dagbesteding_meewerken", "dagbesteding_arbeidsmatig"),
    *("begeleid_individueel_wonen", "specialistische_woonbegeleiding"),
}
"""Maatwerk at home or by day: the fixed amount of Wmo 2.1.4a."""

BY_TARIFF: Final = {
    *("beschermd_wonen", "maatschappelijke_opvang", "opvang_huiselijk_geweld"),
    *("fact_ggz", "wlz"),
}
"""By income, by what the municipality set, or by another law."""

NOBODY_KNOWS: Final = {"ondersteuning_bij_het_huishouden", "time_outplek"}
"""Where the documents do not even say how one gets it."""


def paid(stelsel: Stelsel) -> dict[str, str | None]:
    """What is paid for each voorziening, by kind, at a door that is open."""
    found = {}
    for item in stelsel.voorzieningen:
        doors = [door for row in item.routes for door in row.doors]
        entry = doors[0].entries[0].replace("*", "buurtteam") if doors else "buurtteam"
        answer = check(stelsel, voorziening=item.code, entry=entry, on=DAY, facts={})
        found[item.code] = None if answer.contribution is None else answer.contribution.kind.value
    return found


def expected() -> dict[str, str | None]:
    codes = {item.code for item in STELSEL.voorzieningen}
    free = codes - FIXED - BY_TARIFF - NOBODY_KNOWS
    return {
        **dict.fromkeys(FIXED, "fixed"),
        **dict.fromkeys(BY_TARIFF, "tariff_reference"),
        **dict.fromkeys(NOBODY_KNOWS),
        **dict.fromkeys(free, "none"),
    }


def test_what_a_person_pays_is_known_for_each_voorziening() -> None:
    assert paid(STELSEL) == expected()


@pytest.mark.parametrize("at", range(len(STELSEL.voorzieningen)))
def test_another_kind_is_seen(at: int) -> None:
    item = STELSEL.voorzieningen[at]
    cells = item.routes[0].contributions
    if not cells:
        assert item.code in NOBODY_KNOWS
        return
    cell = cells[-1]
    other = ContributionKind.NONE if cell.kind is not ContributionKind.NONE else "fixed"
    changed = replace(cell, kind=ContributionKind(other))
    row = replace(item.routes[0], contributions=(*cells[:-1], changed))
    items = list(STELSEL.voorzieningen)
    items[at] = replace(item, routes=(row,))

    assert paid(replace(STELSEL, voorzieningen=tuple(items))) != expected()


@pytest.mark.parametrize(
    ("age", "kind"), [(17, "none"), (18, "fixed"), (None, "fixed"), (70, "fixed")]
)
def test_who_is_young_pays_nothing_at_home(age: int | None, kind: str) -> None:
    for code in FIXED:
        answer = check(STELSEL, voorziening=code, entry="buurtteam", on=DAY, facts={"age": age})
        assert answer.contribution is not None
        assert answer.contribution.kind == kind, code


def test_what_if_shows_that_age_decides_what_is_paid() -> None:
    _, changes = compare(
        STELSEL, voorziening="logeeropvang", entry="buurtteam", on=DAY, facts={"age": 40}
    )

    by_age = {each.value: each.changed for each in changes if each.fact == "age"}
    assert by_age[17] == ("contribution",)


def test_at_a_wrong_door_one_hears_what_it_costs_behind_the_right_one() -> None:
    answer = check(STELSEL, voorziening="dagbesteding_meedoen", entry="aanbieder", on=DAY, facts={})

    assert answer.outcome is Outcome.REDIRECT
    assert answer.contribution is not None
    assert answer.contribution.kind is ContributionKind.FIXED
    assert "eigen bijdrage" in answer.contribution.text
    assert answer.contribution.reference
    assert {each.rule for each in answer.contribution.reasons} == {"Wmo 2.1.4a"}


def test_what_it_costs_is_no_reason_of_access() -> None:
    answer = check(STELSEL, voorziening="beschermd_wonen", entry="buurtteam", on=DAY, facts={})

    assert not [each for each in answer.reasons if each.rule == "Wmo 2.1.4a"]


@pytest.mark.rule("AMS-ACC-18")
def test_only_day_activities_on_the_way_to_work_are_looked_at_for_a_next_step() -> None:
    onward = {item.code: item.onward for item in STELSEL.voorzieningen if item.onward is not None}

    assert list(onward) == ["dagbesteding_arbeidsmatig"]
    assert onward["dagbesteding_arbeidsmatig"].next_steps == ("wpi_traject",)
