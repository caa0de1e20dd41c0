"""Goals and support by the API: as light as fits, several at once, begun in the right way."""

from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.plans.support import (
    LADDER,
    REFERRED,
    created,
    household,
    open_case,
    person,
    weighed,
)
from tests.support.world import World


@pytest.mark.rule("AMS-PLN-03")
async def test_a_goal_is_for_the_household_or_for_named_members(world: World) -> None:
    case = await open_case(world, household({"role": "child", "person": person("Knop")}))
    child = case.household["members"][1]["person"]["id"]
    stranger = (await open_case(world, household(surname="Tak"))).main

    for_all = await case.goal()
    for_child = await case.goal(memberIds=[child], wantedResult="Elke dag naar school")
    refused = [
        await case.worker.post(
            f"{case.path}/goals", {"domain": "taal", "text": "Taal", "memberIds": members}
        )
        for members in ([stranger], [str(uuid4())], [child, child])
    ]

    assert for_all["memberIds"] == []
    assert for_child["memberIds"] == [child]
    assert {answer.status_code for answer in refused} == {400}
    assert refused[0].content == refused[1].content


async def test_an_unknown_code_names_the_codes_there_are(world: World) -> None:
    case = await open_case(world)
    goal = await case.goal()
    item: dict[str, Any] = {
        "goalIds": [goal["id"]],
        "ladderStep": "individual",
        "description": "Hulp",
        "lighterSteps": weighed("individual"),
    }

    bodies = [
        ("goals", {"domain": "ruimtevaart", "text": "Naar Mars"}, "/domain", "wonen"),
        ("support-items", {**item, "ladderStep": "hemel"}, "/ladderStep", "own_strength"),
        ("support-items", {**item, "voorziening": "toverstaf"}, "/voorziening", REFERRED),
        (
            "support-items",
            {**item, "lighterSteps": [{"step": "individual", "motivation": "Nee"}]},
            "/lighterSteps/0/step",
            "own_strength",
        ),
    ]
    for path, body, pointer, known in bodies:
        answer = await case.worker.post(f"{case.path}/{path}", body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == "urn:problem:unknown-code"
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert known in answer.json()["detail"]


@pytest.mark.rule("AMS-INT-33")
@pytest.mark.rule("AMS-PLN-42")
@pytest.mark.parametrize("step", LADDER)
async def test_every_lighter_step_is_weighed_before_a_heavier_one(world: World, step: str) -> None:
    case = await open_case(world)
    goal = await case.goal()
    lighter = LADDER[: LADDER.index(step)]
    body = {"goalIds": [goal["id"]], "ladderStep": step, "description": "Hulp"}

    for missing in lighter:
        steps = [each for each in weighed(step) if each["step"] != missing]
        answer = await case.worker.post(
            f"{case.path}/support-items", {**body, "lighterSteps": steps}
        )
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:problem:rule-violation"
        assert answer.json()["detail"].endswith(f"genoemd: {missing}.")
    whole = await case.worker.post(
        f"{case.path}/support-items", {**body, "lighterSteps": weighed(step)}
    )

    assert whole.status_code == 201, whole.text
    assert len((await case.view())["supportItems"]) == 1


@pytest.mark.rule("AMS-INT-33")
async def test_a_voorziening_cannot_pass_the_weighing_by_on_a_lighter_step(world: World) -> None:
    case = await open_case(world)
    goal = await case.goal()

    answer = await case.worker.post(
        f"{case.path}/support-items",
        {
            "goalIds": [goal["id"]],
            "ladderStep": "own_strength",
            "description": "Hulp",
            "voorziening": REFERRED,
        },
    )

    assert answer.status_code == 409
    assert "individual" in answer.json()["detail"]


@pytest.mark.rule("AMS-PLN-31")
async def test_a_support_item_is_for_goals_of_its_own_plan_and_has_a_result(world: World) -> None:
    case = await open_case(world)
    other = await open_case(world, household(surname="Tak"))
    foreign = await other.goal()

    item = await case.item(voorziening=REFERRED, result="Drie dagen onder de mensen")
    refused = [
        await case.worker.post(
            f"{case.path}/support-items",
            {
                "goalIds": goals,
                "ladderStep": "own_strength",
                "description": "Hulp",
            },
        )
        for goals in ([foreign["id"]], [str(uuid4())])
    ]

    assert item["result"] == "Drie dagen onder de mensen"
    assert item["status"] == "proposed"
    assert {answer.status_code for answer in refused} == {400}
    assert refused[0].content == refused[1].content


@pytest.mark.rule("AMS-PLN-19")
@pytest.mark.rule("AMS-PLN-39")
@pytest.mark.rule("AMS-PLN-16")
@pytest.mark.rule("AMS-PLN-22")
async def test_sociale_basis_and_own_help_start_at_once_and_at_the_same_time(world: World) -> None:
    case = await open_case(world)

    first = await case.started()
    second = await case.started()

    assert (first["status"], second["status"]) == ("running", "running")
    assert first["referralId"] is None


async def test_what_needs_a_referral_is_not_started_by_hand(world: World) -> None:
    case = await open_case(world)
    item = await case.item(voorziening=REFERRED)
    path = f"{case.path}/support-items/{item['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]

    answer = await case.worker.post(f"{path}/starts", etag=etag)

    assert answer.status_code == 409
    assert (await case.worker.get(path)).json()["status"] == "proposed"


async def test_a_start_needs_the_state_that_was_seen_and_happens_once(world: World) -> None:
    case = await open_case(world)
    item = await case.started()
    path = f"{case.path}/support-items/{item['id']}"

    missing = await case.worker.post(f"{path}/starts")
    stale = await case.worker.post(f"{path}/starts", etag='"old"')
    again = await case.worker.post(
        f"{path}/starts", etag=(await case.worker.get(path)).headers["ETag"]
    )

    assert (missing.status_code, stale.status_code, again.status_code) == (428, 412, 409)


async def test_an_item_is_found_under_its_own_plan_only(world: World) -> None:
    case = await open_case(world)
    other = await open_case(world, household(surname="Tak"))
    item = await case.item()
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-outsider")

    under_other = await case.worker.get(f"{other.path}/support-items/{item['id']}")
    not_theirs = await outsider.get(f"{case.path}/support-items/{item['id']}")

    assert (under_other.status_code, not_theirs.status_code) == (404, 404)
    assert under_other.content == not_theirs.content


async def test_a_goal_is_reached_and_taken_up_again(world: World) -> None:
    case = await open_case(world)
    goal = await case.goal()
    path = f"/plans/v1/goals/{goal['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]

    reached = await case.worker.patch(path, {"status": "reached", "text": "Beter gezegd"}, etag)
    stale = await case.worker.patch(path, {"status": "open"}, etag)
    dropped = await case.worker.patch(path, {"status": "dropped"}, reached.headers["ETag"])
    reopened = await case.worker.patch(path, {"status": "open"}, reached.headers["ETag"])

    assert created(reached, 200)["text"] == "Beter gezegd"
    assert (stale.status_code, dropped.status_code) == (412, 409)
    assert created(reopened, 200)["status"] == "open"
    assert (await case.timeline())[-2:] == ["goal_reached", "goal_open"]
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-outsider")
    assert (await outsider.get(path)).status_code == 404
    assert (await outsider.patch(path, {"text": "x"}, etag)).status_code == 404


async def test_everything_added_is_a_new_version_of_the_plan_with_an_entry(world: World) -> None:
    case = await open_case(world)
    seen = {await case.etag()}

    await case.goal()
    seen.add(await case.etag())
    await case.item()
    seen.add(await case.etag())
    await case.started()
    seen.add(await case.etag())

    assert len(seen) == 4
    assert (await case.timeline()).count("support_item_started") == 1


async def test_a_goal_added_twice_with_one_key_is_one_goal(world: World) -> None:
    case = await open_case(world)
    key, body = uuid4(), {"domain": "wonen", "text": "Een eigen huis"}

    first = await case.worker.post(f"{case.path}/goals", body, key=key)
    again = await case.worker.post(f"{case.path}/goals", body, key=key)
    other = await case.worker.post(f"{case.path}/goals", {**body, "text": "x"}, key=key)

    assert first.json() == again.json()
    assert other.status_code == 409
    assert len((await case.view())["goals"]) == 1
