"""What waits is a metric: how much, how old, how much is parked, and when it cannot be read."""

import asyncio
from time import monotonic
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.db.database import Database
from shared.errors import PeerUnavailableError
from shared.vocabulary import Role, ServiceName
from tests.shared.test_dead_letters import emit, fail_for_good, rows
from tests.support.world import World

AGE = (
    "UPDATE procrastinate_events SET at = at - interval '90 seconds' WHERE job_id = "
    "(SELECT min(id) FROM procrastinate_jobs)"
)


async def gauges(world: World, service: ServiceName) -> dict[tuple[str, ...], float]:
    """The numbers of a service by name and labels, without the service itself."""
    answer = await world.http.get(f"http://{service}.test/{service}/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        if not family.name.startswith("request"):
            for sample in family.samples:
                labels = [v for name, v in sorted(sample.labels.items()) if name != "service"]
                found[sample.name, *labels] = sample.value
    return found


async def test_nothing_waits_is_said_with_zeros(world: World) -> None:
    assert await gauges(world, ServiceName.PLANS) == {
        ("backlog_readable",): 1,
        ("outbox_undelivered", "intake"): 0,
        ("outbox_undelivered", "referrals"): 0,
        ("outbox_lag_seconds", "intake"): 0,
        ("outbox_lag_seconds", "referrals"): 0,
        ("dead_letters", "deliver"): 0,
        ("dead_letters", "apply_event"): 0,
        ("inbox_unapplied",): 0,
        ("inbox_lag_seconds",): 0,
    }


async def test_undelivered_events_are_counted_per_receiver_with_the_age_of_the_oldest(
    world: World,
) -> None:
    await emit(world, uuid4(), ServiceName.INTAKE)
    rows(world, ServiceName.PLANS, AGE)
    await emit(world, uuid4(), ServiceName.INTAKE, ServiceName.REFERRALS)

    found = await gauges(world, ServiceName.PLANS)

    assert found["outbox_undelivered", "intake"] == 2
    assert found["outbox_undelivered", "referrals"] == 1
    assert 90 <= found["outbox_lag_seconds", "intake"] < 120
    assert 0 <= found["outbox_lag_seconds", "referrals"] < 30


async def test_dead_letters_are_counted_apart_from_what_waits(world: World) -> None:
    world.router.apps.pop("intake.test")
    await emit(world, uuid4(), ServiceName.INTAKE)
    await fail_for_good(world)

    found = await gauges(world, ServiceName.PLANS)

    assert found["dead_letters", "deliver"] == 1
    assert (found["outbox_undelivered", "intake"], found["outbox_lag_seconds", "intake"]) == (0, 0)


async def test_what_was_received_and_not_applied_is_counted_and_then_gone(world: World) -> None:
    await emit(world, uuid4(), ServiceName.INTAKE)
    await world.kernel(ServiceName.PLANS).jobs.drain()
    rows(world, ServiceName.INTAKE, AGE)

    waiting = await gauges(world, ServiceName.INTAKE)
    await world.drain()
    applied = await gauges(world, ServiceName.INTAKE)

    assert waiting["inbox_unapplied",] == 1
    assert 90 <= waiting["inbox_lag_seconds",] < 120
    assert (applied["inbox_unapplied",], applied["inbox_lag_seconds",]) == (0, 0)


async def test_metrics_are_answered_without_a_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> bytes:
        raise PeerUnavailableError("database")

    await world.user(Role.ADMINISTRATOR).get("/plans/v1/dead-letters")
    monkeypatch.setattr(Database, "fetch_json", down)

    assert await gauges(world, ServiceName.PLANS) == {("backlog_readable",): 0}
    answer = await world.http.get("http://plans.test/plans/metrics")
    assert 'requests_total{operation="list_dead_letters"' in answer.text


async def test_a_database_that_hangs_costs_a_second(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> bytes:
        await asyncio.sleep(60)
        return b""

    monkeypatch.setattr(Database, "fetch_json", hangs)
    began = monotonic()

    assert await gauges(world, ServiceName.PLANS) == {("backlog_readable",): 0}
    assert monotonic() - began < 5
