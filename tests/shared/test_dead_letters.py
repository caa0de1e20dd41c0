"""Dead letters: what failed for good is shown without its content, and goes back on request."""

import json
import logging
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from procrastinate.jobs import Job

from shared.clock import utc_now
from shared.errors import PeerUnavailableError
from shared.outbox.jobs import JitteredBackoff, Jobs
from shared.outbox.outbox import Notice
from shared.schemas.events import CIRCLE_CHANGED, CircleChanged
from shared.vocabulary import Role, ServiceName
from tests.support.world import Actor, World

LETTERS = "/plans/v1/dead-letters"
SECRET = "mevrouw-testema"


def rows(world: World, service: ServiceName, statement: str, *arguments: Any) -> list[Any]:
    """What a statement finds (or changes) in the database of a service."""
    address = world.databases.owner_url(service).replace("postgresql+psycopg", "postgresql", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), arguments)
        return cursor.fetchall() if cursor.description else []


async def emit(world: World, plan: UUID, *to: ServiceName) -> None:
    """Plans tells something; it is written, not yet delivered."""
    kernel = world.kernel(ServiceName.PLANS)
    data = CircleChanged(plan_id=plan, household_id=uuid4(), open=True, circle=())
    async with kernel.db.transaction() as session:
        notice = Notice(CIRCLE_CHANGED, plan, data, to)
        await kernel.outbox.emit(session, notice, kernel.clock())


async def fail_for_good(world: World, service: ServiceName = ServiceName.PLANS) -> None:
    """Do what is due, its last try: whatever fails now is a dead letter."""
    rows(world, service, "UPDATE procrastinate_jobs SET attempts = 1000 WHERE status = 'todo'")
    await world.kernel(service).jobs.drain()


async def dead_letter(world: World) -> tuple[UUID, dict[str, Any]]:
    """An event of plans that intake could not be given; the plan, and the letter."""
    plan = uuid4()
    world.router.apps.pop("intake.test")
    await emit(world, plan, ServiceName.INTAKE)
    await fail_for_good(world)
    found = await world.user(Role.ADMINISTRATOR).get(LETTERS)
    assert found.status_code == 200, found.text
    return plan, found.json()["items"][-1]


async def redrive(actor: Actor, letter: str, key: UUID | None = None) -> httpx.Response:
    """Ask for it to be done again."""
    return await actor.post(f"{LETTERS}/{letter}/redrives", key=key)


async def test_a_dead_letter_says_what_and_why_and_nothing_of_its_content(world: World) -> None:
    plan, letter = await dead_letter(world)

    failed_at = letter.pop("failedAt")

    assert letter == {
        "id": letter["id"],
        "work": "deliver",
        "receiver": "intake",
        "eventType": CIRCLE_CHANGED,
        "subject": str(plan),
        "attempts": 1,
        "firstFailure": "PeerUnavailableError",
    }
    assert failed_at[:10] == utc_now().isoformat()[:10]


async def test_nothing_that_waits_or_was_done_is_a_dead_letter(world: World) -> None:
    await emit(world, uuid4(), ServiceName.INTAKE)
    waiting = await world.user(Role.ADMINISTRATOR).get(LETTERS)
    await world.drain()
    done = await world.user(Role.ADMINISTRATOR).get(LETTERS)

    assert (waiting.json()["items"], done.json()["items"]) == ([], [])


async def test_a_redriven_letter_is_delivered_and_gone(world: World) -> None:
    intake = world.router.apps["intake.test"]
    plan, letter = await dead_letter(world)
    world.router.apps["intake.test"] = intake
    administrator = world.user(Role.ADMINISTRATOR)

    answer = await redrive(administrator, letter["id"])
    await world.drain()

    assert (answer.status_code, answer.json()) == (202, {"id": letter["id"], "status": "queued"})
    assert (await administrator.get(LETTERS)).json()["items"] == []
    applied = "SELECT applied_at IS NOT NULL FROM inbox WHERE subject = %s"
    assert rows(world, ServiceName.INTAKE, applied, plan) == [(True,)]


async def test_a_redriven_letter_gets_all_its_tries_again(world: World) -> None:
    _, letter = await dead_letter(world)

    await redrive(world.user(Role.ADMINISTRATOR), letter["id"])
    await world.kernel(ServiceName.PLANS).jobs.drain()

    found = "SELECT status::text, attempts, args ->> 'first_failure' FROM procrastinate_jobs"
    assert rows(world, ServiceName.PLANS, found) == [("todo", 1, "PeerUnavailableError")]


async def test_a_redrive_is_keyed_and_a_second_one_is_too_late(world: World) -> None:
    _, letter = await dead_letter(world)
    administrator, key = world.user(Role.ADMINISTRATOR), uuid4()
    first = await redrive(administrator, letter["id"], key)

    again = await redrive(administrator, letter["id"], key)
    late = await redrive(administrator, letter["id"])

    assert (first.status_code, again.status_code, late.status_code) == (202, 202, 409)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content


@pytest.mark.parametrize("letter", [UUID(int=2**40), UUID(int=2**63), uuid4()])
async def test_a_letter_that_is_not_there_is_not_found(world: World, letter: UUID) -> None:
    answer = await redrive(world.user(Role.ADMINISTRATOR), str(letter))

    assert answer.status_code == 404


async def test_a_periodic_task_is_no_letter(world: World) -> None:
    statement = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status)"
        " VALUES ('default', 'forget_keys', 'forget_keys', 'failed') RETURNING id"
    )
    [(job,)] = rows(world, ServiceName.PLANS, statement)
    administrator = world.user(Role.ADMINISTRATOR)

    assert (await administrator.get(LETTERS)).json()["items"] == []
    assert (await redrive(administrator, str(UUID(int=job)))).status_code == 404


