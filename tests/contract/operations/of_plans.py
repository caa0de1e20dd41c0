"""Arrangements of plans."""

from datetime import UTC, datetime
from uuid import uuid4

from shared.vocabulary import ServiceName
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.plans.support import REFERRED, Case, created, household, open_case, person, weighed
from tests.support.world import World

AGREED = {"answer": "agreed", "how": "Aan tafel"}


@arrangement("plans")
async def create_household(_: World) -> Ready:
    return Ready(WORKER, "/plans/v1/households", household())


@arrangement("plans")
async def add_member(world: World) -> Ready:
    case = await open_case(world)
    body = {"role": "partner", "person": person("Kruid")}
    return Ready(WORKER, f"/plans/v1/households/{case.household['id']}/members", body)


@arrangement("plans")
async def open_plan(world: World) -> Ready:
    home = created(await world.user(WORKER).post("/plans/v1/households", household()))
    return Ready(WORKER, "/plans/v1/plans", {"householdId": home["id"]})


@arrangement("plans")
async def change_plan(world: World) -> Ready:
    case = await open_case(world)
    return Ready(WORKER, case.path, {"direction": "Weer meedoen"})


@arrangement("plans")
async def record_agreements(world: World) -> Ready:
    case = await open_case(world)
    body = {"answers": [{"personId": case.main, **AGREED}]}
    return Ready(WORKER, f"{case.path}/agreements", body)


@arrangement("plans")
async def plan_evaluation(world: World) -> Ready:
    case = await open_case(world)
    return Ready(WORKER, f"{case.path}/evaluation-moments", {"on": "2022-05-02"})


@arrangement("plans")
async def hold_evaluation(world: World) -> Ready:
    case = await open_case(world)
    item = await case.started()
    said = {"supportItemId": item["id"], "decision": "continue", "motivation": "Het gaat goed."}
    body = {"withClient": True, "decisions": [said]}
    return Ready(WORKER, f"{case.path}/evaluations", body)


@arrangement("plans")
async def close_plan(world: World) -> Ready:
    case = await open_case(world)
    return Ready(WORKER, f"{case.path}/closings", parts=True)


@arrangement("plans")
async def change_coordinator(world: World) -> Ready:
    case = await open_case(world)
    body = {"coordinator": "50b0-next", "reason": "Ziek"}
    return Ready(WORKER, f"{case.path}/coordinator-changes", body, parts=True)


@arrangement("plans")
async def engage(world: World) -> Ready:
    case = await open_case(world)
    body = {"subject": "50b0-helper", "part": "worker", "reason": "Denkt mee over geld"}
    return Ready(WORKER, f"{case.path}/circle-members", body)


@arrangement("plans")
async def add_goal(world: World) -> Ready:
    case = await open_case(world)
    return Ready(WORKER, f"{case.path}/goals", {"domain": "wonen", "text": "Een eigen huis"})


@arrangement("plans")
async def change_goal(world: World) -> Ready:
    case = await open_case(world)
    goal = await case.goal()
    return Ready(WORKER, f"/plans/v1/goals/{goal['id']}", {"text": "Anders gezegd"})


@arrangement("plans")
async def add_support_item(world: World) -> Ready:
    case = await open_case(world)
    goal = await case.goal()
    body = {
        "goalIds": [goal["id"]],
        "ladderStep": "network",
        "description": "De buurvrouw gaat mee",
        "lighterSteps": weighed("network"),
    }
    return Ready(WORKER, f"{case.path}/support-items", body)


@arrangement("plans")
async def start_support_item(world: World) -> Ready:
    case = await open_case(world)
    item = await case.item("free_access", voorziening="sociale_basis")
    return Ready(WORKER, f"{case.path}/support-items/{item['id']}/starts")


def consent(case: Case) -> dict[str, str]:
    """Somebody agrees that a provider hears of them."""
    who = {"personId": case.main, "providerId": str(uuid4())}
    return {**who, "purpose": "placing", "how": "aan de keukentafel"}


@arrangement("plans")
async def give_consent(world: World) -> Ready:
    case = await open_case(world)
    return Ready(WORKER, f"{case.path}/consents", consent(case))


@arrangement("plans")
async def revoke_consent(world: World) -> Ready:
    case = await open_case(world)
    given = created(await case.worker.post(f"{case.path}/consents", consent(case)))
    return Ready(WORKER, f"/plans/v1/consents/{given['id']}/revocations", {"how": "aan tafel"})


@arrangement("plans")
async def compose_package(world: World) -> Ready:
    case = await open_case(world)
    item = await case.item(voorziening=REFERRED)
    body = {"supportItemId": item["id"], "providerId": str(uuid4()), "basis": "consent"}
    return Ready(WORKER, f"{case.path}/disclosure-packages", body, via="referrals")


@arrangement("plans")
async def compose_household_package(world: World) -> Ready:
    case = await open_case(world)
    who = {"personId": case.main, "providerId": str(uuid4()), "basis": "consent"}
    path = f"/plans/v1/households/{case.household['id']}/disclosure-packages"
    return Ready(WORKER, path, {**who, "need": "Een plek voor vannacht"}, via="referrals")


@arrangement("plans")
async def compose_grant_projection(world: World) -> Ready:
    case = await open_case(world)
    item = await case.item(voorziening=REFERRED)
    body, path = {"supportItemId": item["id"]}, f"{case.path}/grant-projections"
    return Ready(WORKER, path, body, via="referrals", tells=True)


@arrangement("plans")
async def compose_household_grant_projection(world: World) -> Ready:
    case = await open_case(world)
    path = f"/plans/v1/households/{case.household['id']}/grant-projections"
    return Ready(WORKER, path, {"personId": case.main}, via="referrals", tells=True)


@arrangement("plans")
async def complete_work_item(world: World) -> Ready:
    case = await open_case(world)
    await case.started()
    world.move_to(datetime(2023, 4, 3, 8, 0, tzinfo=UTC))
    service = world.apps[ServiceName.PLANS].state.service
    await service.work.flag_unchanged(world.kernel(ServiceName.PLANS).clock())
    item = (await case.work("support_unchanged_long"))[0]
    return Ready(WORKER, f"/plans/v1/work-items/{item['id']}/completions")
