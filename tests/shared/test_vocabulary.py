"""The words of all services that have an order."""

from shared.vocabulary import URGENCY_RANK, Urgency


def test_every_urgency_has_its_own_place_and_a_crisis_comes_first() -> None:
    ordered = sorted(URGENCY_RANK, key=lambda urgency: URGENCY_RANK[urgency])

    assert ordered == [Urgency.CRISIS, Urgency.SOON, Urgency.NORMAL]
    assert sorted(URGENCY_RANK) == sorted(Urgency)
    assert len(set(URGENCY_RANK.values())) == len(Urgency)
