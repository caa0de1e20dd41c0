"""The evaluation of a stelsel: three values, days, codes, urgency and what comes next."""

from datetime import date
from typing import Final

import pytest

from shared.stelsel.load import load_stelsel
from shared.stelsel.model import (
    FACTS,
    FactValue,
    FactValueError,
    UnknownCodeError,
)
from shared.stelsel.routes import (
    Answer,
    Outcome,
    check,
)

STELSEL: Final = load_stelsel("amsterdam-2021")
DAY: Final = date(2022, 3, 1)


def ask(voorziening: str, entry: str = "buurtteam", **facts: FactValue) -> Answer:
    return check(STELSEL, voorziening=voorziening, entry=entry, on=DAY, facts=facts)


def actions(answer: Answer) -> list[str]:
    return [each.action.value for each in answer.next_actions]


@pytest.mark.parametrize(
    ("voorziening", "entry", "facts", "what", "one"),
    [
        ("dagopvang", "buurtteam", {}, "voorziening", "sociale_basis"),
        ("sociale_basis", "veldtafel", {}, "entry", "vrij_toegankelijk"),
        ("sociale_basis", "*", {}, "entry", "buurtteam"),
        ("sociale_basis", "geen", {}, "entry", "client"),
        ("sociale_basis", "buurtteam", {"nationality": True}, "fact", "hasPlan"),
    ],
)
def test_an_unknown_code_comes_back_with_the_list(
    voorziening: str, entry: str, facts: dict[str, FactValue], what: str, one: str
) -> None:
    with pytest.raises(UnknownCodeError) as found:
        check(STELSEL, voorziening=voorziening, entry=entry, on=DAY, facts=facts)

    assert found.value.what == what
    assert one in found.value.known


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("urgent", "ja"),
        ("urgent", 1),
        ("age", True),
        ("age", "34"),
        ("age", -1),
        ("age", 131),
        ("form", "geld"),
        ("form", True),
        ("municipality", 363),
        ("chosenProviderId", True),
    ],
)
def test_a_fact_of_the_wrong_type_is_named(fact: str, value: FactValue) -> None:
    with pytest.raises(FactValueError) as found:
        check(STELSEL, voorziening="wlz", entry="okt", on=DAY, facts={fact: value})

    assert found.value.fact == fact


@pytest.mark.parametrize("age", [0, 130])
def test_an_age_may_be_at_its_bounds(age: int) -> None:
    assert ask("wlz", age=age).outcome is Outcome.NO_REFERRAL_NEEDED


@pytest.mark.parametrize("voorziening", sorted(item.code for item in STELSEL.voorzieningen))
@pytest.mark.parametrize("entry", ["buurtteam", "veilig_thuis", "aanbieder", "vrij_toegankelijk"])
def test_what_is_unknown_is_the_same_as_what_is_null(voorziening: str, entry: str) -> None:
    assert ask(voorziening, entry) == ask(voorziening, entry, **dict.fromkeys(FACTS))


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("OPN-10")
def test_a_redirect_carries_the_contact_over() -> None:
    answer = ask("ambulante_ondersteuning", "aanbieder")

    assert answer.outcome is Outcome.REDIRECT
    assert [(each.action, each.method, each.href) for each in answer.next_actions] == [
        ("carry_contact_over", "POST", "/intake/v1/contacts/{contactId}/redirects"),
        ("create_contact", "POST", "/intake/v1/contacts"),
    ]


def test_a_redirect_tells_how_it_goes_on_there() -> None:
    answer = ask("dagbesteding_meedoen", "aanbieder")

    assert (answer.led_by, answer.judged_by, answer.judged_with, answer.placed_by) == (
        "buurtteam",
        "buurtteam",
        ("client",),
        "aanbieder",
    )
    assert {reason.rule for reason in answer.reasons} == {"AMS-ACC-09", "OPN-10"}


@pytest.mark.rule("AMS-ACC-07")
@pytest.mark.rule("DIS-01")
@pytest.mark.parametrize("entry", ["veilig_thuis", "okt"])
def test_unknown_never_redirects(entry: str) -> None:
    assert ask("ambulante_ondersteuning", entry).outcome is Outcome.OPEN_WITH_CONDITIONS
    refused = ask("ambulante_ondersteuning", entry, afterDomesticViolence=False)
    assert refused.outcome is Outcome.REDIRECT
    assert refused.conditions[0].met is False


@pytest.mark.rule("AMS-ACC-05")
def test_not_indicated_carries_alternatives_and_stays_open_to_a_person() -> None:
    answer = ask(
        "ambulante_ondersteuning",
        hasPlan=True,
        longTermIntensive=False,
        specialist=False,
        smallCityScale=False,
    )

    assert answer.outcome is Outcome.NOT_INDICATED
    assert answer.alternatives == ("ambulante_ondersteuning_buurtteam", "sociale_basis")
    assert actions(answer) == ["motivated_deviation", "ask_formal_decision", "ask_consultation"]


def test_the_unmet_criterion_comes_first_in_the_alternatives() -> None:
    answer = ask("ambulante_ondersteuning", specialist=True, wlzIndication=True)

    assert answer.alternatives[0] == "wlz"


def test_alternatives_are_only_for_who_needs_them() -> None:
    assert ask("ambulante_ondersteuning", hasPlan=True, specialist=True).alternatives == ()