async def test_only_an_administrator_sees_or_redrives(world: World) -> None:
    others = sorted(set(Role) - {Role.ADMINISTRATOR, Role.SERVICE})
    seen = {}
    for service in ServiceName:
        path = f"/{service}/v1/dead-letters"
        for role in [*others, Role.ADMINISTRATOR]:
            asked = await world.user(role).get(path)
            told = await world.user(role).post(f"{path}/{uuid4()}/redrives")
            seen[service, role] = (asked.status_code, told.status_code)

    assert seen == {
        (service, role): (200, 404) if role is Role.ADMINISTRATOR else (403, 403)
        for service in ServiceName
        for role in [*others, Role.ADMINISTRATOR]
    }


async def test_letters_come_in_pages(world: World) -> None:
    plans = [uuid4() for _ in range(3)]
    world.router.apps.pop("intake.test")
    for plan in plans:
        await emit(world, plan, ServiceName.INTAKE)
    await fail_for_good(world)
    administrator = world.user(Role.ADMINISTRATOR)

    first = (await administrator.get(f"{LETTERS}?pageSize=2")).json()
    path = f"{LETTERS}?pageSize=2&cursor={first['next']}"
    rest = (await administrator.get(path)).json()

    assert [item["subject"] for item in first["items"] + rest["items"]] == [str(p) for p in plans]
    assert (len(first["items"]), rest["next"]) == (2, None)


async def test_an_event_that_cannot_be_applied_is_a_letter_of_the_receiver(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_session: object, _received: object) -> None:
        raise RuntimeError(SECRET)

    handlers = world.apps[ServiceName.INTAKE].state.inbox._handlers
    monkeypatch.setitem(handlers, CIRCLE_CHANGED, broken)
    plan = uuid4()
    await emit(world, plan, ServiceName.INTAKE)
    await world.kernel(ServiceName.PLANS).jobs.drain()
    await fail_for_good(world, ServiceName.INTAKE)

    answer = await world.user(Role.ADMINISTRATOR).get("/intake/v1/dead-letters")

    [letter] = answer.json()["items"]
    assert (letter["work"], letter["receiver"]) == ("apply_event", None)
    assert (letter["eventType"], letter["subject"]) == (CIRCLE_CHANGED, str(plan))
    assert letter["firstFailure"] == "RuntimeError"
    assert SECRET not in answer.text
    kept = rows(world, ServiceName.INTAKE, "SELECT args::text FROM procrastinate_jobs")
    assert SECRET not in json.dumps(kept)


async def test_the_first_failure_is_the_one_that_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[Exception] = [KeyError(), ValueError()]

    async def broken(_session: object, _received: object) -> None:
        raise errors.pop(0)

    handlers = world.apps[ServiceName.INTAKE].state.inbox._handlers
    monkeypatch.setitem(handlers, CIRCLE_CHANGED, broken)
    await emit(world, uuid4(), ServiceName.INTAKE)
    await world.kernel(ServiceName.PLANS).jobs.drain()
    await world.kernel(ServiceName.INTAKE).jobs.drain()
    again = "UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = 1000"
    rows(world, ServiceName.INTAKE, again)
    await world.kernel(ServiceName.INTAKE).jobs.drain()

    answer = await world.user(Role.ADMINISTRATOR).get("/intake/v1/dead-letters")

    [letter] = answer.json()["items"]
    assert (letter["firstFailure"], letter["attempts"], errors) == ("KeyError", 2, [])


async def test_a_redrive_is_logged_with_who_did_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    _, letter = await dead_letter(world)
    actor = world.user(Role.ADMINISTRATOR, subject="operator-1")

    with caplog.at_level(logging.INFO, "buurtteam.operations"):
        await redrive(actor, letter["id"])

    [line] = [r.msg for r in caplog.records if r.name == "buurtteam.operations"]
    assert isinstance(line, dict)
    assert (line["operation"], line["subject"]) == ("redrive_dead_letter", "operator-1")
    assert (line["letter"], line["work"]) == (letter["id"], "deliver")


def tries(error: Exception) -> int:
    """How often a job that always fails so is tried."""
    job = Job(id=1, lock=None, queueing_lock=None, task_name="x", queue="q")
    backoff, attempts = JitteredBackoff(), 0
    while backoff.get_retry_decision(exception=error, job=job.evolve(attempts=attempts)):
        attempts += 1
    return attempts + 1


def test_poison_is_parked_soon_and_who_is_away_is_tried_for_a_day() -> None:
    assert tries(ValueError()) == 13
    assert tries(PeerUnavailableError("intake")) == 301


async def test_a_job_without_a_subject_is_a_letter_too(world: World) -> None:
    kernel = world.kernel(ServiceName.PLANS)
    jobs = Jobs(str(kernel.settings.database_url))

    async def fails(**_arguments: object) -> None:
        raise LookupError(SECRET)

    jobs.add("something", fails)
    await jobs.open()
    try:
        async with kernel.db.transaction() as session:
            await jobs.defer(session, "something", "no-subject", person=SECRET)
        rows(world, ServiceName.PLANS, "UPDATE procrastinate_jobs SET attempts = 1000")
        await jobs.drain()
    finally:
        await jobs.close()

    answer = await world.user(Role.ADMINISTRATOR).get(LETTERS)

    [letter] = answer.json()["items"]
    assert (letter["work"], letter["subject"], letter["eventType"]) == ("something", None, None)
    assert SECRET not in answer.text
