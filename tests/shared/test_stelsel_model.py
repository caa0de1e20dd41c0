"""The model of a stelsel is frozen, knows its facts, and no Python file names a voorziening."""

import ast
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Final, get_args

import pytest

from shared.schemas import access
from shared.stelsel.load import available, load_stelsel
from shared.stelsel.model import (
    ACTIONS,
    FACTS,
    ActionCode,
    Basis,
    ConditionKind,
    Duty,
    FactType,
    Kind,
    OutsidePeriodError,
    StelselError,
    Strictness,
    UnknownCodeError,
)
from shared.stelsel.routes import Outcome, check
from shared.vocabulary import Role

ROOT: Final = Path(__file__).parents[2]
STELSEL: Final = load_stelsel("amsterdam-2021")


def python_strings() -> Iterator[tuple[str, int, str]]:
    for folder in ("services", "shared"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(file.relative_to(ROOT)), node.lineno, node.value


def test_a_stelsel_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        STELSEL.name = "other"  # type: ignore[misc]


def test_no_python_file_names_a_voorziening() -> None:
    codes = {item.code for name in available() for item in load_stelsel(name).voorzieningen}
    strings = list(python_strings())

    assert codes
    assert strings
    assert [where for where in strings if where[2] in codes] == []


def test_the_facts_of_the_wire_are_the_facts_of_the_model() -> None:
    fields = access.AccessFacts.model_fields

    assert {field.alias for field in fields.values()} == set(FACTS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_has_the_same_type_on_the_wire(name: str) -> None:
    kinds = {
        FactType.BOOLEAN: {"boolean"},
        FactType.INTEGER: {"integer"},
        FactType.TEXT: {"string"},
        FactType.UUID: {"string"},
        FactType.CHOICE: {"string"},
    }
    schema = access.AccessFacts.model_json_schema()["properties"][name]["anyOf"]
    fact = FACTS[name]

    assert {part["type"] for part in schema} - {"null"} == kinds[fact.type]
    assert (schema[0].get("format") == "uuid") is (fact.type is FactType.UUID)
    assert (schema[0].get("minimum"), schema[0].get("maximum")) == (fact.minimum, fact.maximum)
    assert tuple(schema[0].get("enum", ())) == fact.choices


@pytest.mark.parametrize(
    ("wire", "model"),
    [
        (access.Outcome, Outcome),
        (access.Kind, Kind),
        (access.AccessCheckAnswer.model_fields["strictness"].annotation, Strictness),
        (access.AccessPartyDuty.model_fields["duty"].annotation, Duty),
        (access.AccessReason.model_fields["basis"].annotation, Basis),
        (access.AccessCondition.model_fields["kind"].annotation, ConditionKind),
    ],
)
def test_the_closed_sets_of_the_wire_are_those_of_the_model(
    wire: object, model: type[Outcome]
) -> None:
    assert set(get_args(wire)) == {member.value for member in model}


@pytest.mark.parametrize("entry", ["buurtteam", "aanbieder", "centrale_toegang"])
@pytest.mark.parametrize("voorziening", sorted(item.code for item in STELSEL.voorzieningen))
def test_every_answer_fits_the_wire(voorziening: str, entry: str) -> None:
    answer = check(
        STELSEL,
        voorziening=voorziening,
        entry=entry,
        on=date(2022, 3, 1),
        facts={"urgent": True, "generallyUsual": True},
    )

    sent = access.AccessCheckAnswer.model_validate(answer).model_dump(mode="json")

    assert sent["ledBy"] == answer.led_by
    assert [each["code"] for each in sent["conditions"]] == [c.code for c in answer.conditions]
    assert [each["action"] for each in sent["nextActions"]] == [
        each.action for each in answer.next_actions
    ]


def test_facts_leave_the_wire_by_their_own_names() -> None:
    body = (
        '{"voorziening": "x", "entry": "y", "on": "2022-03-01", "facts": {"hasPlan": false,'
        ' "strictly24hNeeded": true, "age": 34, "urgent": null,'
        ' "nominatedByProviderId": "5b9f6c4e-8f2d-4a39-8d60-2c43a8f5d1aa"}}'
    )

    request = access.AccessCheckRequest.model_validate_json(body)

    assert request.facts.known() == {
        "hasPlan": False,
        "strictly24hNeeded": True,
        "age": 34,
        "nominatedByProviderId": "5b9f6c4e-8f2d-4a39-8d60-2c43a8f5d1aa",
    }


@pytest.mark.parametrize(
    "facts",
    ['{"hasPlan": "ja"}', '{"hasPlan": 1}', '{"age": 131}', '{"form": "geld"}', '{"name": "Jan"}'],
)
def test_a_wrong_fact_is_refused_on_the_wire(facts: str) -> None:
    with pytest.raises(ValueError, match="facts"):
        access.AccessCheckRequest.model_validate_json(
            f'{{"voorziening": "x", "entry": "y", "facts": {facts}}}'
        )


def test_every_action_has_its_call() -> None:
    assert set(ACTIONS) == set(ActionCode)
    assert all(action.href.startswith("/") for action in ACTIONS.values())


def test_every_role_is_known_to_the_stelsel() -> None:
    assert {rule.role for rule in STELSEL.roles} == set(Role)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UnknownCodeError("party", ["b", "a"]), "unknown party; known are: a, b"),
        (
            OutsidePeriodError(date(2021, 1, 1), date(2026, 12, 31)),
            "the stelsel holds from 2021-01-01 until 2026-12-31",
        ),
        (
            OutsidePeriodError(date(2021, 1, 1), None),
            "the stelsel holds from 2021-01-01 until further notice",
        ),
    ],
)
def test_errors_name_what_would_be_right(error: StelselError, says: str) -> None:
    assert str(error) == says


