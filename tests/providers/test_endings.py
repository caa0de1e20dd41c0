"""Contracts that end and organisations that may not be asked: at once, and told."""

from datetime import UTC, datetime

import pytest

from shared.schemas.events import CONTRACT_ENDED, PROVIDER_SUSPENDED
from shared.vocabulary import Role
from tests.providers.steps import change, hold, matches, tick, told
from tests.support.registry import offer
from tests.support.world import World

REASON = {"reason": "quality"}


@pytest.mark.rule("AMS-PRV-06")
async def test_from_its_last_day_on_nobody_is_placed_by_a_contract(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    manager = world.user(Role.CONTRACT_MANAGER)
    path = f"/providers/v1/contracts/{made.contract}"

    ended = await change(manager, path, "endings", {"from": "2022-03-01", **REASON})

    assert (ended.status_code, ended.json()["validUntil"]) == (200, "2022-02-28")
    assert (await hold(world, made)).status_code == 409
    assert (await matches(world))["items"] == []
    assert told(world, CONTRACT_ENDED) == [
        {
            "contractId": str(made.contract),
            "providerId": str(made.provider),
            "ended": True,
            "code": "quality",
            "endsOn": "2022-02-28",
        }
    ]


@pytest.mark.rule("AMS-REF-17")
async def test_a_contract_that_ends_later_is_told_at_once_and_when_its_last_day_is_over(
    world: World,
) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    path = f"/providers/v1/contracts/{made.contract}"
    await change(world.user(Role.SUPERVISOR), path, "endings", {"from": "2022-03-10", **REASON})
    await tick(world, "tell_ended_contracts")
    known = [(event["ended"], event["endsOn"]) for event in told(world, CONTRACT_ENDED)]
    before = (known, (await hold(world, made)).status_code)

    world.move_to(datetime(2022, 3, 9, 23, 30, tzinfo=UTC))  # the tenth in Amsterdam
    await tick(world, "tell_ended_contracts")
    await tick(world, "tell_ended_contracts")

    assert before == ([(False, "2022-03-09")], 201)
    assert [event["ended"] for event in told(world, CONTRACT_ENDED)] == [False, True]
    assert (await hold(world, made)).status_code == 409


async def test_a_contract_cannot_end_before_it_began_or_later_than_it_does(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    manager = world.user(Role.CONTRACT_MANAGER)
    path = f"/providers/v1/contracts/{made.contract}"

    early = await change(manager, path, "endings", {"from": "2021-01-01", **REASON})
    await change(manager, path, "endings", {"from": "2022-03-10", **REASON})
    later = await change(manager, path, "endings", {"from": "2022-04-01", **REASON})

    assert (early.status_code, later.status_code) == (400, 409)


async def test_a_suspended_organisation_is_not_asked_until_it_is_resumed(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    supervisor = world.user(Role.SUPERVISOR)
    path = f"/providers/v1/organisations/{made.provider}"

    suspended = await change(supervisor, path, "suspensions", REASON)
    during = (await hold(world, made)).status_code
    excluded = (await matches(world))["excluded"]
    twice = await change(supervisor, path, "suspensions", REASON)
    resumed = await change(supervisor, path, "resumptions", {"reason": "improved"})

    assert (suspended.status_code, suspended.json()["suspensionReason"]) == (200, "quality")
    assert (during, [item["whyNot"] for item in excluded]) == (409, [["suspended"]])
    assert (twice.status_code, resumed.status_code) == (409, 200)
    assert (await hold(world, made)).status_code == 201
    assert [(event["suspended"], event["code"]) for event in told(world, PROVIDER_SUSPENDED)] == [
        (True, "quality"),
        (False, "improved"),
    ]


@pytest.mark.parametrize("what", ["organisations", "contracts"])
async def test_an_ending_needs_the_last_version_and_the_right_role(world: World, what: str) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    record = made.provider if what == "organisations" else made.contract
    path = f"/providers/v1/{what}/{record}"
    operation = "suspensions" if what == "organisations" else "endings"
    wanted = REASON if what == "organisations" else {"from": "2022-03-10", **REASON}
    manager = world.user(Role.CONTRACT_MANAGER)

    missing = await manager.post(f"{path}/{operation}", wanted)
    stale = await manager.post(f"{path}/{operation}", wanted, etag='"old"')
    worker = await world.user(Role.BUURTTEAM_WORKER).post(
        f"{path}/{operation}", wanted, etag='"old"'
    )

    assert (missing.status_code, stale.status_code, worker.status_code) == (428, 412, 403)
