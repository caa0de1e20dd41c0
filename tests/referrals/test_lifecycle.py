"""Both lifecycles, whole: every pair of states by every hand, written out by hand."""

from itertools import product

import pytest

from services.referrals.domain.lifecycle import (
    CLOSED_ATTEMPTS,
    CLOSED_REQUESTS,
    OPEN_ATTEMPTS,
    Mover,
    ensure_attempt_moves,
    ensure_request_moves,
)
from shared.errors import ConflictError
from shared.vocabulary import AttemptStatus, ReferralStatus

BEFORE = "preparing judging granting placing no_provider_left on_hold"
ENDS = "redirected withdrawn no_longer_needed moved_out deceased"

# from: {to: hands}; t(eam) j(udge) g(rantor) p(rovider) s(ystem)
REQUEST = {
    "preparing": {"judging": "tjs", "on_hold": "t"},
    "judging": {"granting": "js", "on_hold": "t"},
    "granting": {"placing": "gs", "on_hold": "t"},
    "placing": {"no_provider_left": "s", "delivering": "pg", "on_hold": "t"},
    "no_provider_left": {"placing": "t", "on_hold": "t"},
    "on_hold": dict.fromkeys(BEFORE.split()[:-1], "t"),
    "delivering": {"ended": "pgs"},
    "not_admitted": {"placing": "g"},
    "not_granted": {"placing": "g"},
    "ended": {"aftercare": "t"},
    "aftercare": {"placing": "t", "judging": "t", "ended": "t"},
}
for _state in BEFORE.split():
    REQUEST[_state] |= dict.fromkeys(ENDS.split(), "t")
    REQUEST[_state] |= {"not_admitted": "j", "not_granted": "g"}

_ANSWERS = {"accepted": "p", "declined": "pt", "lapsed": "s", "cancelled": "tg"}
ATTEMPT = {
    "offered": {
        **_ANSWERS,
        "waitlisted": "p",
        "information_asked": "p",
        "counter_offered": "p",
    },
    "information_asked": {**_ANSWERS, "waitlisted": "p", "offered": "t", "counter_offered": "p"},
    "counter_offered": {**_ANSWERS, "waitlisted": "p", "offered": "t"},
    "waitlisted": _ANSWERS,
    "accepted": {"intake_planned": "p", "declined": "pt", "cancelled": "tg"},
    "intake_planned": {"intake_planned": "p", "started": "p", "declined": "pt", "cancelled": "tg"},
    "started": {"stopped": "p"},
}


@pytest.mark.parametrize("current", ReferralStatus)
def test_a_request_goes_where_the_table_says_and_nowhere_else(current: ReferralStatus) -> None:
    allowed = set()
    for to, mover in product(ReferralStatus, Mover):
        try:
            ensure_request_moves(current, to, mover)
        except ConflictError:
            continue
        allowed.add((to.value, mover.value[0]))

    told = REQUEST.get(current.value, {})
    assert allowed == {(to, hand) for to, hands in told.items() for hand in hands}


@pytest.mark.parametrize("current", AttemptStatus)
def test_an_attempt_goes_where_the_table_says_and_nowhere_else(current: AttemptStatus) -> None:
    allowed = set()
    for to, mover in product(AttemptStatus, Mover):
        try:
            ensure_attempt_moves(current, to, mover)
        except ConflictError:
            continue
        allowed.add((to.value, mover.value[0]))

    told = ATTEMPT.get(current.value, {})
    assert allowed == {(to, hand) for to, hands in told.items() for hand in hands}


def test_every_state_of_an_attempt_is_open_or_closed_and_a_request_is_opened_in_two_ways() -> None:
    """By a formal decision that grants after all, and by a recall from aftercare."""
    assert set(OPEN_ATTEMPTS) | set(CLOSED_ATTEMPTS) == set(AttemptStatus)
    assert not set(OPEN_ATTEMPTS) & set(CLOSED_ATTEMPTS)
    for closed, to, mover in product(CLOSED_REQUESTS, ReferralStatus, Mover):
        opens = (closed.value, to.value, mover) in {
            ("not_admitted", "placing", Mover.GRANTOR),
            ("not_granted", "placing", Mover.GRANTOR),
            ("aftercare", "placing", Mover.TEAM),
            ("aftercare", "judging", Mover.TEAM),
        }
        if to not in CLOSED_REQUESTS and not opens:
            with pytest.raises(ConflictError):
                ensure_request_moves(closed, to, mover)


def test_a_refused_move_says_what_can_be_done() -> None:
    with pytest.raises(ConflictError, match="daarna kan alleen: cancelled, declined"):
        ensure_attempt_moves(AttemptStatus.ACCEPTED, AttemptStatus.STARTED, Mover.PROVIDER)
