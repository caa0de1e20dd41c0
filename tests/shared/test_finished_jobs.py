"""What jobs leave behind is deleted after some days; a dead letter never is."""

from uuid import uuid4

import psycopg
import pytest

from shared.vocabulary import Role, ServiceName
from tests.shared.test_dead_letters import LETTERS, dead_letter, emit, fail_for_good, rows
from tests.support.world import World

PLANS = ServiceName.PLANS
AGE = "UPDATE procrastinate_events SET at = at - make_interval(days => %s, hours => %s)"
LEFT = "SELECT count(*) FROM procrastinate_jobs"
A_JOB = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, lock, status, args)"
    " VALUES ('default', %s, %s, %s, 'todo', '{}') RETURNING id"
)
BECOMES = "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s"


def job(world: World, state: str, *, periodic: bool) -> None:
    """A job in this state."""
    name = "forget_keys" if periodic else "deliver"
    lock = None if periodic else f"intake:{uuid4()}"
    [(made,)] = rows(world, PLANS, A_JOB, name, name if periodic else None, lock)
    for step in ("doing", state):
        rows(world, PLANS, BECOMES, step, made)


async def forget(world: World) -> None:
    """The night's turn of the task, by its name."""
    task = world.kernel(PLANS).jobs._app.tasks["forget_finished_jobs"]
    await task.func(0)


@pytest.mark.parametrize(
    ("state", "periodic", "stays"),
    [
        ("succeeded", False, 0),
        ("succeeded", True, 0),
        ("failed", True, 0),
        ("aborted", True, 0),
        ("cancelled", True, 0),
        ("failed", False, 1),
        ("aborted", False, 1),
        ("cancelled", False, 1),
        ("doing", False, 1),
        ("doing", True, 1),
    ],
)
async def test_only_what_ended_well_or_has_a_next_turn_is_deleted(
    world: World,
    state: str,
    periodic: bool,  # noqa: FBT001  a column of the table above
    stays: int,
) -> None:
    job(world, state, periodic=periodic)
    rows(world, PLANS, AGE, 7, 1)

    await forget(world)

    assert rows(world, PLANS, LEFT) == [(stays,)]


async def test_what_ended_within_the_days_stays(world: World) -> None:
    for state in ("succeeded", "failed"):
        job(world, state, periodic=True)
    rows(world, PLANS, AGE, 6, 23)

    await forget(world)

    assert rows(world, PLANS, LEFT) == [(2,)]


async def test_what_waits_to_be_delivered_stays_however_old_it_is(world: World) -> None:
    await emit(world, uuid4(), ServiceName.INTAKE)
    rows(world, PLANS, AGE, 1000, 0)

    await forget(world)

    assert rows(world, PLANS, LEFT) == [(1,)]


async def test_a_dead_letter_stays_and_can_still_be_put_back_years_later(world: World) -> None:
    intake = world.router.apps["intake.test"]
    plan, letter = await dead_letter(world)
    rows(world, PLANS, AGE, 1000, 0)
    administrator = world.user(Role.ADMINISTRATOR)

    await forget(world)

    assert [item["id"] for item in (await administrator.get(LETTERS)).json()["items"]] == [
        letter["id"]
    ]
    world.router.apps["intake.test"] = intake
    await administrator.post(f"{LETTERS}/{letter['id']}/redrives")
    await world.drain()
    applied = "SELECT applied_at IS NOT NULL FROM inbox WHERE subject = %s"
    assert rows(world, ServiceName.INTAKE, applied, plan) == [(True,)]


async def test_control_the_cleaning_of_the_library_would_take_dead_letters_along(
    world: World,
) -> None:
    world.router.apps.pop("intake.test")
    await emit(world, uuid4(), ServiceName.INTAKE)
    await fail_for_good(world)
    rows(world, PLANS, AGE, 8, 0)

    manager = world.kernel(PLANS).jobs._app.job_manager
    await manager.delete_old_jobs(nb_hours=7 * 24, include_failed=True)

    assert rows(world, PLANS, LEFT) == [(0,)]


async def test_a_turn_that_failed_is_left_behind_and_then_forgotten_by_its_own_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = world.kernel(PLANS).jobs

    async def fails(_timestamp: int) -> None:
        raise psycopg.OperationalError

    task = jobs._app.tasks["forget_keys"]
    monkeypatch.setattr(task, "func", fails)
    await task.defer_async(timestamp=0)
    await jobs.drain()
    left = rows(world, PLANS, LEFT)
    rows(world, PLANS, AGE, 8, 0)

    await jobs._app.tasks["forget_finished_jobs"].defer_async(timestamp=0)
    await jobs.drain()

    assert (left, rows(world, PLANS, LEFT)) == ([(1,)], [(0,)])


async def test_every_service_does_it_every_night(world: World) -> None:
    for service in ServiceName:
        periodic = world.kernel(service).jobs._app.periodic_registry.periodic_tasks.values()
        crons = {found.task.name: found.cron for found in periodic}
        assert crons["forget_finished_jobs"] == "23 2 * * *"
