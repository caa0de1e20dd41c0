"""Two that say at once that help began: one period, by the database."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.referrals.models import ONE_OPEN_PERIOD, OPEN_PERIOD
from services.referrals.service.contributions import Paid, Periods
from shared.vocabulary import ServiceName
from tests.support.world import World

pytestmark = pytest.mark.anyio

COST = {"kind": "fixed", "reference": "Een besluit"}


async def both(world: World, about: UUID) -> int:
    """How many of two periods that begin at once are kept."""
    kernel = world.kernel(ServiceName.REFERRALS)

    async def begin() -> None:
        async with kernel.db.transaction() as session:
            paid = Paid("referral", about, "dagbesteding_meedoen", COST)
            await Periods(session, kernel.clock()).start(paid, date(2022, 3, 1))
            await asyncio.sleep(0.1)

    done = await asyncio.gather(begin(), begin(), return_exceptions=True)
    assert all(each is None or isinstance(each, IntegrityError) for each in done), done
    return done.count(None)


async def test_one_of_two_periods_is_kept(world: World) -> None:
    assert await both(world, uuid4()) == 1


async def test_without_the_index_somebody_would_pay_twice(world: World) -> None:
    databases, about = world.databases, uuid4()
    databases.execute(ServiceName.REFERRALS, f"DROP INDEX {ONE_OPEN_PERIOD}")
    try:
        assert await both(world, about) == 2
    finally:
        databases.empty(ServiceName.REFERRALS)
        databases.execute(
            ServiceName.REFERRALS,
            f"CREATE UNIQUE INDEX {ONE_OPEN_PERIOD} ON contribution_periods (about_id) "
            f"WHERE {OPEN_PERIOD}",
        )