def stadsdelen_on(day: date) -> set[str]:
    return {area.name for area in STELSEL.areas.stadsdelen if area.valid_from <= day}


@pytest.mark.rule("OPN-55")
@pytest.mark.rule("OPN-24")
def test_weesp_and_westpoort_are_areas_but_never_a_perceel() -> None:
    percelen = {area.name for area in STELSEL.areas.stadsdelen if area.perceel}

    assert percelen == {"Centrum", "West", "Nieuw-West", "Zuid", "Oost", "Noord", "Zuidoost"}
    assert stadsdelen_on(date(2022, 3, 23)) == percelen | {"Westpoort"}
    assert stadsdelen_on(date(2022, 3, 24)) == percelen | {"Westpoort", "Weesp"}


def test_the_division_of_the_city_is_whole() -> None:
    areas = STELSEL.areas
    gebieden = {gebied.code: gebied.stadsdeel for gebied in areas.gebieden}

    assert (len(areas.stadsdelen), len(areas.gebieden), len(areas.wijken)) == (9, 25, 110)
    assert all(gebieden[wijk.gebied] == wijk.stadsdeel for wijk in areas.wijken if wijk.gebied)
    assert {wijk.stadsdeel for wijk in areas.wijken if wijk.gebied is None} == {"B"}


@pytest.mark.rule("DIS-10")
@pytest.mark.rule("AMS-INT-08")
def test_there_are_four_basic_securities() -> None:
    marked = {domain.code for domain in STELSEL.life_domains if domain.bestaanszekerheid}

    assert marked == {"wonen", "inkomen", "schulden", "veiligheid"}


@pytest.mark.rule("AMS-INT-30")
@pytest.mark.rule("AMS-INT-31")
@pytest.mark.rule("AMS-INT-32")
@pytest.mark.rule("AMS-INT-46")
@pytest.mark.rule("OPN-26")
def test_the_five_norms_of_the_proposal_are_there() -> None:
    assert {norm.code for norm in STELSEL.norms} == {
        "no_refusal",
        "one_plan",
        "organise_knowledge_in",
        "solve_rules_in_the_way",
        "tailored",
    }


@pytest.mark.rule("AMS-INT-17")
def test_money_housing_and_poverty_are_signals() -> None:
    assert {signal.code for signal in STELSEL.signals} == {"geldzorgen", "wonen", "armoede"}


@pytest.mark.rule("AMS-INT-27")
def test_the_markers_of_complexity_are_those_of_the_proposal() -> None:
    assert {marker.code for marker in STELSEL.complexity_markers} == {
        "safety_at_stake",
        "low_self_reliance",
        "low_resilience",
        "unpredictable_behaviour",
        "care_avoiding",
    }


@pytest.mark.rule("AMS-INT-02")
def test_no_contact_can_end_in_a_refusal() -> None:
    codes = {outcome.code for outcome in STELSEL.contact_outcomes}

    assert codes
    assert not {code for code in codes if "refus" in code or "reject" in code}


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        pytest.param("ambulante_ondersteuning", 15, 25, marks=pytest.mark.rule("AMS-PRV-08")),
        pytest.param("dagbesteding", 15, 20, marks=pytest.mark.rule("AMS-PRV-09")),
        pytest.param("dagbesteding_arbeidsmatig", 7, 14, marks=pytest.mark.rule("AMS-PRV-10")),
        pytest.param("hulp_bij_het_huishouden", None, 18, marks=pytest.mark.rule("AMS-PRV-11")),
        pytest.param("opvang_en_beschermd_wonen", None, 20, marks=pytest.mark.rule("AMS-PRV-12")),
        pytest.param("logeeropvang", None, 10, marks=pytest.mark.rule("AMS-PRV-14")),
        pytest.param("subcontracting", None, 20, marks=pytest.mark.rule("AMS-PRV-16")),
    ],
)
@pytest.mark.rule("DIS-08")
@pytest.mark.rule("OPN-03")
@pytest.mark.rule("OPN-30")
def test_caps_are_those_of_the_proposal(code: str, low: int | None, high: int) -> None:
    cap = next(cap for cap in STELSEL.caps if cap.code == code)

    assert (cap.minimum, cap.maximum) == (low, high)


@pytest.mark.parametrize(
    ("code", "days", "weeks", "starts_at"),
    [
        ("investigation", None, 6, "first_contact"),
        ("personal_plan", 7, None, "first_contact"),
        ("application_decision", None, 2, "application"),
        ("objection", None, 6, "decision_announced"),
    ],
)
def test_legal_clocks_have_the_terms_of_the_law(
    code: str, days: int | None, weeks: int | None, starts_at: str
) -> None:
    clock = next(clock for clock in STELSEL.legal_clocks if clock.code == code)

    assert (clock.days, clock.weeks, clock.starts_at) == (days, weeks, starts_at)
