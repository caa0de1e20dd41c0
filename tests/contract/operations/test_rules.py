"""Every operation with a key or a version, as the documents name them, holds every rule."""

import pytest

from tests.contract.operations import (
    of_consultations,
    of_decisions,
    of_duty,
    of_every_service,
    of_intake,
    of_involving,
    of_plans,
    of_providers,
    of_referrals,
    of_registrations,
    of_services,
    of_transfers,
)
from tests.contract.operations.arranging import ARRANGEMENTS, gaps, guarded
from tests.contract.operations.ledger import Ledger
from tests.contract.operations.rules import rules_for
from tests.contract.operations.trial import begin
from tests.support.openapi import Operation
from tests.support.world import World

ARRANGED_IN = (
    of_consultations,
    of_decisions,
    of_duty,
    of_every_service,
    of_intake,
    of_involving,
    of_plans,
    of_providers,
    of_referrals,
    of_registrations,
    of_services,
    of_transfers,
)
"""Reading these files fills the list."""
EVERY = [
    pytest.param(operation, id="-".join(name))
    for name, operation in guarded().items()
    if name in ARRANGEMENTS
]


def test_every_operation_is_arranged() -> None:
    assert gaps(guarded(), ARRANGEMENTS) == []
    assert len(EVERY) >= 50


@pytest.mark.parametrize("operation", EVERY)
async def test_keys_and_versions(world: World, books: Ledger, operation: Operation) -> None:
    trial = await begin(world, books, operation)
    for rule in rules_for(operation):
        try:
            await rule(trial)
        except AssertionError as wrong:
            raise AssertionError(f"{operation.id} {rule.__name__}: {wrong}") from wrong
