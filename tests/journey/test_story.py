"""The story of the demonstration, played through the four services in one process."""

import pytest

from deploy.local.demo.stage import Stage
from deploy.local.demo.story import play
from shared.vocabulary import Role
from tests.support.world import World


def stage_in(world: World) -> Stage:
    """The same story, with events drained instead of waited for."""

    def address(path: str) -> str:
        return f"http://{path.split('/')[1]}.test{path}"

    def token(role: str, **claims: str | None) -> str:
        return world.token(Role(role), **claims)

    return Stage(
        http=world.http,
        address=address,
        token=token,
        move_clock=world.move_to,
        settle=world.drain,
        chapter=lambda _: None,
        tell=lambda _: None,
    )


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("AMS-INT-10")
@pytest.mark.rule("AMS-PLN-01")
@pytest.mark.rule("AMS-PLN-10")
@pytest.mark.rule("AMS-ACC-13")
@pytest.mark.rule("AMS-REF-08")
async def test_a_household_is_helped_from_first_question_to_evaluated_support(
    world: World,
) -> None:
    rows = await play(stage_in(world))

    assert {service for service, *_ in rows} >= {"plans", "referrals"}
