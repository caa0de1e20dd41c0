"""Help on the way to work that runs long: somebody looks whether the next step is possible."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.vocabulary import ServiceName
from tests.plans.support import Case, created, open_case
from tests.plans.test_events import Referral
from tests.support.world import World

TO_WORK = "dagbesteding_arbeidsmatig"


async def running(
    world: World, case: Case, voorziening: str, item: dict[str, Any] | None = None
) -> Referral:
    """Help that began today."""
    led = Referral(world, case, item or await case.item(voorziening=voorziening))
    for status in ("preparing", "judging", "granting", "placing", "delivering"):
        await led.moves(status, voorziening=voorziening)
    return led


async def look(world: World) -> None:
    """What is done by the clock."""
    service = world.apps[ServiceName.PLANS].state.service
    await service.work.flag_onward(world.kernel(ServiceName.PLANS).clock())


async def finish(case: Case, item: str) -> None:
    """The coordinator looked at it with the client."""
    path = f"/plans/v1/work-items/{item}"
    etag = (await case.worker.get(path)).headers["ETag"]
    created(await case.worker.post(f"{path}/completions", etag=etag), 200)


@pytest.mark.rule("AMS-ACC-18")
async def test_long_work_like_day_activities_are_looked_at_once_a_year(world: World) -> None:
    case = await open_case(world)
    await running(world, case, TO_WORK)
    await running(world, case, "dagbesteding_meedoen")

    world.move_to(datetime(2023, 2, 28, 9, 0, tzinfo=UTC))
    await look(world)
    assert await case.work("onward_step") == []

    world.move_to(datetime(2023, 3, 2, 9, 0, tzinfo=UTC))
    await look(world)
    await look(world)
    (found,) = await case.work("onward_step")
    assert (found["code"], found["dueOn"]) == (TO_WORK, "2023-03-03")
    assert (await case.timeline()).count("support_item_onward_step") == 1

    await finish(case, found["id"])
    await look(world)
    assert await case.work("onward_step") == []

    world.move_to(datetime(2024, 3, 4, 9, 0, tzinfo=UTC))
    await look(world)
    assert len(await case.work("onward_step")) == 1


@pytest.mark.rule("AMS-ACC-18")
async def test_what_stopped_and_began_again_counts_from_the_new_day(world: World) -> None:
    case = await open_case(world)
    led = await running(world, case, TO_WORK)
    await led.moves("ended", voorziening=TO_WORK)
    world.move_to(datetime(2023, 3, 2, 9, 0, tzinfo=UTC))
    await look(world)
    assert await case.work("onward_step") == []

    await running(world, case, TO_WORK, await led.item())
    world.move_to(datetime(2024, 2, 28, 9, 0, tzinfo=UTC))
    await look(world)
    assert await case.work("onward_step") == []
    world.move_to(datetime(2024, 3, 4, 9, 0, tzinfo=UTC))
    await look(world)
    assert len(await case.work("onward_step")) == 1
