"""The plan by its API: one per household, read in one statement, closed when nothing runs."""

from uuid import UUID, uuid4

import pytest

from services.plans.repository import PlansRepository
from shared.schemas.plans import PlanView
from shared.vocabulary import Role, ServiceName
from tests.plans.support import audited, created, household, open_case, person
from tests.support.statements import statements_of
from tests.support.world import World


@pytest.mark.rule("AMS-PLN-01")
async def test_a_household_has_one_open_plan(world: World) -> None:
    case = await open_case(world)

    again = await case.worker.post("/plans/v1/plans", {"householdId": case.household["id"]})

    assert again.status_code == 409
    assert again.json()["detail"] == "Dit huishouden heeft al een plan."


@pytest.mark.rule("AMS-PLN-21")
@pytest.mark.rule("AMS-ROL-05")
@pytest.mark.rule("DIS-11")
@pytest.mark.rule("OPN-37")
async def test_a_plan_opens_with_one_field_and_the_client_directs_it(world: World) -> None:
    case = await open_case(world)

    view = await case.view()

    assert view["regieHolder"] == "client"
    assert view["coordinator"] == view["circle"][0]["subject"]
    assert [part["part"] for part in view["circle"]] == ["coordinator"]
    assert view["household"]["openPlanId"] == view["id"]


@pytest.mark.rule("AMS-PLN-08")
@pytest.mark.rule("OPN-25")
async def test_a_new_plan_has_its_first_evaluation_planned_and_on_a_desk(world: World) -> None:
    case = await open_case(world)

    view, work = await case.view(), await case.work("evaluation_due")

    assert [moment["on"] for moment in view["evaluationMoments"]] == ["2022-05-31"]
    assert [item["dueOn"] for item in work] == ["2022-05-31"]
    assert work[0]["aboutId"] == view["evaluationMoments"][0]["id"]


@pytest.mark.rule("AMS-PLN-04")
@pytest.mark.rule("AMS-PLN-06")
@pytest.mark.rule("AMS-PLN-20")
@pytest.mark.rule("AMS-PLN-35")
async def test_a_plan_holds_direction_problems_possibilities_and_shared_regie(
    world: World,
) -> None:
    case = await open_case(world, problems="Alleen thuis")
    etag = await case.etag()
    body = {"direction": "Zelf weer op pad", "possibilities": "Een zus", "regieHolder": "shared"}

    changed = await case.worker.patch(case.path, body, etag)
    stale = await case.worker.patch(case.path, body, etag)
    missing = await case.worker.send("PATCH", case.path, body)

    assert changed.status_code == 200, changed.text
    assert (stale.status_code, missing.status_code) == (412, 428)
    view = await case.view()
    assert {name: view[name] for name in body} == body
    assert view["problems"] == "Alleen thuis"
    assert view["timeline"][-1]["code"] == "shared"
    assert changed.headers["ETag"] == await case.etag()


@pytest.mark.rule("AMS-PLN-05")
@pytest.mark.rule("AMS-PLN-22")
async def test_the_whole_plan_is_one_statement_and_fits_its_schema(world: World) -> None:
    child = {"role": "child", "person": person("Knop", address={"postcode": "1094KL"})}
    case = await open_case(world, household(child))
    await case.started()
    await case.started()
    await case.worker.post(
        f"{case.path}/agreements",
        {"answers": [{"personId": case.main, "answer": "agreed", "how": "Aan tafel"}]},
    )
    items = [item["id"] for item in (await case.view())["supportItems"]]
    decisions = [
        {"supportItemId": item, "decision": "continue", "motivation": "Het helpt"} for item in items
    ]
    created(
        await case.worker.post(
            f"{case.path}/evaluations", {"withClient": True, "decisions": decisions}
        )
    )

    with statements_of(world, ServiceName.PLANS) as asked:
        answer = await case.worker.get(case.path)

    assert len(asked) == 1
    view = PlanView.model_validate_json(answer.content)
    assert view.model_dump(by_alias=True, mode="json").keys() == answer.json().keys()
    assert [item.status for item in view.support_items] == ["running", "running"]
    assert len(view.evaluations[0].decisions) == 2
    assert view.evaluations[0].next_moment.held is False
    assert view.agreements[0].how == "Aan tafel"
    assert view.opened_at.tzinfo is not None
    assert answer.json()["openedAt"].endswith("Z")
    for member in case.household["members"]:
        assert ("read", "read_plan") in await audited(world, member["person"]["id"])


