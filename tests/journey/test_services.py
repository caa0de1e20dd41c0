"""A specialist is called in on a real plan, works on it for a while, and nobody is handed over."""

import pytest

from tests.contract.operations.of_services import question
from tests.plans.support import created
from tests.referrals.serving import RESULT, SERVICES, at, move, specialist, taken_up
from tests.referrals.steps import worker
from tests.support.world import World


@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-08")
async def test_a_specialist_works_on_the_plan_from_taking_up_to_the_answer(world: World) -> None:
    body = await question(world)
    plan = f"/plans/v1/plans/{body['planId']}"
    noor, ravi = worker(world), specialist(world)
    coordinator = created(await noor.get(plan), 200)["coordinator"]
    seen = await noor.post(SERVICES, body)
    await world.drain()
    reached = [(await ravi.get(plan)).status_code]

    taken = await taken_up(ravi, seen)
    await world.drain()
    reached.append((await ravi.get(plan)).status_code)
    await move(ravi, seen, "results", RESULT)
    await world.drain()
    reached.append((await ravi.get(plan)).status_code)

    assert taken.json()["identity"]["persons"][0]["surname"] == "Bloem"
    assert reached == [404, 200, 404]
    view = created(await noor.get(plan), 200)
    assert view["coordinator"] == coordinator
    assert view["supportItems"][0]["status"] == "running"
    work = created(await noor.get("/plans/v1/work-items"), 200)["items"]
    assert seen.json()["id"] in {each["aboutId"] for each in work}
    assert (await noor.get(at(seen))).json()["answeredText"] == RESULT["text"]
