"""Agreements and the evaluation cycle by the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.vocabulary import ServiceName
from tests.plans.support import Case, created, household, open_case, person
from tests.support.world import World


def decision(item: dict[str, Any], kind: str = "continue", **more: str) -> dict[str, Any]:
    """A decision about one item."""
    return {"supportItemId": item["id"], "decision": kind, "motivation": "Besproken", **more}


async def hold(case: Case, *decisions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An evaluation with the client."""
    body = {"withClient": True, "decisions": list(decisions), **more}
    return created(await case.worker.post(f"{case.path}/evaluations", body))


@pytest.mark.rule("OPN-39")
async def test_the_plan_is_agreed_by_the_latest_answer_of_the_client_and_runs_without_others(
    world: World,
) -> None:
    case = await open_case(world, household({"role": "partner", "person": person("Kruid")}))
    partner = case.household["members"][1]["person"]["id"]

    async def answers(*given: tuple[str, str]) -> dict[str, Any]:
        body = [{"personId": who, "answer": what, "how": "Aan tafel"} for who, what in given]
        return created(await case.worker.post(f"{case.path}/agreements", {"answers": body}))

    partner_only = await answers((partner, "agreed"))
    both = await answers((case.main, "agreed"), (partner, "disagreed"))
    withdrawn = await answers((case.main, "partly"))

    assert [each["agreed"] for each in (partner_only, both, withdrawn)] == [False, True, False]
    latest = {each["personId"]: each["answer"] for each in withdrawn["answers"]}
    assert latest == {case.main: "partly", partner: "disagreed"}
    shown = {each["personId"]: each["answer"] for each in (await case.view())["agreements"]}
    assert shown == latest


async def test_an_answer_is_of_a_member_and_not_of_tomorrow(world: World) -> None:
    case = await open_case(world)
    other = await open_case(world, household(surname="Tak"))
    base = {"answer": "agreed", "how": "Aan tafel"}

    foreign = await case.worker.post(
        f"{case.path}/agreements", {"answers": [{**base, "personId": other.main}]}
    )
    tomorrow = await case.worker.post(
        f"{case.path}/agreements",
        {"answers": [{**base, "personId": case.main, "on": "2022-03-02"}]},
    )

    assert (foreign.status_code, tomorrow.status_code) == (400, 400)


@pytest.mark.rule("AMS-PLN-07")
@pytest.mark.rule("AMS-PLN-10")
async def test_an_evaluation_decides_about_all_running_help_and_sets_the_next(world: World) -> None:
    case = await open_case(world)
    goes_on, stops, changes = [await case.started() for _ in range(3)]
    world.move_to(datetime(2022, 5, 31, 8, 0, tzinfo=UTC))

    held = await hold(
        case,
        decision(goes_on),
        decision(stops, "stop"),
        decision(changes, "change", newDescription="Eén dagdeel per week"),
        nextOn="2022-07-01",
    )

    view = await case.view()
    items = {item["id"]: item for item in view["supportItems"]}
    assert items[goes_on["id"]]["status"] == "running"
    assert items[goes_on["id"]]["changedOn"] == "2022-03-01"
    assert items[stops["id"]]["status"] == "stopped"
    assert items[changes["id"]]["description"] == "Eén dagdeel per week"
    assert items[changes["id"]]["changedOn"] == "2022-05-31"
    assert held["nextMoment"]["on"] == "2022-07-01"
    assert [(m["on"], m["held"]) for m in view["evaluationMoments"]] == [
        ("2022-05-31", True),
        ("2022-07-01", False),
    ]
    assert [item["dueOn"] for item in await case.work("evaluation_due")] == ["2022-07-01"]


@pytest.mark.rule("AMS-PLN-10")
async def test_an_evaluation_without_a_decision_about_running_help_is_refused(
    world: World,
) -> None:
    case = await open_case(world)
    first, second = await case.started(), await case.started()
    other = await open_case(world, household(surname="Tak"))
    foreign = await other.started()
    path = f"{case.path}/evaluations"

    def body(*decisions: dict[str, Any]) -> dict[str, Any]:
        return {"withClient": True, "decisions": list(decisions)}

    missing = await case.worker.post(path, body(decision(first)))
    twice = await case.worker.post(path, body(decision(first), decision(first), decision(second)))
    not_here = await case.worker.post(
        path, body(decision(first), decision(second), decision(foreign))
    )
    silent_change = await case.worker.post(path, body(decision(first, "change"), decision(second)))

    assert missing.status_code == 409
    assert "nog 1" in missing.json()["detail"]
    assert (twice.status_code, not_here.status_code, silent_change.status_code) == (409, 400, 409)
    assert (await case.view())["evaluations"] == []


async def test_a_moment_is_held_once_and_the_days_lie_in_the_future(world: World) -> None:
    case = await open_case(world)
    item = await case.started()
    moment = (await case.view())["evaluationMoments"][0]["id"]
    await hold(case, decision(item), momentId=moment)

    again = await case.worker.post(
        f"{case.path}/evaluations",
        {"withClient": True, "momentId": moment, "decisions": [decision(item)]},
    )
    today = await case.worker.post(
        f"{case.path}/evaluations",
        {"withClient": True, "nextOn": "2022-03-01", "decisions": [decision(item)]},
    )
    past = await case.worker.post(f"{case.path}/evaluation-moments", {"on": "2022-02-28"})

    assert (again.status_code, today.status_code, past.status_code) == (409, 400, 400)


@pytest.mark.rule("AMS-PLN-08")
async def test_an_extra_moment_is_planned_and_two_on_one_day_are_one(world: World) -> None:
    case = await open_case(world)
    path = f"{case.path}/evaluation-moments"

    usual = created(await case.worker.post(path, {}))
    extra = created(await case.worker.post(path, {"on": "2022-04-04"}))
    same = created(await case.worker.post(path, {"on": "2022-04-04"}))

    assert (usual["on"], usual["held"]) == ("2022-05-31", False)
    assert extra["id"] == same["id"]
    due = [item["dueOn"] for item in await case.work("evaluation_due")]
    assert due == ["2022-04-04", "2022-05-31"]
    item = await case.started()
    held = await hold(case, decision(item))
    assert held["nextMoment"]["on"] == "2022-05-31"
    assert len((await case.view())["evaluationMoments"]) == 2


@pytest.mark.rule("AMS-PLN-09")
@pytest.mark.rule("OPN-25")
async def test_help_that_runs_long_without_being_looked_at_lands_on_the_desk_once(
    world: World,
) -> None:
    case = await open_case(world)
    looked_at, forgotten = await case.started(), await case.started()
    service = world.apps[ServiceName.PLANS].state.service
    clock = world.kernel(ServiceName.PLANS).clock
    await service.work.flag_unchanged(clock())
    assert await case.work("support_unchanged_long") == []
    world.move_to(datetime(2022, 9, 1, 8, 0, tzinfo=UTC))
    await hold(case, decision(looked_at), decision(forgotten))
    world.move_to(datetime(2023, 9, 2, 8, 0, tzinfo=UTC))

    await service.work.flag_unchanged(clock())
    await service.work.flag_unchanged(clock())

    found = await case.work("support_unchanged_long")
    assert {item["aboutId"] for item in found} == {looked_at["id"], forgotten["id"]}
    assert len(found) == 2
    await hold(case, decision(looked_at), decision(forgotten))
    assert await case.work("support_unchanged_long") == []
    await service.work.flag_unchanged(clock())
    assert await case.work("support_unchanged_long") == []
