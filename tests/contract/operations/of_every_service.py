"""Arrangements of the operations that every service has."""

from functools import partial
from uuid import UUID, uuid4

from shared.outbox.outbox import Notice
from shared.schemas.events import CIRCLE_CHANGED, CircleChanged
from shared.vocabulary import Role, ServiceName
from tests.contract.operations.arranging import ARRANGEMENTS, Ready
from tests.support.world import World


async def redrive_dead_letter(world: World, service: ServiceName) -> Ready:
    """What a service could not tell another lies there for good."""
    kernel = world.kernel(service)
    receiver = next(other for other in ServiceName if other is not service)
    data = CircleChanged(plan_id=uuid4(), household_id=uuid4(), open=True, circle=())
    world.router.apps.pop(f"{receiver}.test")
    async with kernel.db.transaction() as session:
        notice = Notice(CIRCLE_CHANGED, data.plan_id, data, (receiver,))
        await kernel.outbox.emit(session, notice, kernel.clock())
    last_try = "UPDATE procrastinate_jobs SET attempts = 1000 WHERE status = 'todo'"
    world.databases.execute(service, last_try)
    await kernel.jobs.drain()
    seen = await world.user(Role.ADMINISTRATOR).get(f"/{service}/v1/dead-letters")
    letter = UUID(seen.json()["items"][-1]["id"])
    return Ready(Role.ADMINISTRATOR, f"/{service}/v1/dead-letters/{letter}/redrives")


for _service in ServiceName:
    ARRANGEMENTS[_service, "redrive_dead_letter"] = partial(redrive_dead_letter, service=_service)
