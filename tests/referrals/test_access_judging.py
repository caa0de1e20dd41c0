"""What an answer of the check means for who judges: what blocks, and what may be departed from."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from services.referrals.domain.judging import blocking, ensure_may_depart
from shared.errors import RuleViolationError, UnknownCodeError
from shared.stelsel.load import load_stelsel
from shared.stelsel.model import ConditionKind, FactValue, Stelsel
from shared.stelsel.routes import Answer, Outcome, check

STELSEL: Final = load_stelsel("amsterdam-2021")
AO: Final = "ambulante_ondersteuning"
DAY: Final = date(2022, 3, 1)


def ask(
    voorziening: str, entry: str = "buurtteam", stelsel: Stelsel = STELSEL, **facts: FactValue
) -> Answer:
    return check(stelsel, voorziening=voorziening, entry=entry, on=DAY, facts=facts)


def in_the_way(answer: Answer, *weighed: str) -> list[str]:
    return [each.code for each in blocking(answer, weighed, STELSEL)]


@pytest.mark.rule("OPN-10")
@pytest.mark.rule("AMS-ACC-07")
def test_a_plan_that_may_follow_does_not_block_and_a_criterion_at_the_same_door_does() -> None:
    answer = ask(AO, "okt", hasPlan=False, afterDomesticViolence=True)

    assert in_the_way(answer) == ["supplementary_support_needed"]
    assert in_the_way(answer, "supplementary_support_needed") == []


def test_at_a_door_that_only_warns_nothing_blocks_until_something_excludes() -> None:
    assert in_the_way(ask("hulp_bij_het_huishouden", hasPlan=False)) == []
    excluded = ask("hulp_bij_het_huishouden", hasPlan=True, generallyUsual=True)
    assert excluded.outcome is Outcome.NOT_INDICATED
    assert in_the_way(excluded) == ["not_generally_usual"]


def test_a_consultation_that_was_not_held_never_blocks() -> None:
    conditions = tuple(
        replace(each, kind=ConditionKind.CONSULT) if each.code == "plan_required" else each
        for each in STELSEL.conditions
    )
    consulting = replace(STELSEL, conditions=conditions)

    assert in_the_way(ask("beschermd_wonen", hasPlan=False)) == ["plan_required"]
    assert in_the_way(ask("beschermd_wonen", stelsel=consulting, hasPlan=False)) == []


@pytest.mark.rule("AMS-PLN-23")
def test_a_departure_names_a_rule_that_may_be_departed_from() -> None:
    answer = ask(AO, hasPlan=False, specialist=True)

    ensure_may_depart(answer, "AMS-REF-01")
    with pytest.raises(UnknownCodeError) as found:
        ensure_may_depart(answer, "AMS-ACC-33")
    assert "AMS-REF-01" in found.value.faults[0].detail


@pytest.mark.rule("AMS-ROL-11")
def test_the_decision_of_the_centre_is_departed_from_by_nobody() -> None:
    answer = ask("beschermd_wonen", hasPlan=True)

    with pytest.raises(RuleViolationError, match="daadwerkelijke toegang"):
        ensure_may_depart(answer, "AMS-ACC-33")


def test_the_centre_departs_from_a_criterion_in_its_own_decision() -> None:
    answer = ask("beschermd_wonen", "centrale_toegang", wlzIndication=True)

    assert answer.outcome is Outcome.NOT_INDICATED
    ensure_may_depart(answer, "AMS-ACC-54")


def test_what_one_cell_keeps_firm_is_firm_also_where_another_cell_names_it() -> None:
    """DIS-07 stands at the judge, who is not departed from; OPN-12 stands at both."""
    answer = ask("opvang_huiselijk_geweld", "okt", hasPlan=True)

    assert {each.departable for each in answer.reasons if each.rule == "OPN-12"} == {True, False}
    with pytest.raises(RuleViolationError):
        ensure_may_depart(answer, "OPN-12")
