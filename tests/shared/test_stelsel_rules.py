"""What the pack says beside its routes: readings, what nobody departs from, terms and meanings."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from shared.stelsel.load import load_stelsel
from shared.stelsel.model import (
    FACTS,
    MODES,
    FactValue,
    ImpossibleFactsError,
    Independence,
    Kind,
    Stelsel,
    Strictness,
    Voorziening,
)
from shared.stelsel.routes import Answer, Outcome, check

STELSEL: Final = load_stelsel("amsterdam-2021")
DAY: Final = date(2022, 3, 1)
AO: Final = "ambulante_ondersteuning"


def ask(voorziening: str, entry: str = "buurtteam", **facts: FactValue) -> Answer:
    return check(STELSEL, voorziening=voorziening, entry=entry, on=DAY, facts=facts)


def item(code: str) -> Voorziening:
    return next(each for each in STELSEL.voorzieningen if each.code == code)


def actions(answer: Answer) -> list[str]:
    return [each.action.value for each in answer.next_actions]


def reading(code: str) -> Stelsel:
    """The stelsel of a municipality that reads the criteria for supplementary support this way."""
    conditions = tuple(
        replace(each, selected=code) if each.readings else each for each in STELSEL.conditions
    )
    return replace(STELSEL, conditions=conditions)


@pytest.mark.rule("DIS-04")
@pytest.mark.rule("AMS-ACC-05")
@pytest.mark.rule("AMS-ACC-06")
@pytest.mark.rule("OPN-04")
@pytest.mark.parametrize(
    ("selected", "criteria", "met"),
    [
        ("one_of_three", (True, False, False), True),
        ("one_of_three", (False, True, False), True),
        ("one_of_three", (False, False, True), True),
        ("one_of_three", (False, False, False), False),
        ("one_of_three", (None, False, False), None),
        ("all_or_small_group", (True, False, False), False),
        ("all_or_small_group", (False, True, False), False),
        ("all_or_small_group", (True, True, False), True),
        ("all_or_small_group", (False, False, True), True),
        ("all_or_small_group", (True, None, False), None),
    ],
)
def test_the_criteria_for_supplementary_support_can_be_read_in_two_ways(
    selected: str,
    criteria: tuple[bool | None, ...],
    met: bool | None,  # noqa: FBT001
) -> None:
    facts = dict(zip(("longTermIntensive", "specialist", "smallCityScale"), criteria, strict=True))

    answer = check(
        reading(selected),
        voorziening=AO,
        entry="buurtteam",
        on=DAY,
        facts={**facts, "hasPlan": True},
    )

    found = {each.code: each.met for each in answer.conditions}
    assert found["supplementary_support_needed"] is met
    rules = {reason.rule for reason in answer.reasons}
    assert ("AMS-ACC-05" in rules, "AMS-ACC-06" in rules) == (
        selected == "one_of_three",
        selected != "one_of_three",
    )


@pytest.mark.rule("AMS-ROL-11")
@pytest.mark.parametrize(
    ("voorziening", "rule"),
    [
        ("maatschappelijke_opvang", "AMS-ACC-33"),
        ("beschermd_wonen", "AMS-ACC-33"),
        ("begeleid_individueel_wonen", "AMS-ROL-11"),
        ("opvang_huiselijk_geweld", "DIS-07"),
        ("opvang_huiselijk_geweld", "AMS-ROL-42"),
    ],
)
def test_nobody_departs_from_the_decision_of_the_centre_or_from_safety(
    voorziening: str, rule: str
) -> None:
    answer = ask(voorziening, hasPlan=False)

    assert {each.departable for each in answer.reasons if each.rule == rule} == {False}
    assert "motivated_deviation" not in actions(answer)


def test_what_the_team_judges_can_be_departed_from() -> None:
    answer = ask(AO, hasPlan=False)

    assert all(each.departable for each in answer.reasons)
    assert "motivated_deviation" in actions(answer)


def test_what_is_not_indicated_at_the_centre_can_still_be_asked_as_a_formal_decision() -> None:
    answer = ask("beschermd_wonen", hasPlan=True, wlzIndication=True)

    assert answer.outcome is Outcome.NOT_INDICATED
    assert actions(answer) == ["ask_formal_decision", "ask_consultation"]
    assert answer.alternatives == ("wlz", "ambulante_ondersteuning_buurtteam")


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.rule("AMS-ACC-41")
@pytest.mark.rule("AMS-ACC-07")
@pytest.mark.rule("DIS-06")
@pytest.mark.parametrize(
    ("voorziening", "entry", "facts"),
    [
        ("maatschappelijke_opvang", "centrale_toegang", {}),
        ("beschermd_wonen", "centrale_toegang", {}),
        ("begeleid_individueel_wonen", "centrale_toegang", {}),
        ("opvang_huiselijk_geweld", "centrale_toegang", {}),
        ("opvang_huiselijk_geweld", "veilig_thuis", {}),
        ("opvang_huiselijk_geweld", "okt", {}),
        (AO, "veilig_thuis", {"afterDomesticViolence": True, "specialist": True}),
        (AO, "okt", {"afterDomesticViolence": True, "specialist": True}),
        ("hulp_bij_het_huishouden", "aanbieder", {}),
        ("logeeropvang", "aanbieder", {"relievesCarer": True}),
    ],
)
def test_without_a_plan_nothing_blocks_at_a_direct_door_or_after_violence(
    voorziening: str, entry: str, facts: dict[str, FactValue]
) -> None:
    answer = ask(voorziening, entry, hasPlan=False, **facts)

    assert answer.outcome in {Outcome.OPEN, Outcome.OPEN_WITH_CONDITIONS}
    assert [each.code for each in answer.conditions if each.blocks and each.met is not True] == []
    assert {"create_referral", "register_directly"} & set(actions(answer))


def test_at_the_team_a_plan_does_block_where_the_proposal_says_always() -> None:
    answer = ask(AO, hasPlan=False, specialist=True)

    assert [each.code for each in answer.conditions if each.blocks and not each.met] == [
        "plan_required"
    ]


@pytest.mark.rule("AMS-PLN-17")
@pytest.mark.rule("AMS-REF-10")
@pytest.mark.rule("AMS-REF-01")
@pytest.mark.parametrize("voorziening", ["hulp_bij_het_huishouden", "logeeropvang"])
def test_a_personal_budget_goes_by_the_plan_also_where_a_provider_is_direct(
    voorziening: str,
) -> None:
    facts: dict[str, FactValue] = {"form": "pgb", "relievesCarer": True}

    assert ask(voorziening, "aanbieder", hasPlan=False, **facts).redirect_to == "buurtteam"
    assert ask(voorziening, "aanbieder", hasPlan=True, **facts).outcome is Outcome.OPEN
    assert ask(voorziening, "aanbieder", **facts).outcome is Outcome.OPEN_WITH_CONDITIONS
    assert ask(voorziening, "aanbieder", relievesCarer=True).outcome is Outcome.OPEN


@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-35")
@pytest.mark.rule("AMS-REF-22")
@pytest.mark.parametrize(
    ("voorziening", "party", "action"),
    [
        ("sociaal_raadsliedenwerk", "stadsdeel", "call_in_specialist"),
        ("schuldhulp_specialistisch", "stadsdeel", "call_in_specialist"),
        ("aanvullende_inkomensondersteuning", "gemeente", "ask_municipal_service"),
        ("woonurgentie", "gemeente", "ask_municipal_service"),
        ("wpi_traject", "wpi", "ask_municipal_service"),
        ("activering", "wpi", "ask_municipal_service"),
    ],
)
def test_who_places_a_light_request_is_the_party_that_takes_it_up(
    voorziening: str, party: str, action: str
) -> None:
    answer = ask(voorziening, hasPlan=True)

    assert answer.placed_by == party
    assert answer.placed_by not in MODES
    assert [(each.action.value, each.party) for each in answer.next_actions] == [(action, party)]


def test_every_light_request_has_a_party_that_takes_it_up() -> None:
    light = [v for v in STELSEL.voorzieningen if v.kind in {Kind.CALL_IN, Kind.MUNICIPAL_SERVICE}]

    assert len(light) == 6
    assert all(ask(each.code).placed_by not in MODES for each in light)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2021, 12, 11), date(2021, 12, 27)),
        (date(2022, 4, 1), date(2022, 4, 19)),
        (date(2022, 3, 1), date(2022, 3, 15)),
    ],
)
def test_what_is_owed_is_never_owed_on_a_day_off(on: date, due: date) -> None:
    """25 December 2021 was a Saturday; 15 and 18 April 2022 were Good Friday and Easter Monday."""
    facts: dict[str, FactValue] = {"urgent": True, "hasPlan": False}

    answer = check(STELSEL, voorziening="beschermd_wonen", entry="buurtteam", on=on, facts=facts)

    assert answer.conditions[0].due_by == due


def test_a_condition_can_wait_working_days() -> None:
    conditions = tuple(
        replace(each, due_days=None, due_working_days=3) if each.code == "plan_required" else each
        for each in STELSEL.conditions
    )
    stelsel = replace(STELSEL, conditions=conditions)
    facts: dict[str, FactValue] = {"urgent": True, "hasPlan": False}

    answer = check(
        stelsel,
        voorziening="beschermd_wonen",
        entry="buurtteam",
        on=date(2021, 12, 24),
        facts=facts,
    )

    assert answer.conditions[0].due_by == date(2021, 12, 29)


def test_what_cannot_be_true_together_is_named_and_the_rest_is_judged() -> None:
    with pytest.raises(ImpossibleFactsError) as found:
        ask("sociale_basis", homeless=True, livesIndependently=True)

    assert found.value.facts == ("homeless", "livesIndependently")
    assert found.value.reason.startswith("Iemand kan niet dakloos zijn")
    assert ask("sociale_basis", homeless=True).outcome is Outcome.NO_REFERRAL_NEEDED


def test_one_urgent_fact_is_enough_whatever_the_others_say() -> None:
    answer = ask("maatschappelijke_opvang", urgent=False, nightShelterNeededTonight=True)

    assert "create_temporary_provision" in actions(answer)


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-ACC-51")
def test_every_party_that_can_be_consulted_is_named_with_the_step() -> None:
    answer = ask(AO, hasPlan=True, specialist=True, oggzProblems=True)

    asked = [each.party for each in answer.next_actions if each.action == "ask_consultation"]
    assert asked == ["aanbieder", "specialistisch_netwerk"]


def test_what_must_follow_urgency_follows_support_only() -> None:
    service = ask("woonurgentie", urgent=True)
    shelter = ask("maatschappelijke_opvang", "centrale_toegang", urgent=True)

    assert (service.outcome, service.conditions) == (Outcome.OPEN, ())
    assert {each.code for each in shelter.conditions} == set(STELSEL.urgency.follow_up)


@pytest.mark.rule("AMS-ACC-32")
@pytest.mark.rule("AMS-ACC-53")
@pytest.mark.parametrize(
    "voorziening",
    ["maatschappelijke_opvang", "beschermd_wonen", "begeleid_individueel_wonen"],
)
def test_beside_shelter_the_team_thinks_along(voorziening: str) -> None:
    others = {each.voorziening for row in item(voorziening).routes for each in row.alternatives}

    assert "ambulante_ondersteuning_buurtteam" in others


@pytest.mark.parametrize(
    ("voorziening", "says"),
    [
        pytest.param(AO, "thuis", marks=pytest.mark.rule("AMS-ACC-64")),
        pytest.param("dagbesteding_meedoen", "groep", marks=pytest.mark.rule("AMS-ACC-65")),
        pytest.param("hulp_bij_het_huishouden", "huishouden", marks=pytest.mark.rule("AMS-ACC-66")),
        pytest.param("logeeropvang", "mantelzorger", marks=pytest.mark.rule("AMS-ACC-68")),
        pytest.param(
            "begeleid_individueel_wonen",
            "op naam van de aanbieder",
            marks=pytest.mark.rule("AMS-ACC-48"),
        ),
        pytest.param("time_outplek", "acute", marks=pytest.mark.rule("AMS-ACC-46")),
        pytest.param("maatschappelijke_opvang", "jongeren", marks=pytest.mark.rule("AMS-ACC-52")),
    ],
)
def test_a_voorziening_is_described_as_in_the_proposal(voorziening: str, says: str) -> None:
    assert says in item(voorziening).text


@pytest.mark.rule("OPN-17")
@pytest.mark.rule("OPN-18")
@pytest.mark.rule("OPN-19")
@pytest.mark.rule("AMS-ACC-47")
def test_what_is_still_being_developed_is_marked() -> None:
    found = {each.code for each in STELSEL.voorzieningen if each.in_development}

    assert found == {"time_outplek", "logeeropvang", "ondersteuning_bij_het_huishouden"}


@pytest.mark.rule("AMS-REF-19")
def test_after_a_temporary_stay_somebody_goes_on_living_at_home() -> None:
    assert {each.code for each in STELSEL.voorzieningen if each.temporary} == {
        *("time_outplek", "logeeropvang"),
    }


@pytest.mark.rule("AMS-ACC-44")
@pytest.mark.rule("DIS-20")
def test_the_direct_doors_are_those_of_household_help_and_respite() -> None:
    direct = {
        (each.code, entry, door.strictness)
        for each in STELSEL.voorzieningen
        for row in each.routes
        for door in row.doors
        if door.direct
        for entry in door.entries
    }

    assert direct == {
        ("hulp_bij_het_huishouden", "aanbieder", Strictness.WARN),
        ("logeeropvang", "aanbieder", Strictness.WARN),
    }


@pytest.mark.rule("OPN-11")
@pytest.mark.rule("DIS-02")
def test_the_team_hears_of_a_direct_registration_only_where_the_municipality_says_so() -> None:
    plain = ask("hulp_bij_het_huishouden", "aanbieder")
    found = item("hulp_bij_het_huishouden")
    row = found.routes[0]
    doors = tuple(replace(door, notice_to_team=door.direct) for door in row.doors)
    told = replace(found, routes=(replace(row, doors=doors),))
    others = tuple(each for each in STELSEL.voorzieningen if each != found)
    stelsel = replace(STELSEL, voorzieningen=(*others, told))

    answer = check(stelsel, voorziening=found.code, entry="aanbieder", on=DAY, facts={})

    assert (plain.direct, plain.notice_to_team) == (True, False)
    assert (answer.direct, answer.notice_to_team) == (True, True)
    assert not ask("hulp_bij_het_huishouden").direct
    assert not ask("hulp_bij_het_huishouden", "okt").direct


@pytest.mark.rule("DIS-14")
@pytest.mark.rule("DIS-17")
@pytest.mark.rule("AMS-ACC-60")
def test_every_voorziening_stands_on_one_side_of_the_independence_rule() -> None:
    sides = {
        Kind.REFERRAL: Independence.SUPPLEMENTARY,
        Kind.TEAM_SERVICE: Independence.FRONT,
        Kind.CALL_IN: Independence.FRONT,
    }

    for each in STELSEL.voorzieningen:
        assert each.independence is sides.get(each.kind, Independence.NEITHER), each.code


@pytest.mark.rule("DIS-21")
@pytest.mark.rule("OPN-09")
@pytest.mark.rule("AMS-INT-37")
def test_activation_is_done_by_the_municipality_and_found_through_the_team() -> None:
    answer = ask("activering")

    assert (answer.kind, answer.led_by, answer.placed_by) == (
        Kind.MUNICIPAL_SERVICE,
        "buurtteam",
        "wpi",
    )


@pytest.mark.parametrize(
    ("voorziening", "entry", "facts", "waits"),
    [
        (AO, "veilig_thuis", {"afterDomesticViolence": False}, "after_domestic_violence"),
        (
            "hulp_bij_het_huishouden",
            "aanbieder",
            {"form": "pgb", "hasPlan": False},
            "plan_required",
        ),
    ],
)
def test_in_urgency_nobody_is_sent_to_another_door_for_what_can_wait(
    voorziening: str, entry: str, facts: dict[str, FactValue], waits: str
) -> None:
    plain = ask(voorziening, entry, **facts)
    urgent = ask(voorziening, entry, urgent=True, **facts)

    assert plain.redirect_to == "buurtteam"
    assert (urgent.outcome, urgent.redirect_to) == (Outcome.OPEN_WITH_CONDITIONS, None)
    later = {each.code: each for each in urgent.conditions}
    assert later[waits].deferrable
    assert later[waits].due_by is not None
    assert not later[waits].blocks
    assert [each.code for each in urgent.conditions if each.blocks] == []


@pytest.mark.rule("OPN-13")
@pytest.mark.rule("AMS-ACC-32")
def test_what_is_weighed_for_shelter_closes_no_door() -> None:
    weighed = {"other_solutions_considered", "reasonable_network", "no_safe_place_elsewhere"}
    rows = [row for each in STELSEL.voorzieningen for row in each.routes]
    used = {use.code for row in rows for door in row.doors for use in door.conditions}

    assert weighed <= {each.code for each in STELSEL.conditions} - used
    for entry in ("buurtteam", "centrale_toegang"):
        plain = ask("maatschappelijke_opvang", entry, hasPlan=True)
        told = ask(
            "maatschappelijke_opvang",
            entry,
            hasPlan=True,
            hasReasonableNetwork=True,
            safeWithFamilyOrFriends=True,
        )
        assert (plain.outcome, plain.conditions) == (told.outcome, told.conditions)


@pytest.mark.rule("AMS-INT-03")
def test_behaviour_police_or_descent_are_no_facts_of_access() -> None:
    words = ("police", "behaviour", "crim", "national", "convict", "top600", "religion", "descent")

    assert [fact for fact in FACTS for word in words if word in fact.lower()] == []
