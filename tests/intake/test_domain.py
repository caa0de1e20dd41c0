"""The rules of intake over plain values: every cell of every table."""

from datetime import date
from itertools import product
from uuid import uuid4

import pytest

from services.intake.domain import areas, conclusion
from services.intake.domain.lifecycle import OPEN, TRANSITIONS, after, ensure_open
from services.intake.domain.talk import Heard, Noted, missing
from shared.errors import ConflictError, InvalidRequestError, RuleViolationError
from shared.vocabulary import ContactAction, ContactStatus
from tests.intake.steps import STELSEL

EXPECTED = {
    ("received", "take_up"): "taken_up",
    ("received", "redirect"): "redirected",
    ("received", "conclude"): "concluded",
    ("received", "hand_back"): "received",
    ("taken_up", "take_up"): "taken_up",
    ("taken_up", "clarify"): "clarifying",
    ("taken_up", "redirect"): "redirected",
    ("taken_up", "conclude"): "concluded",
    ("taken_up", "hand_back"): "received",
    ("clarifying", "take_up"): "clarifying",
    ("clarifying", "clarify"): "clarifying",
    ("clarifying", "redirect"): "redirected",
    ("clarifying", "conclude"): "concluded",
    ("clarifying", "hand_back"): "clarifying",
}
CELLS = list(product(ContactStatus, ContactAction))


@pytest.mark.parametrize(("status", "action"), CELLS)
def test_every_cell_of_the_life_of_a_contact(status: ContactStatus, action: ContactAction) -> None:
    expected = EXPECTED.get((status.value, action.value))

    if expected is None:
        with pytest.raises(ConflictError):
            after(status, action)
    else:
        assert after(status, action) is ContactStatus(expected)


@pytest.mark.rule("AMS-INT-02")
def test_no_way_leads_to_a_refusal_and_every_open_contact_has_a_way_on() -> None:
    assert {status.value for status in ContactStatus} == {
        "received",
        "taken_up",
        "clarifying",
        "redirected",
        "concluded",
    }
    for status in OPEN:
        assert (status, ContactAction.REDIRECT) in TRANSITIONS
        assert (status, ContactAction.CONCLUDE) in TRANSITIONS
        ensure_open(status)
    for status in set(ContactStatus) - OPEN:
        with pytest.raises(ConflictError):
            ensure_open(status)


DISCUSSED = Noted(discussed=True, with_reason_not=False)
WITH_REASON = Noted(discussed=False, with_reason_not=True)
EMPTY = Noted(discussed=False, with_reason_not=False)
HEARD = Heard(adults=True, children=False, child=False)


@pytest.mark.rule("AMS-INT-08")
@pytest.mark.rule("AMS-PLN-47")
@pytest.mark.parametrize(
    ("note", "basic", "enough"),
    [
        (DISCUSSED, True, True),
        (DISCUSSED, False, True),
        (WITH_REASON, False, True),
        (WITH_REASON, True, False),
        (EMPTY, False, False),
        (EMPTY, True, False),
        (None, True, False),
        (None, False, False),
    ],
)
def test_a_basic_security_is_discussed_and_another_domain_may_have_a_reason(
    *,
    note: Noted | None,
    basic: bool,
    enough: bool,
) -> None:
    noted = {} if note is None else {"wonen": note}

    found = missing(["wonen"], ["wonen"] if basic else [], noted, HEARD)

    assert found == (() if enough else ("wonen",))


@pytest.mark.rule("AMS-INT-06")
@pytest.mark.parametrize(
    ("child", "children", "lacking"),
    [
        (True, False, ("children_heard",)),
        (None, False, ("children_heard",)),
        (False, False, ()),
        (True, True, ()),
        (None, True, ()),
        (False, True, ()),
    ],
)
def test_children_are_heard_where_there_may_be_one(
    *,
    child: bool | None,
    children: bool,
    lacking: tuple[str, ...],
) -> None:
    assert missing([], [], {}, Heard(adults=True, children=children, child=child)) == lacking


def test_adults_are_always_heard() -> None:
    assert missing([], [], {}, Heard(adults=False, children=True, child=True)) == ("adults_heard",)


@pytest.mark.rule("DIS-10")
def test_the_four_basic_securities_come_from_the_stelsel() -> None:
    basic = {domain.code for domain in STELSEL.life_domains if domain.bestaanszekerheid}

    assert basic == {"wonen", "inkomen", "schulden", "veiligheid"}


def ending(**other: object) -> conclusion.Ending:
    values = {
        "outcome": "plan",
        "advice": None,
        "plan_id": uuid4(),
        "household_id": uuid4(),
        "talk_completed": True,
    }
    return conclusion.Ending(**{**values, **other})  # type: ignore[arg-type]  # a table of values


@pytest.mark.rule("AMS-PLN-02")
@pytest.mark.parametrize("lacking", [{"household_id": None}, {"talk_completed": False}])
def test_a_plan_comes_out_of_a_talk_about_a_household(lacking: dict[str, object]) -> None:
    conclusion.check_rules(ending())

    with pytest.raises(RuleViolationError):
        conclusion.check_rules(ending(**lacking))


@pytest.mark.rule("AMS-INT-07")
@pytest.mark.rule("AMS-INT-10")
def test_every_other_outcome_needs_neither_person_nor_household_nor_talk() -> None:
    for term in STELSEL.contact_outcomes:
        if term.code != conclusion.PLAN:
            light = ending(outcome=term.code, plan_id=None, household_id=None, talk_completed=False)
            conclusion.check_rules(light)


@pytest.mark.parametrize(
    ("outcome", "advice", "plan", "pointer"),
    [
        ("information_and_advice", None, None, "/advice"),
        ("plan", None, None, "/planId"),
        ("light_support", None, uuid4(), "/planId"),
    ],
)
def test_what_comes_with_an_outcome_fits_it(
    outcome: str, advice: str | None, plan: object, pointer: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        conclusion.check_request(outcome, advice, plan)  # type: ignore[arg-type]  # None or a UUID

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_the_outcomes_that_have_a_rule_exist_in_the_stelsel() -> None:
    outcomes = {term.code for term in STELSEL.contact_outcomes}

    assert {conclusion.INFORMATION_AND_ADVICE, conclusion.PLAN} <= outcomes


def served(first: int, last: int | None, wijk: str = "ME") -> areas.Served:
    until = None if last is None else date(2022, 3, last)
    return areas.Served(wijk, date(2022, 3, first), until)


@pytest.mark.rule("AMS-INT-23")
@pytest.mark.parametrize(
    ("periods", "good"),
    [
        ([served(1, 9), served(10, None)], True),
        ([served(10, None), served(1, 9)], True),
        ([served(1, None), served(1, None, "MC")], True),
        ([served(1, 10), served(10, None)], False),
        ([served(1, None), served(20, 21)], False),
        ([served(10, 9)], False),
        ([], True),
    ],
)
def test_a_team_has_a_wijk_once_on_a_day(*, periods: list[areas.Served], good: bool) -> None:
    if good:
        areas.check(periods)
    else:
        with pytest.raises(InvalidRequestError):
            areas.check(periods)
