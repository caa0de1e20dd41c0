"""What an operator does by command: letters put back and listed, circles rebuilt; all recorded."""

import asyncio
import logging
import os
import pwd
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from shared.errors import PeerUnavailableError
from shared.schemas.events import CIRCLE_CHANGED
from shared.vocabulary import ServiceName
from shared.web import upkeep
from shared.web.upkeep import Doer, all_dead_letters, operator, rebuild_circles, redrive_all
from tests.plans.support import open_case
from tests.shared.test_dead_letters import dead_letter, emit, fail_for_good, rows
from tests.support.world import World

ELS = Doer("operator:els", "here", "t" * 32)


def recorded(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """What the log of operations says."""
    return [record.msg for record in caplog.records if record.name == "buurtteam.operations"]


async def test_the_command_puts_all_letters_back(world: World) -> None:
    intake = world.router.apps["intake.test"]
    for _ in range(2):
        await dead_letter(world)
        world.router.apps["intake.test"] = intake
    kernel = world.kernel(ServiceName.PLANS)

    count = await redrive_all(ServiceName.PLANS, kernel.settings)
    await world.drain()

    assert count == 2
    assert rows(world, ServiceName.PLANS, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


async def test_the_command_records_each_letter_as_the_operation_does(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    _, letter = await dead_letter(world)
    settings = world.kernel(ServiceName.PLANS).settings

    with caplog.at_level(logging.INFO, "buurtteam.operations"):
        await redrive_all(ServiceName.PLANS, settings, ELS)

    assert recorded(caplog) == [
        {
            "service": "plans",
            "operation": "redrive_all",
            "letter": letter["id"],
            "work": "deliver",
            "event_type": CIRCLE_CHANGED,
            "subject": "operator:els",
            "client": "here",
            "trace": "t" * 32,
        }
    ]


def test_the_operator_is_the_account_of_the_machine_and_not_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")

    assert operator().subject == f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


async def test_two_commands_at_once_put_each_letter_back_once(world: World) -> None:
    intake = world.router.apps["intake.test"]
    for _ in range(3):
        await dead_letter(world)
        world.router.apps["intake.test"] = intake
    settings = world.kernel(ServiceName.PLANS).settings

    counts = await asyncio.gather(*(redrive_all(ServiceName.PLANS, settings) for _ in range(3)))

    assert sorted(counts) == [0, 0, 3]


async def test_the_command_lists_all_letters_beyond_one_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_PAGE", 2)
    plans = [uuid4() for _ in range(5)]
    world.router.apps.pop("intake.test")
    for plan in plans:
        await emit(world, plan, ServiceName.INTAKE)
    await fail_for_good(world)

    found = await all_dead_letters(world.kernel(ServiceName.PLANS).settings)

    assert [letter.subject for letter in found] == plans


def apart(world: World, service: ServiceName) -> FastAPI:
    """The service once more, as a command makes it: neither served nor working."""
    settings = world.kernel(service).settings
    app: FastAPI = import_module(f"services.{service}.main").create_app(settings, world.http)
    return app


@pytest.mark.parametrize("service", [ServiceName.INTAKE, ServiceName.REFERRALS])
async def test_circles_that_were_never_told_are_taken_over_from_plans_and_it_is_recorded(
    world: World, caplog: pytest.LogCaptureFixture, service: ServiceName
) -> None:
    case = await open_case(world)
    known = "SELECT plan_id::text FROM plan_circle_state"
    before = rows(world, service, known)

    with caplog.at_level(logging.INFO, "buurtteam.operations"):
        first = await rebuild_circles(apart(world, service), ELS)
        again = await rebuild_circles(apart(world, service), ELS)

    assert (before, first, again) == ([], 1, 0)
    assert rows(world, service, known) == [(case.plan["id"],)]
    assert [(line["operation"], line["taken"], line["subject"]) for line in recorded(caplog)] == [
        ("rebuild_circles", 1, "operator:els"),
        ("rebuild_circles", 0, "operator:els"),
    ]


async def test_a_rebuild_without_plans_says_so_and_is_not_recorded_as_done(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.router.apps.pop("plans.test")

    with (
        caplog.at_level(logging.INFO, "buurtteam.operations"),
        pytest.raises(PeerUnavailableError, match="plans"),
    ):
        await rebuild_circles(apart(world, ServiceName.INTAKE), ELS)

    assert recorded(caplog) == []
