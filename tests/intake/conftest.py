"""Fixtures of intake: its peers as stand-ins, so that a test decides what they know."""

import pytest

from tests.intake.doubles import FakePlans, FakeReferrals
from tests.support.world import World


@pytest.fixture
def plans(world: World) -> FakePlans:
    """The register of plans, empty."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@pytest.fixture
def referrals(world: World) -> FakeReferrals:
    """Referrals, without a coordination."""
    found = FakeReferrals()
    world.router.apps["referrals.test"] = found.app()
    return found
