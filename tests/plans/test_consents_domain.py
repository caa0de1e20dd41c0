"""What a consent allows, by its values."""

from datetime import date
from uuid import UUID

import pytest

from services.plans.domain.consents import Given, ensure_can_revoke, shared_until
from shared.errors import ConflictError, RuleViolationError
from shared.vocabulary import ConsentStatus

MARIA, JOZEF = UUID(int=1), UUID(int=2)
TODAY = date(2022, 3, 1)
JUNE, JULY = date(2022, 6, 30), date(2022, 7, 31)


def given(
    person: UUID, until: date | None = None, status: ConsentStatus = ConsentStatus.GIVEN
) -> Given:
    """A consent of somebody."""
    return Given(person, status, until)


@pytest.mark.parametrize(
    ("known", "until"),
    [
        ([], None),
        ([given(MARIA)], None),
        ([given(MARIA, JUNE)], JUNE),
        ([given(MARIA, JUNE), given(JOZEF, JULY)], JUNE),
        ([given(MARIA, JUNE), given(MARIA, JULY)], JULY),
        ([given(MARIA, TODAY)], TODAY),
    ],
)
def test_the_shortest_consent_of_those_concerned_bounds_the_sharing(
    known: list[Given], until: date | None
) -> None:
    assert shared_until([MARIA, JOZEF], known, TODAY) == until


@pytest.mark.parametrize(
    "gone",
    [
        given(MARIA, date(2022, 2, 28)),
        given(MARIA, None, ConsentStatus.REVOKING),
        given(MARIA, None, ConsentStatus.REVOKED),
    ],
)
def test_what_was_taken_back_or_is_over_shares_nothing(gone: Given) -> None:
    with pytest.raises(RuleViolationError):
        shared_until([MARIA, JOZEF], [given(JOZEF), gone], TODAY)


@pytest.mark.parametrize("status", sorted(set(ConsentStatus) - {ConsentStatus.GIVEN}))
def test_a_consent_is_taken_back_once(status: ConsentStatus) -> None:
    ensure_can_revoke(ConsentStatus.GIVEN)
    with pytest.raises(ConflictError):
        ensure_can_revoke(status)
