"""The ledger of the four databases, beside the world."""

from collections.abc import Iterator

import pytest

from tests.contract.operations.ledger import Ledger, ledger
from tests.support.world import World


@pytest.fixture
def books(world: World) -> Iterator[Ledger]:
    """What the four databases hold."""
    with ledger(world.databases) as found:
        yield found
