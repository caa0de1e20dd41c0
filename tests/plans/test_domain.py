"""The rules of plans over plain values; the tables whole."""

from datetime import date
from uuid import uuid4

import pytest

from services.plans.domain.disclosure import (
    Member,
    age_band,
    client_of,
    concerned,
    without_identity,
)
from services.plans.domain.households import SearchWay, age_on, search_way
from services.plans.domain.support import (
    FOLLOWS,
    GOAL_MOVES,
    TRANSITIONS,
    ItemState,
    SupportAction,
    decide,
    ensure_can_close,
    follows,
    has_ended,
    next_goal_status,
    next_support_status,
)
from services.plans.domain.work import ENDS_WITH, ensure_by_hand
from shared.errors import ConflictError, InvalidRequestError, RuleViolationError
from shared.vocabulary import (
    EvaluationDecision,
    GoalStatus,
    HouseholdRole,
    ReferralStatus,
    SupportStatus,
    WorkItemKind,
)

EVERY_STEP = sorted((status, action) for status in SupportStatus for action in SupportAction)
STOPPED, RUNNING = SupportStatus.STOPPED, SupportStatus.RUNNING
PROPOSED, ARRANGING = SupportStatus.PROPOSED, SupportStatus.ARRANGING


@pytest.mark.parametrize(
    ("status", "action", "becomes"),
    [
        (PROPOSED, SupportAction.START, RUNNING),
        (PROPOSED, SupportAction.CONTINUE, PROPOSED),
        (PROPOSED, SupportAction.CHANGE, PROPOSED),
        (PROPOSED, SupportAction.STOP, STOPPED),
        (ARRANGING, SupportAction.CONTINUE, ARRANGING),
        (ARRANGING, SupportAction.CHANGE, ARRANGING),
        (ARRANGING, SupportAction.STOP, STOPPED),
        (RUNNING, SupportAction.CONTINUE, RUNNING),
        (RUNNING, SupportAction.CHANGE, RUNNING),
        (RUNNING, SupportAction.STOP, STOPPED),
    ],
)
def test_a_support_item_goes_where_the_table_says(
    status: SupportStatus, action: SupportAction, becomes: SupportStatus
) -> None:
    assert next_support_status(status, action) is becomes


@pytest.mark.parametrize(("status", "action"), sorted(set(EVERY_STEP) - set(TRANSITIONS)))
def test_every_other_step_of_a_support_item_is_a_conflict(
    status: SupportStatus, action: SupportAction
) -> None:
    assert len(TRANSITIONS) == 10
    with pytest.raises(ConflictError):
        next_support_status(status, action)


def test_a_support_item_follows_every_state_of_a_referral() -> None:
    assert set(FOLLOWS) == set(ReferralStatus)
    by_status: dict[SupportStatus, set[str]] = {}
    for referral, item in FOLLOWS.items():
        by_status.setdefault(item, set()).add(referral.value)
    assert by_status[RUNNING] == {"delivering"}
    assert by_status[ARRANGING] == {
        "preparing",
        "judging",
        "granting",
        "placing",
        "no_provider_left",
        "on_hold",
    }
    assert has_ended("aftercare")
    assert not has_ended("delivering")
    assert not has_ended(None)


@pytest.mark.parametrize(
    ("same", "known", "new", "expected"),
    [
        (True, "ended", ReferralStatus.AFTERCARE, True),
        (False, None, ReferralStatus.PREPARING, True),
        (False, "withdrawn", ReferralStatus.PREPARING, True),
        (False, "withdrawn", ReferralStatus.AFTERCARE, False),
        (False, "placing", ReferralStatus.PREPARING, False),
    ],
)
def test_an_item_follows_its_own_referral_or_a_fresh_one(
    same: bool,  # noqa: FBT001  a parametrised value
    known: str | None,
    new: ReferralStatus,
    expected: bool,  # noqa: FBT001
) -> None:
    assert follows(same=same, known_status=known, new=new) is expected


@pytest.mark.parametrize("current", sorted(GoalStatus))
@pytest.mark.parametrize("wanted", sorted(GoalStatus))
def test_a_goal_moves_as_the_table_says(current: GoalStatus, wanted: GoalStatus) -> None:
    allowed = {("open", "reached"), ("open", "dropped"), ("reached", "open"), ("dropped", "open")}
    assert {(a.value, b.value) for a, b in GOAL_MOVES} == allowed
    if current is wanted or (current.value, wanted.value) in allowed:
        assert next_goal_status(current, wanted) is wanted
        return
    with pytest.raises(ConflictError):
        next_goal_status(current, wanted)


