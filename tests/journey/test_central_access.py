"""A day at the centrale toegang, played as the demonstration plays it."""

import pytest

from deploy.local.demo.central_day import at_the_door, by_telephone, the_queue
from deploy.local.demo.central_decisions import (
    a_formal_decision,
    a_no_stays_with_the_team,
    decision_and_place,
    together,
)
from deploy.local.demo.registry import load_registry
from deploy.local.sample import NOOR
from tests.journey.staging import stage_in
from tests.support.world import World

MORNING = (load_registry, by_telephone, at_the_door, the_queue)


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-REF-03")
@pytest.mark.rule("OPN-14")
async def test_advice_by_telephone_is_one_call_about_nobody(world: World) -> None:
    stage = stage_in(world)
    await load_registry(stage)

    await by_telephone(stage)

    mine = (await stage.as_worker(NOOR).get("/referrals/v1/consultations")).body["items"]
    assert [(each["status"], each["planId"]) for each in mine] == [("followed", None)]


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.rule("AMS-ACC-37")
@pytest.mark.rule("AMS-ACC-38")
@pytest.mark.rule("OPN-13")
@pytest.mark.rule("AMS-REF-05")
async def test_who_comes_from_elsewhere_without_a_plan_is_queued_decided_and_placed(
    world: World,
) -> None:
    stage = stage_in(world)
    for chapter in (*MORNING, decision_and_place):
        await chapter(stage)

    assert [line["unsafeNow"] for line in stage.told["queue"]] == [True, False, False]
    assert [line["waitingDays"] for line in stage.told["queue"]] == [2, 50, 9]
    assert stage.told["judgement"]["validUntil"] == "2022-09-01"
    assert "formeel besluit" in stage.told["judgement"]["howToAsk"]
    assert stage.told["steps"] == ["preparing", "judging", "granting", "placing", "delivering"]


@pytest.mark.rule("AMS-ACC-35")
@pytest.mark.rule("AMS-ACC-39")
@pytest.mark.rule("AMS-REF-08")
async def test_the_team_that_joins_sees_every_step_and_the_queue_names_the_coordinator(
    world: World,
) -> None:
    stage = stage_in(world)
    for chapter in (*MORNING, together):
        await chapter(stage)

    joint = stage.told["joint"]
    assert (joint["hasPlan"], joint["coordinator"]) == (True, NOOR.subject)
    assert joint["firstContactOn"] == "2022-02-27"
    seen = await stage.as_worker(NOOR).get(stage.told["anna"])
    assert [step["status"] for step in seen.body["steps"]] == ["preparing", "judging"]


@pytest.mark.rule("DIS-27")
@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("DIS-18")
@pytest.mark.rule("OPN-06")
async def test_a_no_stays_with_the_team_and_can_be_fought_to_a_new_decision(world: World) -> None:
    stage = stage_in(world)
    for chapter in (*MORNING, a_no_stays_with_the_team, a_formal_decision):
        await chapter(stage)

    contact = stage.told["carried"]
    assert (contact["householdId"], contact["teamId"]) == (
        stage.told["wout_household"],
        str(NOOR.team.id),
    )
    assert stage.told["rejection"]["objectUntil"] == "2022-04-12"
    decided = stage.told["decided"]
    assert (decided["decision"]["reference"], decided["decision"]["granted"]) == (
        "B-2022-003",
        True,
    )
    assert [each["status"] for each in decided["objections"]] == ["upheld"]
