"""Whom a team may ask for advice and about what, who reports, and what moves a legal clock."""

from typing import Final

import pytest

from shared.stelsel.load import load_stelsel
from shared.stelsel.model import ClockEffect, UnknownCodeError
from shared.stelsel.routes import consultation_target
from shared.vocabulary import ConsultationLevel

STELSEL: Final = load_stelsel("amsterdam-2021")


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-REF-03")
@pytest.mark.rule("OPN-14")
def test_the_centre_is_asked_about_shelter_with_and_without_a_person() -> None:
    found = consultation_target(STELSEL, "centrale_toegang", "toegang_mo_bw")

    assert set(found.levels) == set(ConsultationLevel)
    assert not found.walking_along


@pytest.mark.rule("AMS-ACC-61")
@pytest.mark.rule("AMS-REF-04")
@pytest.mark.rule("AMS-ROL-16")
def test_experts_of_a_provider_share_what_they_know_or_walk_along() -> None:
    assert consultation_target(STELSEL, "aanbieder", "lvb_expertise").walking_along


@pytest.mark.rule("OPN-21")
@pytest.mark.rule("AMS-ROL-24")
@pytest.mark.rule("OPN-20")
@pytest.mark.parametrize(
    ("party", "question"),
    [
        ("steunstructuur", "multiproblem"),
        ("specialistisch_netwerk", "ggz_expertise"),
        ("veilig_thuis", "veiligheid"),
        ("stadsdeel", "schulden"),
        ("okt", "kinderen_en_gezin"),
        ("wpi", "werk"),
        ("gemeente", "route_niet_bepaald"),
    ],
)
def test_every_kind_of_question_has_somebody_to_ask(party: str, question: str) -> None:
    assert question in consultation_target(STELSEL, party, question).questions


def test_no_kind_of_question_is_left_without_an_answer() -> None:
    asked = {question for target in STELSEL.consultation_targets for question in target.questions}

    assert {question.code for question in STELSEL.consultation_questions} == asked


@pytest.mark.parametrize(
    ("party", "question", "what", "one"),
    [
        ("client", "schulden", "party", "centrale_toegang"),
        ("centrale_toegang", "schulden", "question", "toegang_mo_bw"),
    ],
)
def test_who_cannot_be_asked_this_comes_back_with_the_list(
    party: str, question: str, what: str, one: str
) -> None:
    with pytest.raises(UnknownCodeError) as found:
        consultation_target(STELSEL, party, question)

    assert found.value.what == what
    assert one in found.value.known


def test_every_party_that_the_access_check_says_to_consult_can_be_asked() -> None:
    told = {
        cell.party
        for item in STELSEL.voorzieningen
        for row in item.routes
        for door in row.doors
        for cell in door.consult
    }

    assert told
    assert told <= {target.code for target in STELSEL.consultation_targets}


@pytest.mark.rule("AMS-ROL-25")
@pytest.mark.rule("AMS-ROL-26")
@pytest.mark.rule("AMS-ROL-27")
@pytest.mark.rule("AMS-ROL-32")
@pytest.mark.rule("AMS-ROL-33")
@pytest.mark.rule("AMS-ROL-21")
@pytest.mark.rule("AMS-ROL-29")
@pytest.mark.rule("AMS-ROL-44")
@pytest.mark.rule("AMS-ROL-50")
def test_the_partners_of_the_proposal_can_report() -> None:
    kinds = {kind.code for kind in STELSEL.reporter_kinds}

    assert {
        *("general_practitioner", "district_nurse", "school", "housing_corporation", "police"),
        *("mental_health_care", "provider", "family", "partner", "safety_partner", "hospital"),
        *("creditor", "administrator", "volunteer", "neighbour", "other_municipality"),
    } <= kinds


@pytest.mark.parametrize(
    ("code", "effect", "clock", "weeks"),
    [
        ("application_incomplete", ClockEffect.SUSPEND, "application_decision", None),
        ("cannot_decide_in_time", ClockEffect.EXTEND, "application_decision", None),
        ("objection_adjourned", ClockEffect.EXTEND, "objection_decision", 6),
    ],
)
def test_a_legal_clock_stands_still_or_is_made_longer_by_law(
    code: str, effect: ClockEffect, clock: str, weeks: int | None
) -> None:
    change = next(each for each in STELSEL.clock_changes if each.code == code)

    assert (change.effect, change.clock, change.weeks) == (effect, clock, weeks)
    assert change.article.startswith("Awb ")


@pytest.mark.rule("OPN-36")
def test_no_step_has_a_term_until_the_municipality_sets_one() -> None:
    assert STELSEL.step_terms
    assert {term.target_days for term in STELSEL.step_terms} == {None}


@pytest.mark.rule("AMS-ACC-60")
@pytest.mark.rule("OPN-03")
@pytest.mark.rule("AMS-ROL-11")
def test_nobody_departs_from_the_centre_from_safety_from_ceilings_or_from_independence() -> None:
    assert {each.code for each in STELSEL.not_departable} == {
        *("centre_decision", "safety_and_shielding", "capacity_and_ceilings", "independence"),
    }


@pytest.mark.rule("AMS-ROL-35")
@pytest.mark.rule("OPN-08")
def test_a_light_request_ends_in_a_result_that_says_what_came_of_it() -> None:
    found = {result.code for result in STELSEL.service_results}

    assert {"toegekend", "afgewezen", "traject_gestart", "opgelost", "niet_bereikt"} <= found