async def test_a_plan_that_is_not_yours_does_not_exist(world: World) -> None:
    case = await open_case(world)
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-outsider")
    other_lead = world.user(Role.TEAM_LEAD, team=str(uuid4()))
    nowhere = await outsider.get(f"/plans/v1/plans/{uuid4()}")

    answers = [
        await outsider.get(case.path),
        await other_lead.get(case.path),
        await outsider.get(f"{case.path}/circle"),
        await outsider.post(f"{case.path}/goals", {"domain": "wonen", "text": "Huis"}),
        await outsider.patch(case.path, {"direction": "x"}, await case.etag()),
        await outsider.post(f"{case.path}/closings", etag=await case.etag()),
        await world.user(Role.SPECIALIST).get(case.path),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {nowhere.content}
    assert (await world.user(Role.TEAM_LEAD).get(case.path)).status_code == 200


@pytest.mark.parametrize("role", [Role.PROVIDER_INTAKE, Role.MUNICIPALITY, Role.SUPERVISOR])
async def test_a_role_without_plans_is_told_so(world: World, role: Role) -> None:
    case = await open_case(world)

    assert (await world.user(role).get(case.path)).status_code == 403


async def test_a_household_without_a_plan_may_be_helped_by_whoever_finds_it(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    home = created(await worker.post("/plans/v1/households", household()))
    elsewhere = world.user(Role.BUURTTEAM_WORKER, subject="50b0-noord", team=str(uuid4()))

    opened = await elsewhere.post("/plans/v1/plans", {"householdId": home["id"]})
    nothing = await elsewhere.post("/plans/v1/plans", {"householdId": str(uuid4())})

    assert opened.status_code == 201, opened.text
    assert nothing.status_code == 404
    assert (await worker.get(f"/plans/v1/households/{home['id']}")).status_code == 404


async def test_a_plan_closes_when_nothing_runs_and_its_circle_ends(world: World) -> None:
    case = await open_case(world)
    item = await case.started()

    too_early = await case.worker.post(f"{case.path}/closings", etag=await case.etag())
    decision = {"supportItemId": item["id"], "decision": "stop", "motivation": "Doel bereikt"}
    created(
        await case.worker.post(
            f"{case.path}/evaluations", {"withClient": True, "decisions": [decision]}
        )
    )
    closed = await case.worker.post(f"{case.path}/closings", etag=await case.etag())

    assert too_early.status_code == 409
    assert created(closed, 200)["status"] == "closed"
    assert (await case.worker.get(case.path)).status_code == 404
    lead = world.user(Role.TEAM_LEAD)
    seen = created(await lead.get(case.path), 200)
    assert seen["circle"] == []
    assert seen["closedAt"] is not None
    assert seen["coordinator"] == case.plan["coordinator"]
    assert await case.work("evaluation_due", lead) == []
    late = await lead.post(f"{case.path}/goals", {"domain": "wonen", "text": "Huis"})
    assert late.status_code == 409
    again = await case.worker.post("/plans/v1/plans", {"householdId": case.household["id"]})
    assert again.status_code == 201, again.text


async def test_a_proposed_item_keeps_a_plan_open_until_it_is_stopped(world: World) -> None:
    case = await open_case(world)
    await case.item()

    answer = await case.worker.post(f"{case.path}/closings", etag=await case.etag())

    assert answer.status_code == 409


@pytest.mark.rule("AMS-PLN-47")
async def test_a_plan_of_two_parts_of_life_asks_attention_for_basic_security(
    world: World,
) -> None:
    case = await open_case(world)

    await case.goal(domain="daginvulling")
    before = await case.timeline()
    await case.goal(domain="inkomen")
    await case.goal(domain="taal")

    view = await case.view()
    asked = [e["code"] for e in view["timeline"] if e["kind"] == "basic_security_without_goal"]
    assert "basic_security_without_goal" not in before
    assert asked == ["wonen", "schulden", "veiligheid"]


async def test_two_changes_in_one_moment_are_two_versions(world: World) -> None:
    case = await open_case(world)
    record = UUID(case.plan["id"])
    versions = []

    for _ in range(2):
        async with world.kernel(ServiceName.PLANS).db.transaction() as session:
            plan = await PlansRepository(session).locked(record)
            assert plan is not None
            await PlansRepository(session).touch(plan, plan.changed_at)
            versions.append(plan.version)

    assert versions == [case.plan["version"] + 1, case.plan["version"] + 2]