def test_help_that_is_being_arranged_is_stopped_by_withdrawing_its_referral() -> None:
    under_way = ItemState(ARRANGING, referral_active=True)

    with pytest.raises(ConflictError, match="Trek die eerst in"):
        decide(under_way, EvaluationDecision.STOP, None)

    assert decide(ItemState(ARRANGING, referral_active=False), EvaluationDecision.STOP, None)
    assert (
        decide(ItemState(RUNNING, referral_active=True), EvaluationDecision.STOP, None) is STOPPED
    )


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (EvaluationDecision.CHANGE, None),
        (EvaluationDecision.CONTINUE, "Anders"),
        (EvaluationDecision.STOP, "Anders"),
    ],
)
def test_only_a_change_says_what_the_help_becomes(
    decision: EvaluationDecision, text: str | None
) -> None:
    with pytest.raises(RuleViolationError):
        decide(ItemState(RUNNING, referral_active=False), decision, text)


@pytest.mark.parametrize("status", sorted(SupportStatus))
def test_a_plan_closes_only_when_all_help_has_stopped(status: SupportStatus) -> None:
    ensure_can_close([])
    ensure_can_close([STOPPED])
    if status is not STOPPED:
        with pytest.raises(ConflictError):
            ensure_can_close([STOPPED, status])


@pytest.mark.parametrize("kind", sorted(WorkItemKind))
def test_work_that_ends_by_itself_is_not_ticked_off(kind: WorkItemKind) -> None:
    with pytest.raises(ConflictError):
        ensure_by_hand(kind, done=True)
    if kind in ENDS_WITH:
        with pytest.raises(ConflictError):
            ensure_by_hand(kind, done=False)
    else:
        ensure_by_hand(kind, done=False)


@pytest.mark.parametrize(
    ("born", "day", "age", "band"),
    [
        (date(1988, 5, 2), date(2022, 5, 1), 33, "30-39"),
        (date(1988, 5, 2), date(2022, 5, 2), 34, "30-39"),
        (date(2004, 2, 29), date(2022, 2, 28), 17, "12-17"),
        (date(2004, 2, 29), date(2022, 3, 1), 18, "18-29"),
        (date(2020, 1, 1), date(2022, 1, 1), 2, "0-11"),
        (date(1930, 1, 1), date(2022, 1, 1), 92, "90+"),
        (date(1992, 1, 1), date(2022, 1, 1), 30, "30-39"),
        (None, date(2022, 1, 1), None, None),
    ],
)
def test_an_age_is_shown_as_a_band(
    born: date | None, day: date, age: int | None, band: str | None
) -> None:
    assert age_on(born, day) == age
    assert age_band(born, day) == band


def test_help_is_of_the_members_of_its_goals_else_of_the_main_member() -> None:
    main = Member(uuid4(), HouseholdRole.MAIN, date(1980, 1, 1))
    young = Member(uuid4(), HouseholdRole.CHILD, date(2012, 1, 1))
    old = Member(uuid4(), HouseholdRole.CHILD, date(2010, 1, 1))
    everybody = [main, young, old]

    assert concerned(everybody, []) == (main,)
    assert concerned(everybody, [young.person_id]) == (young,)
    assert client_of(everybody) is main
    assert client_of([young, old]) is old
    assert client_of([]) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jan wil rust", "[…] wil rust"),
        ("JANSSEN en jan", "[…] en jan"),
        ("Janssens huis", "[…] huis"),
        ("de heer van der Berg", "de heer van der […]"),
        ("An gaat, en dan an", "[…] gaat, en dan an"),
        ("Bel 020 123 45 67", "Bel […]"),
        ("Bel +31612345678 nu", "Bel […] nu"),
        ("BSN 999990019", "BSN […]"),
        ("Sinds 2022 om de week, 3 keer op 1 maart", "Sinds 2022 om de week, 3 keer op 1 maart"),
        ("Geboren 2 mei 1988", "Geboren […]"),
        ("Geboren 2-5-1988 te Weesp", "Geboren […] te Weesp"),
        ("Woont op 1094 KL", "Woont op […]"),
        ("Woont op 1094kl", "Woont op […]"),
        ("Schuld van 2000 en wat kleins", "Schuld van 2000 en wat kleins"),
        ("JAN en AN", "[…] en […]"),
        ("Zoë en zoe, Çelik en celik", "[…] en zoe, […] en […]"),
        ("_Janssen_ of Janssen2 of Janssen\u2019s", "_[…]_ of […]2 of […]\u2019s"),
        ("Janssens's, Janssen's en Janssenpad", "[…]'s, […] en Janssenpad"),
        ("Zij is 61 jaar oud en 20 jaar werkloos", "Zij is […] en 20 jaar werkloos"),
        ("Een 61-jarige vrouw, ik ben 61 jaar", "Een […] vrouw, ik ben […]"),
        ("Geboren in 1961", "[…]"),
    ],
)
def test_a_text_for_an_offer_hides_who_it_is_about(text: str, shown: str) -> None:
    names = ["Jan", "Janssen", "van der Berg", "An", None, "Zoe\u0308", "Çelik"]

    assert without_identity(text, names) == shown


def test_a_search_is_one_of_three_ways() -> None:
    assert search_way({"bsn"}) is SearchWay.BSN
    assert search_way({"surname", "birth_date"}) is SearchWay.NAME
    assert search_way({"postcode", "house_number"}) is SearchWay.ADDRESS
    with pytest.raises(InvalidRequestError):
        search_way({"bsn", "surname"})
