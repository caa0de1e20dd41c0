"""Everything for one situation, lightest first; and which single fact would change an answer."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from shared.stelsel.load import available, load_pack, load_stelsel
from shared.stelsel.model import FactValue, Kind, Predicate, UnknownCodeError, Voorziening
from shared.stelsel.routes import Difference, Outcome, compare, overview, row_on, step_of
from shared.stelsel.routes.answer import OPENNESS
from shared.stelsel.routes.comparing import MOST, other_facts

STELSEL: Final = load_stelsel("amsterdam-2021")
SAMPLE: Final = load_pack(Path(__file__).parent / "samples" / "sample-2021.yaml")
DAY: Final = date(2022, 3, 1)


def what_if(voorziening: str, entry: str = "buurtteam", **facts: FactValue) -> list[Difference]:
    return list(compare(STELSEL, voorziening=voorziening, entry=entry, on=DAY, facts=facts)[1])


def change(found: list[Difference], **fact: FactValue) -> Difference:
    return next(each for each in found if {each.fact: each.value} == fact)


@pytest.mark.parametrize("name", available())
def test_every_kind_of_voorziening_stands_on_one_step_of_the_ladder(name: str) -> None:
    stelsel = load_stelsel(name)
    used = {item.kind for item in stelsel.voorzieningen}
    steps = [kind for step in stelsel.ladder for kind in step.voorziening_kinds]

    assert sorted(kind for kind in steps if kind in used) == sorted(used)


@pytest.mark.rule("AMS-INT-33")
@pytest.mark.rule("AMS-PLN-54")
@pytest.mark.rule("AMS-INT-29")
def test_the_lightest_help_comes_first_and_in_a_step_what_is_open() -> None:
    found = overview(STELSEL, entry="buurtteam", on=DAY, facts={"hasPlan": True})

    ranks = [(each.order, OPENNESS[each.answer.outcome]) for each in found]
    assert ranks == sorted(ranks)
    assert [each.answer.voorziening for each in found][:2] == [
        "sociale_basis",
        "dagbesteding_inloop",
    ]
    assert {each.answer.voorziening for each in found} == {v.code for v in STELSEL.voorzieningen}
    assert [each.ladder_step for each in found][-1] == "individual"
    last = [each.answer.outcome for each in found if each.ladder_step == "individual"]
    assert last[-1] is Outcome.NOT_DETERMINED


def test_what_is_not_indicated_comes_last_in_its_step() -> None:
    facts = {"hasPlan": True, "wlzIndication": True}
    found = overview(STELSEL, entry="buurtteam", on=DAY, facts=facts)

    assert found[-1].answer.outcome is Outcome.NOT_INDICATED
    assert step_of(STELSEL, Kind.REFERRAL).code == "individual"


def test_a_kind_that_is_on_no_step_stands_on_the_heaviest() -> None:
    assert step_of(SAMPLE, Kind.FREE_ACCESS).code == "individual"


def test_the_fact_that_opens_most_comes_first() -> None:
    found = what_if(
        "ambulante_ondersteuning",
        hasPlan=True,
        longTermIntensive=False,
        specialist=False,
        smallCityScale=False,
    )

    opening = [OPENNESS[each.answer.outcome] for each in found]
    assert opening == sorted(opening)
    first = {each.fact for each in found if each.answer.outcome is Outcome.OPEN}
    assert first == {"longTermIntensive", "specialist", "smallCityScale"}
    specialist = change(found, specialist=True)
    assert {"outcome", "conditions", "alternatives", "next_actions"} <= set(specialist.changed)
    assert specialist.conditions == ("supplementary_support_needed",)


def test_what_is_known_may_become_unknown_again() -> None:
    found = what_if("ambulante_ondersteuning", hasPlan=True, specialist=True)

    unknown = change(found, hasPlan=None)
    assert unknown.answer.outcome is Outcome.OPEN_WITH_CONDITIONS
    assert unknown.conditions == ("plan_required",)
    assert not any(each.fact == "hasPlan" and each.value is True for each in found)


@pytest.mark.rule("AMS-PLN-17")
def test_a_choice_is_compared_with_every_other_choice() -> None:
    found = what_if("hulp_bij_het_huishouden", hasPlan=True)

    assert "grant" in change(found, form="pgb").changed
    assert not any(each.fact == "form" and each.value == "zin" for each in found)


@pytest.mark.rule("AMS-REF-07")
@pytest.mark.rule("AMS-INT-44")
def test_of_an_id_only_counts_that_it_is_known() -> None:
    found = what_if("dagbesteding_meedoen", hasPlan=True)

    known = change(found, nominatedByProviderId="known")
    assert known.changed == ("reasons",)
    assert {"AMS-INT-44", "AMS-REF-07"} <= {reason.rule for reason in known.reasons}


@pytest.mark.rule("DIS-01")
def test_a_fact_that_sends_somebody_to_another_door_is_named() -> None:
    found = what_if("ambulante_ondersteuning", "veilig_thuis", hasPlan=True, specialist=True)

    assert change(found, afterDomesticViolence=False).answer.redirect_to == "buurtteam"
    assert change(found, afterDomesticViolence=True).answer.outcome is Outcome.OPEN


def test_urgency_is_always_one_of_the_questions() -> None:
    found = what_if("maatschappelijke_opvang", hasPlan=False)

    urgent = change(found, nightShelterNeededTonight=True)
    assert "access_decision" in urgent.conditions


def test_a_number_is_tried_at_its_bounds_and_next_to_them() -> None:
    _, found = compare(SAMPLE, voorziening="help", entry="city", on=date(2022, 6, 1), facts={})

    ages = {each.value for each in found if each.fact == "age"}
    assert ages == {16, 17, 18, 19, 129, 130}


def test_a_name_is_tried_as_it_is_asked_for_and_as_another() -> None:
    asked = Predicate(fact="municipality", equals="Sample")
    item = SAMPLE.voorzieningen[0]
    past, now = item.routes
    team, city = now.doors
    team = replace(team, conditions=(replace(team.conditions[0], when=asked),))
    stelsel = replace(
        SAMPLE,
        voorzieningen=(replace(item, routes=(past, replace(now, doors=(team, city)))),),
    )

    _, found = compare(stelsel, voorziening="help", entry="team", on=date(2022, 6, 1), facts={})

    values = {each.value for each in found if each.fact == "municipality"}
    assert values == {"known"}
    """With the name itself the condition stays as unknown as it was."""


def test_what_cannot_be_true_together_is_not_tried() -> None:
    asked = Predicate(any_of=(Predicate(fact="homeless"), Predicate(fact="hasPlan")))
    conditions = tuple(
        replace(each, met_when=asked) if each.code == "plan_required" else each
        for each in STELSEL.conditions
    )
    stelsel = replace(STELSEL, conditions=conditions)

    _, found = compare(
        stelsel,
        voorziening="maatschappelijke_opvang",
        entry="buurtteam",
        on=DAY,
        facts={"livesIndependently": True},
    )

    assert any(each.fact == "hasPlan" for each in found)
    assert not any(each.fact == "homeless" and each.value is True for each in found)


@pytest.mark.parametrize("item", STELSEL.voorzieningen, ids=lambda item: item.code)
def test_no_comparison_comes_near_its_bound(item: Voorziening) -> None:
    asked = other_facts(STELSEL, row_on(item, DAY), {"hasPlan": True, "wlzIndication": False})

    assert 6 <= len(asked) < MOST / 2


def test_a_stelsel_that_asks_about_a_thousand_names_is_still_bounded() -> None:
    names = (Predicate(fact="municipality", equals=f"Stad {n}") for n in range(1000))
    item = STELSEL.voorzieningen[0]
    row = item.routes[0]
    asking = replace(row.notes[0], when=Predicate(any_of=tuple(names)))

    asked = other_facts(STELSEL, replace(row, notes=(asking,)), {})

    assert len(asked) == MOST


def test_unknown_codes_are_told_as_by_the_check() -> None:
    with pytest.raises(UnknownCodeError):
        overview(STELSEL, entry="veldtafel", on=DAY, facts={})
    with pytest.raises(UnknownCodeError):
        compare(STELSEL, voorziening="dagopvang", entry="buurtteam", on=DAY, facts={})
