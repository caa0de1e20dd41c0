"""What the grantor may know, and what was decided elsewhere as it lies on the desk."""

from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.plans.support import REFERRED, Case, behalf, created, open_case, tell
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def projected(world: World, case: Case, body: dict[str, Any], user: str | None = None) -> Any:
    """What referrals is told for a user."""
    token = user or world.token(Role.BUURTTEAM_WORKER)
    return await world.http.post(
        f"http://plans.test{case.path}/grant-projections",
        json=body,
        headers=behalf(world, token),
    )


@pytest.mark.rule("AMS-ROL-09", "AMS-REF-01")
async def test_the_grantor_hears_of_the_item_its_goals_and_whose_they_are(world: World) -> None:
    case = await open_case(world)
    await case.goal(text="Iets anders")
    item = await case.item(voorziening=REFERRED)

    found = created(await projected(world, case, {"supportItemId": item["id"]}), 200)

    assert (found["personId"], found["planId"]) == (case.main, case.plan["id"])
    assert [goal["text"] for goal in found["goals"]] == ["Weer onder de mensen komen"]
    assert found["description"] == "Twee dagdelen per week"
    assert len(found["lighterSteps"]) == 5
    assert [person["personId"] for person in found["persons"]] == [case.main]


async def test_without_an_item_only_one_person_and_no_goal_of_another_is_told(
    world: World,
) -> None:
    child = {"role": "child", "person": {"givenNames": "Bo", "surname": "Bloem"}}
    case = await open_case(
        world, {"members": [{"role": "main", "person": {"surname": "Bloem"}}, child]}
    )
    other = str(case.household["members"][1]["person"]["id"])
    await case.goal(text="Van het huishouden")
    await case.goal(text="Van een ander", memberIds=[other])

    found = created(await projected(world, case, {"personId": case.main}), 200)

    assert [goal["text"] for goal in found["goals"]] == ["Van het huishouden"]
    assert [person["personId"] for person in found["persons"]] == [case.main]


async def test_who_is_not_around_the_plan_or_not_in_it_does_not_exist(world: World) -> None:
    case = await open_case(world)
    stranger = world.token(Role.BUURTTEAM_WORKER, subject="somebody-else")

    answers = [
        await projected(world, case, {"personId": case.main}, stranger),
        await projected(world, case, {"personId": str(uuid4())}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def an_application(case: Case, **more: Any) -> dict[str, Any]:
    """What referrals tells of an application."""
    told = {"applicationId": str(uuid4()), "planId": case.plan["id"]}
    return {**told, "status": "received", "dueOn": "2022-03-15", **more}


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({}, []),
        ({"status": "suspended"}, []),
        ({"dueOn": "2022-02-28"}, ["overdue"]),
        ({"status": "granted"}, ["granted"]),
        ({"status": "rejected"}, ["rejected"]),
        ({"status": "withdrawn"}, []),
    ],
)
async def test_a_decision_and_a_term_that_is_over_lie_on_the_desk(
    world: World, more: dict[str, str], codes: list[str]
) -> None:
    case = await open_case(world)
    data = an_application(case, **more)

    await tell(world, "nl.wmo.application.moved", data["applicationId"], 1, data)

    assert [work["code"] for work in await case.work("application_step")] == codes


async def test_older_news_of_an_application_changes_nothing(world: World) -> None:
    case = await open_case(world)
    data = an_application(case)
    subject = data["applicationId"]

    await tell(world, "nl.wmo.application.moved", subject, 2, {**data, "status": "withdrawn"})
    await tell(world, "nl.wmo.application.moved", subject, 1, {**data, "status": "granted"})

    assert await case.work("application_step") == []
    assert "application_granted" not in await case.timeline()


@pytest.mark.rule("AMS-PLN-32")
@pytest.mark.parametrize(
    ("last", "due"), [("2023-03-01", "2023-01-04"), ("2022-03-20", "2022-03-01")]
)
async def test_before_a_grant_ends_there_is_time_to_keep_help_going(
    world: World, last: str, due: str
) -> None:
    case = await open_case(world)
    grant = str(uuid4())
    told = {"grantId": grant, "planId": case.plan["id"], "status": "running", "kind": "granted"}

    await tell(world, "nl.wmo.grant.moved", grant, 1, {**told, "validUntil": last})
    work = await case.work("grant_ends")
    over = {**told, "status": "ended", "kind": "ended", "validUntil": last}
    await tell(world, "nl.wmo.grant.moved", grant, 2, over)

    assert [(each["dueOn"], each["code"]) for each in work] == [(due, last)]
    assert [each["code"] for each in await case.work("grant_ends")] == ["ended"]
    assert (await case.timeline()).count("grant_ended") == 1
