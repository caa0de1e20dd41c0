"""Races in plans, each with a control: the same race without its guard shows the wrong result."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.plans.models import ONE_COORDINATOR, ONE_OPEN_PLAN
from shared.db.database import Session
from shared.identifiers import new_id
from shared.vocabulary import Role, ServiceName
from tests.plans.support import BSN, Case, created, household, open_case
from tests.support.world import Actor, World

PLANS = ServiceName.PLANS


async def rows(world: World, query: str) -> list[Any]:
    """What the database of plans holds."""
    async with world.kernel(PLANS).db.transaction() as session:
        return list((await session.execute(text(query))).all())


@contextmanager
def without(world: World, drop: str, restore: str, clean: str = "") -> Iterator[None]:
    """The same database with one guard less, put back afterwards."""
    world.databases.execute(PLANS, drop)
    try:
        yield
    finally:
        world.databases.empty(PLANS)
        if clean:
            world.databases.execute(PLANS, clean)
        world.databases.execute(PLANS, restore)


async def race_to_open(world: World) -> tuple[list[int], int]:
    """Two workers of one team open a plan for one household at the same time."""
    workers = [
        world.user(Role.BUURTTEAM_WORKER),
        world.user(Role.BUURTTEAM_WORKER, subject="50b0-colleague"),
    ]
    home = created(await workers[0].post("/plans/v1/households", household()))
    body = {"householdId": home["id"]}

    answers = await asyncio.gather(*(each.post("/plans/v1/plans", body) for each in workers))

    found = await rows(world, "SELECT id FROM plans WHERE status = 'open'")
    return sorted(answer.status_code for answer in answers), len(found)


@pytest.mark.rule("AMS-PLN-01")
async def test_of_two_plans_opened_at_once_one_exists(world: World) -> None:
    statuses, plans = await race_to_open(world)

    assert (statuses, plans) == ([201, 409], 1)
    assert len(await rows(world, "SELECT id FROM timeline_entries WHERE kind = 'plan_opened'")) == 1
    assert len(await rows(world, "SELECT id FROM circle_members")) == 1


async def test_control_without_its_index_a_household_gets_two_plans(world: World) -> None:
    restore = f"CREATE UNIQUE INDEX {ONE_OPEN_PLAN} ON plans (household_id) WHERE status = 'open'"
    with without(world, f"DROP INDEX {ONE_OPEN_PLAN}", restore):
        statuses, plans = await race_to_open(world)

    assert (statuses, plans) == ([201, 201], 2)


@pytest.mark.rule("AMS-ROL-04")
async def test_of_two_coordinator_changes_at_once_one_counts_and_there_is_no_gap(
    world: World,
) -> None:
    case = await open_case(world)
    etag, path = await case.etag(), f"{case.path}/coordinator-changes"

    answers = await asyncio.gather(
        *(
            case.worker.post(path, {"coordinator": who, "reason": "Ziek"}, etag=etag)
            for who in ("50b0-first", "50b0-second")
        )
    )

    # The loser is too late (412), or, having lost its place in the circle, sees no plan (404).
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([200, 404], [200, 412])
    periods = await rows(
        world,
        "SELECT valid_from, valid_until FROM circle_members WHERE part = 'coordinator' ORDER BY 1",
    )
    assert len(periods) == 2
    assert periods[0].valid_until == periods[1].valid_from
    assert periods[1].valid_until is None


@asynccontextmanager
async def taking_over(world: World, case: Case, subject: str) -> AsyncIterator[Session]:
    """A careless takeover, held open: it closes and opens without the lock of the plan."""
    async with world.kernel(PLANS).db.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO circle_members (id, plan_id, subject, part, valid_from, changed_at)"
                " VALUES (:id, :plan, :subject, 'coordinator', now(), now())"
            ),
            {"id": new_id(), "plan": case.plan["id"], "subject": subject},
        )
        yield session


async def careless_takeovers(world: World, case: Case) -> None:
    """The present coordinator ends, and two others begin in transactions side by side."""
    end = "UPDATE circle_members SET valid_until = now() WHERE valid_until IS NULL"

    async def first() -> None:
        async with world.kernel(PLANS).db.transaction() as session:
            await session.execute(text(end))
            await session.execute(
                text(
                    "INSERT INTO circle_members (id, plan_id, subject, part, valid_from,"
                    " changed_at) VALUES (:id, :plan, 'first', 'coordinator', now(), now())"
                ),
                {"id": new_id(), "plan": case.plan["id"]},
            )
            second = asyncio.create_task(hasty())
            await asyncio.sleep(0.1)
        await second

    async def hasty() -> None:
        async with taking_over(world, case, "second"):
            pass

    await first()


async def test_the_index_refuses_a_second_coordinator_even_without_the_lock(world: World) -> None:
    case = await open_case(world)

    with pytest.raises(IntegrityError):
        await careless_takeovers(world, case)

    found = await rows(world, "SELECT subject FROM circle_members WHERE valid_until IS NULL")
    assert [row.subject for row in found] == ["first"]


async def test_control_without_its_index_a_plan_gets_two_coordinators(world: World) -> None:
    restore = (
        f"CREATE UNIQUE INDEX {ONE_COORDINATOR} ON circle_members (plan_id)"
        " WHERE part = 'coordinator' AND valid_until IS NULL"
    )
    with without(world, f"DROP INDEX {ONE_COORDINATOR}", restore):
        case = await open_case(world)
        await careless_takeovers(world, case)
        found = await rows(world, "SELECT subject FROM circle_members WHERE valid_until IS NULL")

    assert sorted(row.subject for row in found) == ["first", "second"]


async def leave_alone(world: World) -> int:
    """End the only coordinator of an open plan; answers how many coordinate afterwards."""
    async with world.kernel(PLANS).db.transaction() as session:
        await session.execute(text("UPDATE circle_members SET valid_until = now()"))
    return len(await rows(world, "SELECT id FROM circle_members WHERE valid_until IS NULL"))


async def test_an_open_plan_is_never_left_without_a_coordinator(world: World) -> None:
    case = await open_case(world)

    with pytest.raises(IntegrityError):
        await leave_alone(world)

    assert (await case.view())["circle"][0]["part"] == "coordinator"


async def test_control_without_its_trigger_a_plan_is_left_alone(world: World) -> None:
    trigger = "circle_members_leave_a_coordinator"
    restore = (
        f"CREATE CONSTRAINT TRIGGER {trigger} AFTER UPDATE OR DELETE ON circle_members"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ensure_coordinator()"
    )
    with without(world, f"DROP TRIGGER {trigger} ON circle_members", restore):
        await open_case(world)
        left = await leave_alone(world)

    assert left == 0


async def race_with_one_key(world: World) -> tuple[list[Any], int]:
    """A request and its impatient retry arrive together."""
    worker, key = world.user(Role.BUURTTEAM_WORKER), uuid4()

    async def ask(actor: Actor) -> Any:
        return await actor.post("/plans/v1/households", household(), key=key)

    answers = await asyncio.gather(ask(worker), ask(worker))

    found = await rows(world, "SELECT id FROM households")
    return [answer.json() for answer in answers], len(found)


async def test_two_requests_with_one_key_make_one_household_and_hear_the_same(
    world: World,
) -> None:
    (first, second), households = await race_with_one_key(world)

    assert first == second
    assert "members" in first
    assert households == 1


async def test_control_without_the_key_there_are_two_households(world: World) -> None:
    table, key = "idempotency_keys", "pk_idempotency_keys"
    restore = f"ALTER TABLE {table} ADD CONSTRAINT {key} PRIMARY KEY (caller, operation, key)"
    with without(world, f"ALTER TABLE {table} DROP CONSTRAINT {key}", restore):
        (first, second), households = await race_with_one_key(world)

    assert first["id"] != second["id"]
    assert households == 2


async def test_of_two_new_persons_with_one_bsn_one_is_written_down(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)

    answers = await asyncio.gather(
        *(worker.post("/plans/v1/households", household(bsn=BSN)) for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await rows(world, "SELECT id FROM persons")) == 1
    assert len(await rows(world, "SELECT id FROM households")) == 1


async def test_goals_added_at_once_all_stand_and_each_is_a_version(world: World) -> None:
    case = await open_case(world)
    before = (await case.view())["version"]

    await asyncio.gather(*(case.goal(text=f"Doel {number}") for number in range(5)))

    after = await case.view()
    assert len(after["goals"]) == 5
    assert after["version"] == before + 5


async def test_who_left_the_circle_while_waiting_changes_nothing(world: World) -> None:
    case = await open_case(world)
    body = {"domain": "wonen", "text": "Een eigen huis"}

    async with world.kernel(PLANS).db.transaction() as session:
        await session.execute(text("SELECT 1 FROM plans FOR UPDATE"))
        waiting = asyncio.create_task(case.worker.post(f"{case.path}/goals", body))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await session.execute(text("UPDATE circle_members SET valid_until = now()"))
        await session.execute(
            text(
                "INSERT INTO circle_members (id, plan_id, subject, part, valid_from, changed_at)"
                " VALUES (:id, :plan, '50b0-new', 'coordinator', now(), now())"
            ),
            {"id": new_id(), "plan": case.plan["id"]},
        )
    answer = await waiting

    assert answer.status_code == 404
    assert await rows(world, "SELECT id FROM goals") == []
