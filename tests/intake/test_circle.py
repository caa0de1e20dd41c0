"""Who is around the plan reads the contact it began with, as long as plans says so."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import CONTACTS
from tests.support.world import Actor, World

SPECIALIST = "teun"


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


async def with_plan(noor: Actor, plans: FakePlans) -> tuple[UUID, UUID, str]:
    """A contact that ended in a plan, that plan, and the talk."""
    plan = uuid4()
    contact = await steps.linked(noor, plans, wijk="ME", plan=plan)
    begun = await steps.talk(noor, contact)
    await steps.complete(noor, await steps.write_down(noor, begun, steps.everything()))
    body = {"outcome": "plan", "planId": str(plan), "personInformed": True}
    done = await steps.act(noor, contact, "conclusions", body)
    assert done.status_code == 200, done.text
    return contact, plan, begun.json()["id"]


async def tell(world: World, plan: UUID, sequence: int, *subjects: str) -> httpx.Response:
    """Plans tells intake who is around a plan; not yet applied."""
    data: dict[str, Any] = {
        "planId": str(plan),
        "householdId": str(uuid4()),
        "teamId": None,
        "open": True,
        "circle": [
            {"subject": one, "part": "specialist", "validFrom": "2022-01-01T00:00:00Z"}
            for one in subjects
        ],
    }
    event = {
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": "nl.wmo.plan.circle-changed",
        "subject": str(plan),
        "time": "2022-03-01T08:00:00Z",
        "sequence": str(sequence),
        "data": data,
    }
    sender = Actor(world.http, world.service_token("plans", "intake"))
    answer = await sender.post("/intake/v1/events", event)
    assert answer.status_code == 202, answer.text
    return answer


async def test_a_specialist_in_the_circle_reads_the_contact_and_the_talk(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact, plan, talk = await with_plan(noor, plans)
    teun = world.user(Role.SPECIALIST, subject=SPECIALIST)
    path = f"{CONTACTS}/{contact}"
    before = await teun.get(path)

    await tell(world, plan, 1, SPECIALIST)
    await world.drain()

    assert before.status_code == 404
    assert (await teun.get(path)).json()["question"] == steps.QUESTION
    assert (await teun.get(f"/intake/v1/clarifications/{talk}")).status_code == 200
    other = world.user(Role.SPECIALIST, subject="other")
    assert (await other.get(path)).status_code == 404
    assert (await teun.get(CONTACTS)).status_code == 403


async def test_out_of_the_circle_is_out_and_old_news_does_not_bring_it_back(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact, plan, _ = await with_plan(noor, plans)
    teun = world.user(Role.SPECIALIST, subject=SPECIALIST)
    await tell(world, plan, 5, SPECIALIST)
    await tell(world, plan, 7)
    await tell(world, plan, 6, SPECIALIST)

    await world.drain()

    assert (await teun.get(f"{CONTACTS}/{contact}")).status_code == 404


async def test_news_that_is_not_applied_yet_closes_the_plan(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact, plan, _ = await with_plan(noor, plans)
    teun = world.user(Role.SPECIALIST, subject=SPECIALIST)
    await tell(world, plan, 1, SPECIALIST)
    await world.drain()
    open_ = await teun.get(f"{CONTACTS}/{contact}")

    await tell(world, plan, 2, SPECIALIST)
    closed = await teun.get(f"{CONTACTS}/{contact}")
    await world.drain()

    assert (open_.status_code, closed.status_code) == (200, 404)
    assert (await teun.get(f"{CONTACTS}/{contact}")).status_code == 200


async def test_only_plans_tells_of_circles(world: World) -> None:
    sender = Actor(world.http, world.service_token("referrals", "intake"))
    event = {
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": "nl.wmo.plan.circle-changed",
        "subject": str(uuid4()),
        "time": "2022-03-01T08:00:00Z",
        "sequence": "1",
        "data": {},
    }

    assert (await sender.post("/intake/v1/events", event)).status_code == 400
