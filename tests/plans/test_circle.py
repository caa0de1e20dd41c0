"""The circle by the API: one coordinator at a time, specialists called in, peers told."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.schemas.events import CIRCLE_CHANGED, CircleChanged
from shared.vocabulary import Role, ServiceName
from tests.plans.support import Case, behalf, created, household, open_case
from tests.support.world import World

NEW = "50b0-new-coordinator"
SPECIALIST = "50b0-specialist"


async def told(world: World) -> list[dict[str, Any]]:
    """What plans is going to tell its peers, oldest first."""
    query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'deliver' ORDER BY id")
    async with world.kernel(ServiceName.PLANS).db.transaction() as session:
        return [dict(args) for args in await session.scalars(query)]


async def change(case: Case, to: str = NEW, etag: str | None = None) -> Any:
    """Another coordinator."""
    body = {"coordinator": to, "reason": "Verhuisd naar een andere buurt"}
    path = f"{case.path}/coordinator-changes"
    return await case.worker.post(path, body, etag=etag or await case.etag())


@pytest.mark.rule("AMS-ROL-04")
@pytest.mark.rule("AMS-PLN-01")
async def test_a_new_coordinator_takes_over_at_one_moment_and_the_old_one_keeps_nothing(
    world: World,
) -> None:
    case = await open_case(world)
    before = (await case.view())["circle"][0]

    changed = created(await change(case), 200)

    successor = world.user(Role.BUURTTEAM_WORKER, subject=NEW, team=str(uuid4()))
    view = created(await successor.get(case.path), 200)
    assert changed["coordinator"] == NEW
    assert [(c["subject"], c["part"]) for c in view["circle"]] == [(NEW, "coordinator")]
    assert (await case.worker.get(case.path)).status_code == 404
    async with world.kernel(ServiceName.PLANS).db.transaction() as session:
        rows = (
            await session.execute(
                text("SELECT subject, valid_from, valid_until FROM circle_members ORDER BY 2")
            )
        ).all()
    assert [row.subject for row in rows] == [before["subject"], NEW]
    assert rows[0].valid_until == rows[1].valid_from
    assert rows[1].valid_until is None
    work = await case.work("evaluation_due", successor)
    assert [item["owner"] for item in work] == [NEW]


async def test_a_coordinator_change_needs_the_plan_as_it_is_and_somebody_else(
    world: World,
) -> None:
    case = await open_case(world)
    body = {"coordinator": NEW, "reason": "Ziek"}
    old = await case.etag()
    await case.goal()

    missing = await case.worker.post(f"{case.path}/coordinator-changes", body)
    stale = await change(case, etag=old)
    same = await change(case, to=case.plan["coordinator"])
    as_specialist = await world.user(Role.SPECIALIST).post(
        f"{case.path}/coordinator-changes", body, etag=old
    )

    assert (missing.status_code, stale.status_code, same.status_code) == (428, 412, 409)
    assert as_specialist.status_code == 403


async def test_a_team_lead_gives_a_plan_of_the_team_to_somebody_else(world: World) -> None:
    case = await open_case(world)
    body = {"coordinator": NEW, "reason": "Langdurig ziek"}
    path, etag = f"{case.path}/coordinator-changes", await case.etag()
    foreign = world.user(Role.TEAM_LEAD, team=str(uuid4()))

    elsewhere = await foreign.post(path, body, etag=etag)
    here = await world.user(Role.TEAM_LEAD).post(path, body, etag=etag)

    assert elsewhere.status_code == 404
    assert created(here, 200)["coordinator"] == NEW


@pytest.mark.rule("AMS-PLN-11")
@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-08")
async def test_a_specialist_is_called_in_and_the_coordinator_stays(world: World) -> None:
    case = await open_case(world)
    specialist = world.user(Role.SPECIALIST, subject=SPECIALIST)
    before = await specialist.get(case.path)
    body = {"subject": SPECIALIST, "part": "specialist", "reason": "Schulden"}

    circle = created(await case.worker.post(f"{case.path}/circle-members", body))
    again = await case.worker.post(f"{case.path}/circle-members", body)
    handed_over = await case.worker.post(
        f"{case.path}/circle-members", {**body, "part": "coordinator"}
    )

    assert before.status_code == 404
    view = created(await specialist.get(case.path), 200)
    assert view["coordinator"] == case.plan["coordinator"]
    parts = [(c["subject"], c["part"]) for c in circle["circle"]]
    assert parts == [(case.plan["coordinator"], "coordinator"), (SPECIALIST, "specialist")]
    assert (again.status_code, handed_over.status_code) == (409, 400)


@pytest.mark.rule("AMS-ROL-08")
async def test_an_okt_worker_coordinates_and_calls_a_specialist_in(world: World) -> None:
    okt = world.user(Role.OKT_WORKER)
    home = created(await okt.post("/plans/v1/households", household()))
    plan = created(await okt.post("/plans/v1/plans", {"householdId": home["id"]}))
    body = {"subject": SPECIALIST, "part": "specialist", "reason": "Schulden"}

    circle = await okt.post(f"/plans/v1/plans/{plan['id']}/circle-members", body)

    assert circle.status_code == 201, circle.text


@pytest.mark.rule("AMS-REF-08")
async def test_every_change_of_the_circle_is_told_whole_with_its_number(world: World) -> None:
    case = await open_case(world)
    body = {"subject": SPECIALIST, "part": "specialist", "reason": "Schulden"}
    created(await case.worker.post(f"{case.path}/circle-members", body))
    created(await change(case), 200)
    successor = world.user(Role.BUURTTEAM_WORKER, subject=NEW)
    etag = (await successor.get(case.path)).headers["ETag"]
    circle = created(await successor.get(f"{case.path}/circle"), 200)
    created(await successor.post(f"{case.path}/closings", etag=etag), 200)

    jobs = [job for job in await told(world) if json.loads(job["event"])["type"] == CIRCLE_CHANGED]

    assert [job["receiver"] for job in jobs] == ["intake", "referrals"] * 4
    events = [json.loads(job["event"]) for job in jobs[::2]]
    # The second and the last number are those of the plan itself: opened and closed.
    assert [event["sequence"] for event in events] == ["1", "3", "4", "5"]
    assert circle["sequence"] == 4
    states = [CircleChanged.model_validate(event["data"]) for event in events]
    assert [state.open for state in states] == [True, True, True, False]
    assert [len(state.circle) for state in states] == [1, 2, 2, 0]
    assert {each.subject for each in states[2].circle} == {NEW, SPECIALIST}
    assert "Schulden" not in str(jobs)


async def test_a_service_rebuilds_from_the_list_of_circles_page_by_page(world: World) -> None:
    cases = [await open_case(world, household(surname=name)) for name in ("Een", "Twee", "Drie")]
    headers = {"Authorization": f"Bearer {world.service_token('referrals', 'plans')}"}
    found: list[dict[str, Any]] = []
    path: str | None = "/plans/v1/circles?pageSize=2"

    while path is not None:
        answer = await world.http.get(f"http://plans.test{path}", headers=headers)
        page = created(answer, 200)
        found += page["items"]
        cursor = page["next"]
        path = None if cursor is None else f"/plans/v1/circles?pageSize=2&cursor={cursor}"

    assert {item["planId"] for item in found} == {case.plan["id"] for case in cases}
    assert len(found) == 3
    assert {item["sequence"] for item in found} == {1}
    assert all(len(item["circle"]) == 1 for item in found)
    as_user = await world.user(Role.BUURTTEAM_WORKER).get("/plans/v1/circles")
    assert as_user.status_code == 403


async def test_a_circle_is_read_by_a_service_alone_and_by_who_is_in_it(world: World) -> None:
    case = await open_case(world)
    alone = {"Authorization": f"Bearer {world.service_token('referrals', 'plans')}"}
    outsider = world.token(Role.BUURTTEAM_WORKER, subject="50b0-outsider")
    url = f"http://plans.test{case.path}/circle"

    by_service = await world.http.get(url, headers=alone)
    for_outsider = await world.http.get(url, headers=behalf(world, outsider))

    assert created(by_service, 200)["open"] is True
    assert for_outsider.status_code == 404
