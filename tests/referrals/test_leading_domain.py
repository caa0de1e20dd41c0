"""The rules of leading without a plan, over values: one way, own door, whose place."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from services.referrals.domain.codes import PROVIDER
from services.referrals.domain.judging import blocking
from services.referrals.domain.leading import (
    Decision,
    Way,
    ensure_decision_holds,
    ensure_decision_whole,
    ensure_may_end,
    ensure_needs_no_plan,
    ensure_one_way,
    ensure_own_door,
    ensure_places,
    ensure_team_hears,
    how_to_ask,
    is_over,
    placing_of,
)
from shared.errors import ConflictError, InvalidRequestError, RuleViolationError
from shared.stelsel.load import load_stelsel
from shared.stelsel.model import FactValue
from shared.stelsel.routes import Answer, check

STELSEL = load_stelsel("amsterdam-2021")
TODAY = date(2022, 3, 1)
TEAM, CENTRE, THUIS = "buurtteam", "centrale_toegang", "veilig_thuis"


def answer(voorziening: str, entry: str, **facts: FactValue) -> Answer:
    """The check on a day of 2022."""
    return check(STELSEL, voorziening=voorziening, entry=entry, on=TODAY, facts=facts)


def test_of_every_set_of_fields_only_the_two_ways_are_right() -> None:
    right = set()
    for plan, item, household, person, need, contact in product((True, False), repeat=6):
        way = Way((plan, item), (household, person, need), contact)
        try:
            ensure_one_way(way)
        except InvalidRequestError:
            continue
        right.add((plan, item, household, person, need, contact))

    assert right == {
        (True, True, False, False, False, False),
        (False, False, True, True, True, False),
        (False, False, True, True, True, True),
    }


def test_somebody_comes_in_at_the_door_of_the_caller() -> None:
    ensure_own_door(CENTRE, {CENTRE}, STELSEL)
    with pytest.raises(RuleViolationError, match="Centrale toegang"):
        ensure_own_door(CENTRE, {TEAM}, STELSEL)


@pytest.mark.parametrize(
    ("entry", "facts", "free"),
    [
        (CENTRE, {"hasPlan": False}, True),
        (TEAM, {"hasPlan": False}, False),
        (TEAM, {"hasPlan": True}, True),
        (TEAM, {"hasPlan": False, "unsafeNow": True}, True),
    ],
)
def test_the_door_says_whether_there_must_be_a_plan_first(
    *, entry: str, facts: dict[str, FactValue], free: bool
) -> None:
    found = answer("maatschappelijke_opvang", entry, **facts)
    blocked = blocking(found, (), STELSEL)

    if free:
        ensure_needs_no_plan(found, blocked, STELSEL)
    else:
        with pytest.raises(RuleViolationError) as refused:
            ensure_needs_no_plan(found, blocked, STELSEL)
        assert "create_plan" in {fault.code for fault in refused.value.faults}


def test_where_the_team_judges_a_contact_or_a_plan_brings_it_there() -> None:
    ensure_team_hears(CENTRE, STELSEL, contact=False, plan=False)
    ensure_team_hears(TEAM, STELSEL, contact=True, plan=False)
    ensure_team_hears(TEAM, STELSEL, contact=False, plan=True)
    with pytest.raises(InvalidRequestError):
        ensure_team_hears(TEAM, STELSEL, contact=False, plan=False)


@pytest.mark.parametrize(
    ("placed_by", "judge", "plan", "expected"),
    [
        (CENTRE, CENTRE, True, CENTRE),
        (CENTRE, CENTRE, False, CENTRE),
        (PROVIDER, CENTRE, True, None),
        (PROVIDER, CENTRE, False, CENTRE),
        ("niet_bepaald", CENTRE, False, CENTRE),
        ("niet_bepaald", None, False, THUIS),
        ("niet_bepaald", TEAM, False, None),
        (TEAM, TEAM, True, None),
    ],
)
def test_somebody_always_finds_the_place(
    *, placed_by: str, judge: str | None, plan: bool, expected: str | None
) -> None:
    found = replace(answer("opvang_huiselijk_geweld", THUIS), placed_by=placed_by)

    assert placing_of(found, STELSEL, judge, plan=plan) == expected


@pytest.mark.parametrize(
    ("placing", "parties", "around", "may"),
    [
        (None, {TEAM}, True, True),
        (None, {CENTRE}, False, False),
        (CENTRE, {CENTRE}, False, True),
        (CENTRE, {TEAM}, True, False),
        (CENTRE, {THUIS}, False, False),
    ],
)
def test_only_who_places_finds_a_provider(
    *, placing: str | None, parties: set[str], around: bool, may: bool
) -> None:
    if may:
        ensure_places(placing, parties, STELSEL, around=around)
    else:
        with pytest.raises(RuleViolationError):
            ensure_places(placing, parties, STELSEL, around=around)


def test_what_a_team_asked_the_team_ends() -> None:
    ensure_may_end(STELSEL, on_plan=True, around=True)
    ensure_may_end(STELSEL, on_plan=False, around=False)
    with pytest.raises(RuleViolationError):
        ensure_may_end(STELSEL, on_plan=True, around=False)


@pytest.mark.parametrize(
    ("judge", "admitted", "what_now", "until", "codes"),
    [
        (CENTRE, True, True, date(2022, 3, 1), []),
        (CENTRE, True, True, date(2024, 3, 1), []),
        (CENTRE, True, True, date(2024, 3, 2), ["outside-period"]),
        (CENTRE, True, True, date(2022, 2, 28), ["outside-period"]),
        (CENTRE, True, False, None, ["what-now", "valid-until"]),
        (CENTRE, False, True, None, []),
        (CENTRE, False, True, date(2022, 9, 1), ["only-a-yes"]),
        (TEAM, True, False, None, []),
        (TEAM, True, False, date(2022, 9, 1), []),
        (TEAM, False, False, None, []),
    ],
)
def test_a_decision_is_whole(
    *, judge: str, admitted: bool, what_now: bool, until: date | None, codes: list[str]
) -> None:
    decision = Decision(admitted, what_now, until)
    if not codes:
        ensure_decision_whole(decision, judge, STELSEL, TODAY)
        return
    with pytest.raises(InvalidRequestError) as refused:
        ensure_decision_whole(decision, judge, STELSEL, TODAY)
    assert [fault.code for fault in refused.value.faults] == codes


def test_two_years_after_a_leap_day_is_the_last_of_february() -> None:
    leap = date(2024, 2, 29)

    ensure_decision_whole(
        Decision(admitted=True, what_now=True, valid_until=date(2026, 2, 28)), CENTRE, STELSEL, leap
    )
    with pytest.raises(InvalidRequestError):
        ensure_decision_whole(
            Decision(admitted=True, what_now=True, valid_until=date(2026, 3, 1)),
            CENTRE,
            STELSEL,
            leap,
        )


def test_a_decision_holds_on_its_last_day_and_not_on_the_next() -> None:
    ensure_decision_holds(None, TODAY)
    ensure_decision_holds(TODAY, TODAY)
    with pytest.raises(ConflictError, match="opnieuw"):
        ensure_decision_holds(date(2022, 2, 28), TODAY)
    assert [is_over(day, TODAY) for day in (None, TODAY, date(2022, 2, 28))] == [
        *(False, False, True)
    ]


@pytest.mark.rule("AMS-ROL-36")
def test_how_to_ask_names_the_free_support_of_the_stelsel() -> None:
    label = next(
        each.label
        for each in STELSEL.voorzieningen
        if each.code == "onafhankelijke_clientondersteuning"
    )

    assert label in how_to_ask(STELSEL)
    assert "gratis" in how_to_ask(STELSEL)
