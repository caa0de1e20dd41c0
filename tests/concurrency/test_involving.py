"""Two of one party take a request up at once, with a control that shows what the index is for."""

import asyncio

import pytest

from services.referrals.models import TAKEN_UP, TAKEN_UP_ONCE
from shared.vocabulary import Role, ServiceName
from tests.concurrency.test_decisions import _count
from tests.concurrency.test_referrals import without
from tests.referrals.test_involving import requested, take_up, thuis
from tests.support.world import World

pytestmark = pytest.mark.anyio

_OKT_MUST = """
UPDATE referrals SET access_check = jsonb_insert(
  access_check, '{involve,0}', '{"party": "okt", "duty": "must"}')
"""


async def _taken_up_twice(world: World) -> tuple[list[int], int]:
    _, made = await requested(world)
    callers = [thuis(world), thuis(world, "a-colleague")]
    answers = await asyncio.gather(*(take_up(each, made) for each in callers))
    return [answer.status_code for answer in answers], _count(
        world, f"involvements WHERE {TAKEN_UP}"
    )


async def test_two_who_take_it_up_at_once_write_it_down_once(world: World) -> None:
    assert await _taken_up_twice(world) == ([201, 201], 1)


async def test_without_the_index_it_is_written_down_twice(world: World) -> None:
    definition = f"involvements (referral_id, party) WHERE {TAKEN_UP}"
    with without(world, TAKEN_UP_ONCE, definition):
        assert await _taken_up_twice(world) == ([201, 201], 2)


async def test_two_parties_that_take_it_up_at_once_do_not_wait_for_ever(world: World) -> None:
    _, made = await requested(world)
    world.databases.execute(ServiceName.REFERRALS, _OKT_MUST)
    roles = (Role.VEILIG_THUIS, Role.OKT_WORKER)

    answers = await asyncio.gather(*(take_up(world.user(role), made) for role in roles))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert _count(world, f"involvements WHERE {TAKEN_UP}") == 2
