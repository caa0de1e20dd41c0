"""The stage of a story inside one process: events are drained instead of waited for."""

from deploy.local.demo.stage import Stage
from shared.vocabulary import Role
from tests.support.world import World


def stage_in(world: World) -> Stage:
    """The stage of the demonstration, in the four services of a test."""

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
