"""The terms around a decision as a table, and the lifecycles whole. No database."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from services.referrals.domain.applications import (
    APPLICATION,
    GRANT,
    OBJECTION,
    DecisionTerm,
    Pauses,
    Period,
    clock_end,
    ensure_application_moves,
    ensure_grant_fields,
    ensure_grant_moves,
    ensure_grants,
    ensure_objection_moves,
    ensure_period,
)
from services.referrals.domain.judging import parties_of
from shared.errors import ConflictError, InvalidRequestError, RuleViolationError
from shared.stelsel.load import load_stelsel
from shared.stelsel.model import AT_APPLICATION, AT_DECISION
from shared.stelsel.routes import clock_of
from shared.vocabulary import ApplicationStatus, GrantStatus, ObjectionStatus

STELSEL = load_stelsel("amsterdam-2021")
CLOCK = clock_of(STELSEL, AT_APPLICATION)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2022, 3, 1), date(2022, 3, 15)),
        (date(2022, 3, 5), date(2022, 3, 21)),  # a Saturday: the Monday after
        (date(2022, 4, 4), date(2022, 4, 19)),  # Easter Monday: the Tuesday after
        (date(2021, 12, 11), date(2021, 12, 27)),  # 25 and 26 December, a weekend
        (date(2022, 4, 13), date(2022, 4, 28)),  # King's Day: the day after
    ],
)
@pytest.mark.rule("AMS-REF-09")
def test_the_term_is_two_weeks_and_ends_on_a_working_day(received: date, due: date) -> None:
    assert DecisionTerm(CLOCK, received).due_on == due


@pytest.mark.parametrize(
    ("pauses", "extended", "due"),
    [
        (Pauses(), 0, date(2022, 3, 15)),
        (Pauses(days=3), 0, date(2022, 3, 18)),
        # Still waiting: at the latest the whole time that was given.
        (Pauses(0, date(2022, 3, 3), date(2022, 3, 10)), 0, date(2022, 3, 22)),
        (Pauses(2, date(2022, 3, 3), date(2022, 3, 10)), 0, date(2022, 3, 24)),
        (Pauses(), 7, date(2022, 3, 22)),
        (Pauses(days=3), 7, date(2022, 3, 25)),
    ],
)
def test_days_that_stand_still_and_days_that_are_added_move_the_last_day(
    pauses: Pauses, extended: int, due: date
) -> None:
    assert DecisionTerm(CLOCK, date(2022, 3, 1), pauses, extended).due_on == due


@pytest.mark.parametrize(
    ("came_in", "days"),
    [
        (date(2022, 3, 3), 0),
        (date(2022, 3, 6), 3),
        (date(2022, 3, 10), 7),
        (date(2022, 5, 1), 7),  # after its last day it ran on by itself
        (date(2022, 2, 1), 0),  # a clock that was set back takes nothing away
    ],
)
def test_a_pause_ends_when_it_comes_in_and_at_the_latest_on_its_last_day(
    came_in: date, days: int
) -> None:
    pause = Pauses(0, date(2022, 3, 3), date(2022, 3, 10))

    assert pause.ended(came_in) == Pauses(days)
    assert pause.ended(came_in).ended(date(2022, 6, 1)) == Pauses(days)


def test_the_time_to_hand_in_is_over_the_day_after_its_last_day() -> None:
    pause = Pauses(0, date(2022, 3, 3), date(2022, 3, 10))

    assert [pause.over(date(2022, 3, day)) for day in (9, 10, 11)] == [False, False, True]
    assert not Pauses(5).over(date(2030, 1, 1))


def test_an_extension_ends_on_the_day_that_was_told() -> None:
    term = DecisionTerm(CLOCK, date(2022, 3, 1), Pauses(days=3))

    longer = replace(term, extended_days=term.extra_days(date(2022, 4, 20)))

    assert longer.due_on == date(2022, 4, 20)


def test_an_objection_can_be_made_for_six_weeks() -> None:
    assert clock_end(STELSEL, AT_DECISION, date(2022, 3, 1)) == date(2022, 4, 12)
    assert clock_end(STELSEL, AT_DECISION, date(2022, 3, 7)) == date(2022, 4, 19)  # Easter


def test_the_lifecycle_of_an_application_allows_its_table_and_nothing_else() -> None:
    for current, to in product(ApplicationStatus, ApplicationStatus):
        if to in APPLICATION[current]:
            ensure_application_moves(current, to)
        else:
            with pytest.raises(ConflictError):
                ensure_application_moves(current, to)
    assert APPLICATION[ApplicationStatus.WITHDRAWN] == frozenset()


def test_the_lifecycles_of_an_objection_and_a_grant_allow_their_tables_only() -> None:
    for current, to in product(ObjectionStatus, ObjectionStatus):
        if to in OBJECTION[current]:
            ensure_objection_moves(current, to)
        else:
            with pytest.raises(ConflictError):
                ensure_objection_moves(current, to)
    for start, end in product(GrantStatus, GrantStatus):
        if end in GRANT[start]:
            ensure_grant_moves(start, end)
        else:
            with pytest.raises(ConflictError):
                ensure_grant_moves(start, end)


@pytest.mark.parametrize(
    ("until", "again", "pointers"),
    [
        (None, None, []),
        (date(2022, 3, 1), date(2022, 3, 1), []),
        (date(2022, 2, 28), None, ["/validUntil"]),
        (None, date(2022, 2, 1), ["/reexaminationOn"]),
        (date(2022, 6, 1), date(2022, 7, 1), ["/reexaminationOn"]),
    ],
)
def test_the_days_of_a_grant_follow_one_another(
    until: date | None, again: date | None, pointers: list[str]
) -> None:
    period = Period(date(2022, 3, 1), until, again)
    if not pointers:
        ensure_period(period)
        return
    with pytest.raises(InvalidRequestError) as wrong:
        ensure_period(period)
    assert [fault.pointer for fault in wrong.value.faults] == pointers


def test_a_no_has_no_days() -> None:
    ensure_grant_fields(granted=True, given=["validUntil"])
    with pytest.raises(InvalidRequestError):
        ensure_grant_fields(granted=False, given=["validUntil"])


@pytest.mark.rule("AMS-ROL-09")
def test_only_the_party_that_grants_decides() -> None:
    ensure_grants("gemeente", {"gemeente"}, STELSEL)
    with pytest.raises(RuleViolationError):
        ensure_grants("gemeente", {"buurtteam", "centrale_toegang"}, STELSEL)


def test_a_stelsel_can_take_the_reach_over_persons_from_a_role() -> None:
    narrowed = tuple(
        replace(rule, reach_over_persons=rule.role != "municipality") for rule in STELSEL.roles
    )

    assert "gemeente" in parties_of(STELSEL, ["municipality"])
    assert parties_of(replace(STELSEL, roles=narrowed), ["municipality"]) == frozenset()
