"""The life of a consultation as a table, whole, and the rules around its steps."""

from datetime import date
from itertools import product

import pytest

from services.referrals.domain.consultations import (
    Addressed,
    Given,
    Side,
    consent_until,
    ensure_target,
    ensure_walks,
    mover_of,
    nobody_speaks_for,
)
from services.referrals.domain.lifecycle import waiting_days
from shared.errors import ConflictError, InvalidRequestError, RuleViolationError
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import consultation_target
from shared.vocabulary import ConsultationForm, ConsultationLevel, ConsultationStatus

# By design section 6: who sets which state from where; everything else is refused.
ASKER = """
draft asked
draft withdrawn
asked withdrawn
asked redirected
asked became_referral
taken_up withdrawn
taken_up redirected
taken_up became_referral
information_asked taken_up
information_asked withdrawn
information_asked redirected
information_asked became_referral
advised followed
advised departed
advised withdrawn
advised became_referral
"""
ADVISER = """
asked taken_up
asked redirected
taken_up information_asked
taken_up advised
taken_up redirected
information_asked advised
information_asked redirected
"""
SYSTEM = """
asked withdrawn
taken_up withdrawn
information_asked withdrawn
"""
ALLOWED = {
    (*line.split(), side)
    for side, lines in ((Side.ASKER, ASKER), (Side.ADVISER, ADVISER), (Side.SYSTEM, SYSTEM))
    for line in lines.split("\n")
    if line
}
TODAY = date(2022, 3, 1)
PEOPLE = ("ann", "bob")


@pytest.mark.rule("AMS-REF-03")
@pytest.mark.parametrize("start", ConsultationStatus)
@pytest.mark.parametrize("side", Side)
def test_each_side_sets_its_own_states_and_no_other(start: ConsultationStatus, side: Side) -> None:
    able = set()
    for end in ConsultationStatus:
        try:
            assert mover_of(start, end, {side}) is side
        except ConflictError:
            continue
        able.add(end)

    assert able == {
        ConsultationStatus(end) for begin, end, by in ALLOWED if (begin, by) == (start, side)
    }


def test_what_ended_moves_no_more() -> None:
    ends = ("followed", "departed", "withdrawn", "became_referral", "redirected")
    for end, to in product(ends, ConsultationStatus):
        with pytest.raises(ConflictError):
            mover_of(ConsultationStatus(end), to, set(Side))


@pytest.mark.rule("OPN-21")
def test_for_some_parties_nobody_speaks() -> None:
    stelsel = load_stelsel("amsterdam-2021")
    alone = {
        each.code for each in stelsel.consultation_targets if nobody_speaks_for(each.code, stelsel)
    }

    assert alone == {"steunstructuur", "specialistisch_netwerk"}


@pytest.mark.rule("AMS-ACC-61")
@pytest.mark.parametrize(
    ("party", "question", "walks"),
    [
        ("aanbieder", "werk", True),
        ("steunstructuur", "multiproblem", True),
        ("centrale_toegang", "toegang_mo_bw", False),
        ("veilig_thuis", "veiligheid", False),
    ],
)
def test_walking_along_is_asked_where_somebody_walks_along(
    party: str, question: str, walks: object
) -> None:
    target = consultation_target(load_stelsel("amsterdam-2021"), party, question)
    asked = Addressed(
        ConsultationLevel.ANONYMOUS, ConsultationForm.WALKING_ALONG, party == "aanbieder"
    )

    if walks:
        ensure_target(target, asked)
    else:
        with pytest.raises(InvalidRequestError):
            ensure_target(target, asked)


@pytest.mark.parametrize(
    ("form", "begin", "end", "fits"),
    [
        ("advice", None, None, True),
        ("advice", TODAY, None, False),
        ("walking_along", TODAY, TODAY, True),
        ("walking_along", TODAY, date(2022, 2, 28), False),
        ("walking_along", None, TODAY, False),
        ("walking_along", None, None, True),
    ],
)
def test_the_days_of_walking_along_fit(
    form: str, begin: date | None, end: date | None, fits: object
) -> None:
    if fits:
        ensure_walks(ConsultationForm(form), begin, end)
    else:
        with pytest.raises(InvalidRequestError):
            ensure_walks(ConsultationForm(form), begin, end)


def test_a_consent_of_everybody_is_on_record_and_the_first_to_end_counts() -> None:
    ann = Given("ann", True, date(2022, 5, 1))  # noqa: FBT003  a value
    bob = Given("bob", True, date(2022, 4, 1))  # noqa: FBT003  a value

    assert consent_until(PEOPLE, [ann, bob], TODAY) == date(2022, 4, 1)
    assert consent_until(["ann"], [ann, bob], TODAY) == date(2022, 5, 1)


@pytest.mark.parametrize(
    "bob",
    [
        [],
        [Given("bob", False, None)],  # noqa: FBT003  a value
        [Given("bob", True, date(2022, 2, 28))],  # noqa: FBT003  a value
    ],
)
def test_without_the_consent_of_one_nothing_is_shared(bob: list[Given]) -> None:
    ann = Given("ann", True, None)  # noqa: FBT003  a value

    with pytest.raises(RuleViolationError):
        consent_until(PEOPLE, [ann, *bob], TODAY)


def test_a_consent_without_an_end_beside_one_with_an_end_has_none() -> None:
    lasting, ending = Given("ann", True, None), Given("ann", True, TODAY)  # noqa: FBT003  values

    assert consent_until(["ann"], [ending, lasting], TODAY) is None


@pytest.mark.rule("OPN-14")
def test_waiting_is_counted_from_the_first_day_to_the_advice() -> None:
    assert waiting_days(date(2022, 2, 1), None, TODAY) == 28
    assert waiting_days(date(2022, 2, 1), date(2022, 2, 3), TODAY) == 2
    assert waiting_days(TODAY, date(2022, 2, 3), TODAY) == 0
