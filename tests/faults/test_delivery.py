"""Events over broken connections, with several workers, with poison, early, and to who is away."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final
from uuid import uuid4

import pytest
from procrastinate.jobs import Job

from deploy.local.sample import NOOR
from shared.clock import utc_now
from shared.errors import PeerUnavailableError
from shared.outbox.jobs import JitteredBackoff
from shared.vocabulary import Role, ServiceName
from tests.faults.events import (
    Teller,
    Verdict,
    all_done,
    another_worker,
    applied,
    due_later,
    hurry,
    judge,
    left,
    on_the_timeline,
    teller,
    verdicts,
    without,
)
from tests.faults.fault import Fault, always, seeded, times
from tests.faults.support import Note
from tests.faults.town import Planned, Town, open_town, planned, request_for
from tests.referrals.steps import REFERRALS
from tests.support.effort import Effort

SEED: Final = 20220301
TELLERS: Final = ("intake", "plans")
ALL: Final = ("intake", "plans", "referrals")
GOOD: Final = Verdict()
HOUR: Final = 3600.0
LETTERS: Final = "/referrals/v1/dead-letters"
CHECK: Final = "ALTER TABLE plan_circle ADD CONSTRAINT no_poison"


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    more = {name: {f"{name.upper()}_WORKER_CONCURRENCY": "8"} for name in TELLERS}
    async with open_town(**more) as found:
        yield found


@pytest.fixture(autouse=True)
def no_faults_left(town: Town) -> Iterator[None]:
    yield
    town.mend()


@pytest.fixture
async def intake(town: Town) -> AsyncIterator[Teller]:
    async with teller(town, ServiceName.INTAKE) as found:
        yield found


@pytest.fixture
async def plans(town: Town) -> AsyncIterator[Teller]:
    async with teller(town, ServiceName.PLANS) as found:
        yield found


async def test_over_broken_connections_no_event_is_lost_doubled_or_overtaken(
    town: Town, intake: Teller, plans: Teller, effort: Effort, note: Note
) -> None:
    plan, deliveries = (await planned(town)).plan, effort.of(60, 600)
    subjects = [uuid4() for _ in range(effort.of(10, 25))]
    ways = [town.way("intake", "plans"), town.way("plans", "intake")]
    ways.append(town.way("plans", "referrals"))
    for number, way in enumerate(ways):
        way.late_seconds, way.choose = 0.5, seeded(SEED + number, 0.6)
    fired = [Counter(way.fired) for way in ways]
    # Two of three deliveries are of circles: each of those goes to two receivers.
    for number in range(deliveries // 3):
        await plans.circle(subjects[number % len(subjects)])
        await intake.concluded(subjects[number % len(subjects)], plan)

    await all_done(town, *ALL, seconds=effort.of(90, 420))

    town.mend()
    total: Counter[Fault] = Counter()
    for way, before in zip(ways, fired, strict=True):
        total += way.fired - before
    counts = ", ".join(f"{fault} {count}" for fault, count in sorted(total.items()))
    note(f"seed {SEED}: {deliveries} deliveries met {total.total()} faults: {counts}")
    assert verdicts(town, plan, intake, plans) == dict.fromkeys(ALL, GOOD)
    assert {fault for fault in Fault if total[fault] >= effort.of(1, 10)} == set(Fault), total
    assert total.total() > deliveries / 2
    assert left(town, *ALL, failed=True) == 0


async def test_control_an_event_whose_job_is_deleted_is_found_to_be_lost(
    town: Town, intake: Teller
) -> None:
    plan, contact = (await planned(town)).plan, uuid4()
    town.way("intake", "plans").choose = always(Fault.RESET, "/plans/v1/events")
    for _ in range(3):
        await intake.concluded(contact, plan)
    second = "SELECT id FROM procrastinate_jobs WHERE lock LIKE %s ORDER BY id OFFSET 1 LIMIT 1"
    [(job,)] = town.rows("intake", second, f"%{contact}")

    town.rows("intake", "DELETE FROM procrastinate_jobs WHERE id = %s", job)

    town.mend()
    await all_done(town, *ALL)
    assert judge(intake.told, on_the_timeline(town, plan)) == Verdict(lost=1)


@pytest.mark.parametrize(
    ("forgets", "verdict"), [(False, GOOD), (True, Verdict(doubled=1))], ids=["as it is", "wiped"]
)
async def test_control_a_receiver_without_the_memory_of_its_inbox_is_found_to_do_it_twice(
    town: Town,
    intake: Teller,
    forgets: bool,  # noqa: FBT001
    verdict: Verdict,
) -> None:
    """The answer to a delivery is lost after the event was applied, so it is delivered again."""
    plan, contact, first = (await planned(town)).plan, uuid4(), times(1, Fault.ANSWER_LOST)
    town.way("intake", "plans").choose = lambda request: first(request) or Fault.RESET
    await intake.concluded(contact, plan)
    await town.until("it was applied", lambda: on_the_timeline(town, plan))

    if forgets:
        town.rows("plans", "DELETE FROM inbox WHERE subject = %s", contact)

    town.mend()
    await all_done(town, *ALL)
    assert judge(intake.told, on_the_timeline(town, plan)) == verdict


async def test_two_workers_of_each_service_give_every_event_once_in_effect(
    town: Town, intake: Teller, plans: Teller, effort: Effort
) -> None:
    plan, subjects = (await planned(town)).plan, [uuid4() for _ in range(8)]
    at_work: dict[str, set[int]] = {name: set() for name in TELLERS}
    doing = "SELECT DISTINCT worker_id FROM procrastinate_jobs WHERE status = 'doing'"
    for number, way in enumerate(town.ways.values()):
        way.late_seconds = 0.2
        way.choose = seeded(SEED + number, 0.5, (Fault.LATENCY, Fault.ANSWER_LOST))
    async with another_worker(town, *TELLERS):
        number, enough = 0, effort.of(16, 320)
        while number < enough or min(map(len, at_work.values())) < 2:
            assert number < enough + 200, f"one of two workers does nothing: {at_work}"
            await plans.circle(subjects[number % 8])
            await intake.concluded(subjects[number % 8], plan)
            number += 1
            for name, seen in at_work.items():
                seen |= {worker for (worker,) in town.rows(name, doing)}
        await all_done(town, *ALL)

    town.mend()
    assert verdicts(town, plan, intake, plans) == dict.fromkeys(ALL, GOOD)


async def test_poison_is_parked_closes_its_plan_only_and_heals_when_it_is_redriven(
    town: Town, plans: Teller
) -> None:
    sick, well = [await planned(town) for _ in range(2)]
    reads = await readings(town, sick, well)
    seen = [await reads()]
    # A release with a fault: it cannot write down somebody whose subject is this.
    town.rows("referrals", f"{CHECK} CHECK (subject <> 'poison')")
    await plans.circle(sick.plan, "poison")
    await plans.circle(well.plan, "somebody")
    one = {well.plan: plans.told[well.plan]}
    await town.until(
        "the good one arrived", lambda: judge(one, applied(town, "referrals", list(one))) == GOOD
    )
    seen.append(await reads())
    await town.eventually("it was parked", lambda: _parked(town))
    seen.append(await reads())
    administrator = town.user(Role.ADMINISTRATOR)
    [letter] = (await administrator.get(LETTERS)).json()["items"]
    town.rows("referrals", "ALTER TABLE plan_circle DROP CONSTRAINT no_poison")
    await administrator.post(f"{LETTERS}/{letter['id']}/redrives")
    await all_done(town, *ALL)
    seen.append(await reads())

    open_, closed = [(200, 1), (200, 1)], [(404, 0), (200, 1)]
    assert seen == [open_, closed, closed, open_]
    told = {name: letter[name] for name in ("subject", "firstFailure", "attempts")}
    assert told == {"subject": str(sick.plan), "firstFailure": "IntegrityError", "attempts": 13}
    known = "SELECT count(*) FROM plan_circle WHERE plan_id = %s AND subject = 'poison'"
    assert [town.number(name, known, sick.plan) for name in ("intake", "referrals")] == [1, 1]


async def _parked(town: Town) -> bool:
    hurry(town, "referrals")
    await asyncio.sleep(0.1)
    return left(town, "referrals", failed=True) == 1


async def readings(town: Town, *cases: Planned) -> Callable[[], Awaitable[list[tuple[int, int]]]]:
    """How the coordinator reads a request of each plan: its status, and how many are listed."""
    noor = town.user(Role.BUURTTEAM_WORKER)
    made = [(await noor.post(REFERRALS, request_for(case))).json()["id"] for case in cases]

    async def read() -> list[tuple[int, int]]:
        found = []
        for one, case in zip(made, cases, strict=True):
            listed = await noor.get(f"{REFERRALS}?planId={case.plan}")
            status = (await noor.get(f"{REFERRALS}/{one}")).status_code
            found.append((status, len(listed.json()["items"])))
        return found

    return read


async def test_news_from_before_its_plan_waits_in_order_and_holds_up_nobody(
    town: Town, intake: Teller
) -> None:
    late, there = [(await planned(town)).plan for _ in range(2)]
    early, other = uuid4(), uuid4()
    tries = "SELECT max(attempts) >= 3 FROM procrastinate_jobs WHERE task_name = 'apply_event'"

    async def tried() -> bool:
        hurry(town, *ALL)
        return bool(town.number("plans", tries))

    with without(town, late):
        for _ in range(3):
            await intake.concluded(early, late)
            await intake.concluded(other, there)
        await town.until("the others arrived", lambda: on_the_timeline(town, there))
        await town.eventually("it was tried in vain", tried)
        meanwhile = on_the_timeline(town, late)
    await all_done(town, *ALL)

    done = on_the_timeline(town, late) | on_the_timeline(town, there)
    assert (meanwhile, judge(intake.told, done)) == ({}, GOOD)
    assert left(town, *ALL, failed=True) == 0


async def test_news_of_a_circle_may_come_before_anything_is_known_of_its_plan(
    town: Town, plans: Teller
) -> None:
    """What is told first is kept: whoever left before a referral came does not see it."""
    unknown = uuid4()
    for others in ((), ("somebody",), ()):
        await plans.circle(unknown, *others)

    await all_done(town, *ALL)

    people = "SELECT subject FROM plan_circle WHERE plan_id = %s"
    for name in ("intake", "referrals"):
        assert judge(plans.told, applied(town, name, [unknown])) == GOOD
        assert town.rows(name, people, unknown) == [(NOOR.subject,)]


async def test_who_is_away_for_an_hour_gets_everything_in_order(
    town: Town, plans: Teller, note: Note
) -> None:
    """The hour passes in the database: what waits for its next try waits so much less."""
    subjects = [uuid4() for _ in range(3)]
    await town.fleet.stop("intake")
    for _ in range(3):
        for subject in subjects:
            await plans.circle(subject)
    passed, tried = 0.0, 0
    while passed < HOUR:
        await town.until("all first ones were tried", lambda: len(due_later(town)) == len(subjects))
        waits, attempts = zip(*due_later(town), strict=True)
        passed, tried = passed + max(waits), min(attempts)
        hurry(town, "plans")
    meanwhile = [applied(town, name, subjects) for name in ("intake", "referrals")]

    await town.fleet.start("intake")
    await town.fleet.ready("intake", 30)
    await all_done(town, *ALL)

    note(f"{passed:.0f} seconds passed for intake, each event was tried {tried} times or more")
    assert tried > 13, "more tries than poison gets"
    assert judge(plans.told, meanwhile[1]) == GOOD, "another receiver does not wait for this one"
    assert (meanwhile[0], left(town, *ALL, failed=True)) == ({}, 0)
    assert judge(plans.told, applied(town, "intake", subjects)) == GOOD


def test_who_is_away_is_tried_for_a_day_at_the_least() -> None:
    """The horizon of the present policy: 300 tries, at most ten minutes apart."""
    backoff, away = JitteredBackoff(), PeerUnavailableError("intake")
    tries: list[float] = []
    job = Job(id=1, lock=None, queueing_lock=None, task_name="x", queue="q")
    while decision := backoff.get_retry_decision(
        exception=away, job=job.evolve(attempts=len(tries))
    ):
        assert decision.retry_at is not None
        tries.append((decision.retry_at - utc_now()).total_seconds())

    assert sum(tries) > 24 * HOUR
