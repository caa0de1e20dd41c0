"""Fixtures of referrals: plans as a stand-in, providers for real."""

import pytest

from tests.referrals.doubles import FakePlans
from tests.support.world import World


@pytest.fixture
def plans(world: World) -> FakePlans:
    """Plans without any plan."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found