@pytest.mark.rule("OPN-17")
@pytest.mark.rule("AMS-ACC-47")
def test_not_determined_names_the_open_question_and_offers_a_way_on() -> None:
    answer = ask("time_outplek")

    assert answer.outcome is Outcome.NOT_DETERMINED
    assert answer.reasons[0].rule == "OPN-17"
    assert answer.grant is None
    assert actions(answer) == ["ask", "motivated_deviation"]
    assert answer.next_actions[0].party == "gemeente"
    assert answer.alternatives == ("maatschappelijke_opvang",)


@pytest.mark.parametrize("fact", ["urgent", "unsafeNow", "nightShelterNeededTonight"])
def test_in_urgency_everything_but_the_decision_can_wait(fact: str) -> None:
    answer = check(
        STELSEL,
        voorziening="beschermd_wonen",
        entry="buurtteam",
        on=DAY,
        facts={fact: True, "hasPlan": False},
    )

    assert answer.outcome is Outcome.OPEN_WITH_CONDITIONS
    assert [(each.code, each.deferrable, each.due_by) for each in answer.conditions] == [
        ("plan_required", True, date(2022, 3, 15)),
        ("access_decision", False, None),
        ("investigation", True, date(2022, 4, 12)),
        ("grant_decision", True, date(2022, 4, 26)),
    ]


def test_in_urgency_an_unmet_criterion_waits_too() -> None:
    answer = ask(
        "ambulante_ondersteuning",
        urgent=True,
        longTermIntensive=False,
        specialist=False,
        smallCityScale=False,
    )

    assert answer.outcome is Outcome.OPEN_WITH_CONDITIONS
    assert answer.conditions[1].deferrable
    assert answer.conditions[1].due_by == date(2022, 4, 12)


def test_what_is_done_has_no_due_date() -> None:
    assert ask("beschermd_wonen", urgent=True, hasPlan=True).conditions[0].due_by is None


@pytest.mark.parametrize("urgent", [False, None])
def test_without_urgency_nothing_can_wait(urgent: bool | None) -> None:  # noqa: FBT001
    answer = ask("beschermd_wonen", urgent=urgent, hasPlan=False)

    assert [(each.code, each.deferrable, each.due_by) for each in answer.conditions] == [
        ("plan_required", False, None)
    ]
    assert "create_temporary_provision" not in actions(answer)


@pytest.mark.parametrize(
    ("voorziening", "entry", "parties"),
    [
        ("beschermd_wonen", "buurtteam", ["centrale_toegang", "buurtteam"]),
        ("beschermd_wonen", "aanbieder", ["centrale_toegang", "buurtteam"]),
        (
            "opvang_huiselijk_geweld",
            "veilig_thuis",
            ["centrale_toegang", "veilig_thuis", "gecertificeerde_instelling", "blijf_groep"],
        ),
        ("time_outplek", "buurtteam", ["buurtteam"]),
        ("hulp_bij_het_huishouden", "aanbieder", ["aanbieder"]),
    ],
)
def test_in_urgency_the_answer_names_whom_to_reach(
    voorziening: str, entry: str, parties: list[str]
) -> None:
    found = ask(voorziening, entry, urgent=True).next_actions

    reach = [each for each in found if each.action.value == "see_who_is_reachable"]
    assert [each.party for each in reach] == parties
    assert found[-1].action.value == "create_temporary_provision"


@pytest.mark.parametrize(
    ("voorziening", "entry", "facts", "expected"),
    [
        (
            "ambulante_ondersteuning",
            "buurtteam",
            {"hasPlan": True, "specialist": True},
            ["create_referral", "ask_consultation"],
        ),
        (
            "ambulante_ondersteuning",
            "buurtteam",
            {"hasPlan": False},
            ["create_plan", "create_referral", "ask_consultation", "motivated_deviation"],
        ),
        (
            "ambulante_ondersteuning",
            "buurtteam",
            {},
            ["create_plan", "create_referral", "ask_consultation"],
        ),
        ("hulp_bij_het_huishouden", "aanbieder", {}, ["register_directly"]),
        (
            "hulp_bij_het_huishouden",
            "buurtteam",
            {"hasPlan": False},
            ["create_plan", "create_referral"],
        ),
        ("maatschappelijk_werk", "buurtteam", {}, ["add_support_item", "ask_consultation"]),
        ("sociale_basis", "vrij_toegankelijk", {}, ["add_support_item"]),
        ("schuldhulp_specialistisch", "okt", {"hasPlan": True}, ["call_in_specialist"]),
        ("woonurgentie", "buurtteam", {}, ["ask_municipal_service"]),
    ],
)
def test_the_answer_says_what_to_do_next(
    voorziening: str, entry: str, facts: dict[str, FactValue], expected: list[str]
) -> None:
    answer = check(STELSEL, voorziening=voorziening, entry=entry, on=DAY, facts=facts)

    assert actions(answer) == expected


@pytest.mark.parametrize(
    ("voorziening", "entry", "strictness"),
    [
        ("ambulante_ondersteuning", "buurtteam", "block"),
        ("dagbesteding_meedoen", "buurtteam", "block"),
        ("beschermd_wonen", "centrale_toegang", "block"),
        ("opvang_huiselijk_geweld", "veilig_thuis", "block"),
        ("hulp_bij_het_huishouden", "buurtteam", "warn"),
        ("logeeropvang", "aanbieder", "warn"),
        ("specialistische_woonbegeleiding", "buurtteam", "warn"),
        ("sociale_basis", "client", "warn"),
    ],
)
@pytest.mark.rule("OPN-10")
def test_strict_where_the_proposal_says_always_or_the_centre_decides(
    voorziening: str, entry: str, strictness: str
) -> None:
    assert ask(voorziening, entry).strictness == strictness
