"""News of a shift and help at once at the same moment: neither misses the other."""

import asyncio

import psycopg
import pytest

from deploy.local.sample import CALLERS
from shared.vocabulary import Role, ServiceName
from tests.concurrency.test_referrals import waiting
from tests.referrals.arranging import arranged, officer
from tests.support.world import World

pytestmark = pytest.mark.anyio

_SUBJECT = CALLERS[Role.CENTRAL_ACCESS].subject
_SHIFT = f"""
INSERT INTO duty_mandates VALUES (gen_random_uuid(), '{_SUBJECT}', 'centrale_toegang',
  '2022-03-01T07:00:00Z', '2022-03-02T07:00:00Z', true, null, 1, '2022-03-01T07:00:00Z')
"""  # noqa: S608  constants of the sample
_HOLD = f"SELECT pg_advisory_xact_lock(hashtextextended('mandate/{_SUBJECT}', 0))"


@pytest.mark.parametrize("holds", [True, False])
async def test_who_arranges_waits_for_news_of_a_shift_that_is_under_way(
    world: World, *, holds: bool
) -> None:
    """Without the hold, the control, the news is missed and nobody would ever apply it again."""
    address = world.databases.url(ServiceName.REFERRALS)
    news = psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1))
    try:
        if holds:
            news.execute(_HOLD)
        news.execute(_SHIFT)
        arranging = asyncio.create_task(arranged(officer(world)))
        if holds:
            await waiting(world, 1)
        else:
            await arranging
        news.commit()
        seen = await arranging
    finally:
        news.close()

    assert seen.json()["mandate"] == ("confirmed" if holds else "not_on_roster")
