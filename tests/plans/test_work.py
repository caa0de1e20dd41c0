"""Work items by the API: listed in one statement, ticked off once, ended by what they ask for."""

from datetime import UTC, datetime
from typing import Any

from shared.schemas.base import Page
from shared.schemas.plans import WorkItemRead
from shared.vocabulary import Role, ServiceName
from tests.plans.support import Case, audited, created, household, open_case
from tests.support.statements import statements_of
from tests.support.world import World


async def flagged(world: World) -> tuple[Case, dict[str, Any]]:
    """Help that ran for more than a year, flagged by the clock."""
    case = await open_case(world)
    await case.started()
    world.move_to(datetime(2023, 4, 3, 8, 0, tzinfo=UTC))
    service = world.apps[ServiceName.PLANS].state.service
    await service.work.flag_unchanged(world.kernel(ServiceName.PLANS).clock())
    return case, (await case.work("support_unchanged_long"))[0]


async def test_a_work_list_is_one_statement_fits_its_schema_and_is_recorded(world: World) -> None:
    case = await open_case(world)
    await open_case(world, household(surname="Tak"))

    with statements_of(world, ServiceName.PLANS) as asked:
        answer = await case.worker.get("/plans/v1/work-items")

    assert len(asked) == 1
    page = Page[WorkItemRead].model_validate_json(answer.content)
    assert len(page.items) == 2
    assert page.next is None
    assert all(item.created_at.tzinfo is not None for item in page.items)
    records = await audited(world, case.household["id"])
    assert ("read", "list_work_items") in records


async def test_a_colleague_of_the_team_sees_the_work_and_a_specialist_only_their_own(
    world: World,
) -> None:
    case = await open_case(world)
    colleague = world.user(Role.BUURTTEAM_WORKER, subject="50b0-colleague")
    specialist = world.user(Role.SPECIALIST, team=case.plan["teamId"])

    assert len(await case.work("evaluation_due", colleague)) == 1
    assert await case.work("evaluation_due", specialist) == []


async def test_work_is_ticked_off_once_in_the_state_that_was_seen(world: World) -> None:
    case, item = await flagged(world)
    path = f"/plans/v1/work-items/{item['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]

    missing = await case.worker.post(f"{path}/completions")
    stale = await case.worker.post(f"{path}/completions", etag='"old"')
    done = await case.worker.post(f"{path}/completions", etag=etag)
    again = await case.worker.post(f"{path}/completions", etag=done.headers["ETag"])

    assert (missing.status_code, stale.status_code, again.status_code) == (428, 412, 409)
    assert created(done, 200)["doneAt"] is not None
    assert await case.work("support_unchanged_long") == []


async def test_an_evaluation_is_not_ticked_off_but_held(world: World) -> None:
    case = await open_case(world)
    item = (await case.work("evaluation_due"))[0]
    path = f"/plans/v1/work-items/{item['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]

    answer = await case.worker.post(f"{path}/completions", etag=etag)

    assert answer.status_code == 409
    assert "gehouden" in answer.json()["detail"]
    assert len(await case.work("evaluation_due")) == 1


async def test_the_documents_say_what_the_read_models_answer(world: World) -> None:
    answer = await world.http.get("http://plans.test/plans/v1/openapi.json")

    paths = answer.json()["paths"]
    assert "PlanView" in str(paths["/plans/{plan_id}"]["get"]["responses"]["200"])
    assert "WorkItemRead" in str(paths["/work-items"]["get"]["responses"]["200"])
