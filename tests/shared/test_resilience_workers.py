"""N workers at once on one database: each event once in effect, and in order per subject."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from shared.db.circle import CirclePlanRow
from shared.errors import PeerUnavailableError
from shared.outbox.jobs import Jobs
from shared.vocabulary import ServiceName
from tests.shared.test_dead_letters import emit, rows
from tests.support.world import World

SUBJECTS = 6
EACH = 8
SECONDS = 30


class Two:
    """Two workers of one service, as two processes have them, and what each of them did."""

    def __init__(self, world: World) -> None:
        self.kernel = world.kernel(ServiceName.PLANS)
        url = str(self.kernel.settings.database_url)
        self.both = [Jobs(url), Jobs(url)]
        self.began: list[tuple[str, int, int]] = []
        self.ended: dict[str, list[int]] = defaultdict(list)
        self.under_way: dict[str, int] = defaultdict(int)
        self.most_at_once = 0
        for number, jobs in enumerate(self.both):
            jobs.add("note", self._work_of(number))

    def _work_of(self, worker: int):  # type: ignore[no-untyped-def]  # a task of the library
        async def note(subject: str, number: int) -> None:
            self.began.append((subject, number, worker))
            self.under_way[subject] += 1
            self.most_at_once = max(self.most_at_once, self.under_way[subject])
            try:
                await asyncio.sleep(0.01)
                if number == 3 and len([one for one in self.began if one[:2] == (subject, 3)]) == 1:
                    raise PeerUnavailableError("intake")
                self.ended[subject].append(number)
            finally:
                self.under_way[subject] -= 1

        return note

    async def defer(self, *, locked: bool = True) -> None:
        """Work for all subjects, mixed; each in a transaction of its own."""
        for number in range(EACH):
            for subject in range(SUBJECTS):
                async with self.kernel.db.transaction() as session:
                    lock = f"subject-{subject}" if locked else str(uuid4())
                    await self.both[0].defer(
                        session, "note", lock, subject=f"subject-{subject}", number=number
                    )

    def done(self) -> int:
        """How much was done."""
        return sum(len(found) for found in self.ended.values())


@pytest.fixture
async def two(world: World) -> AsyncIterator[Two]:
    """Two workers that are connected, not yet at work."""
    found = Two(world)
    for jobs in found.both:
        await jobs.open()
    yield found
    for jobs in found.both:
        await jobs.close()


async def until(condition: Callable[[], bool]) -> None:
    """Until it holds, and a moment more in which nothing may be done twice."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110  what is awaited happens in a database
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def work(two: Two, least: int) -> None:
    """Both at work until so much is done."""
    workers = [asyncio.create_task(jobs.work(3)) for jobs in two.both]
    try:
        await until(lambda: two.done() >= least)
    finally:
        for worker in workers:
            worker.cancel()
        for worker in workers:
            with contextlib.suppress(asyncio.CancelledError):
                await worker


async def test_two_workers_do_each_job_once_and_in_order_per_subject(two: Two) -> None:
    """The third of each subject fails once: its successors wait for it, whoever does them."""
    await two.defer()

    await work(two, SUBJECTS * EACH)

    assert two.ended == {f"subject-{n}": list(range(EACH)) for n in range(SUBJECTS)}
    assert len(two.began) == SUBJECTS * (EACH + 1)
    assert two.most_at_once == 1
    assert {worker for _, _, worker in two.began} == {0, 1}


async def test_control_without_a_lock_per_subject_the_order_is_lost(two: Two) -> None:
    await two.defer(locked=False)

    await work(two, SUBJECTS * EACH)

    assert {subject: sorted(found) for subject, found in two.ended.items()} == {
        f"subject-{n}": list(range(EACH)) for n in range(SUBJECTS)
    }
    assert any(found != list(range(EACH)) for found in two.ended.values())


async def test_two_workers_of_each_side_give_every_event_once_in_effect(world: World) -> None:
    plans = [uuid4() for _ in range(5)]
    for _ in range(6):
        for plan in plans:
            await emit(world, plan, ServiceName.INTAKE, ServiceName.REFERRALS)
    applied: dict[UUID, list[int]] = defaultdict(list)
    kernels = [world.kernel(name) for name in (ServiceName.PLANS, ServiceName.INTAKE)]
    kernels.append(world.kernel(ServiceName.REFERRALS))
    for name in (ServiceName.INTAKE, ServiceName.REFERRALS):
        _count(world, name, applied)

    # The same worker twice at once, as two processes of a service have it.
    workers = [asyncio.create_task(k.jobs.work(3)) for k in kernels for _ in range(2)]
    await until(lambda: sum(len(found) for found in applied.values()) >= 2 * 5 * 6)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)

    for name in (ServiceName.INTAKE, ServiceName.REFERRALS):
        state = f"SELECT plan_id, sequence FROM {CirclePlanRow.__tablename__}"  # noqa: S608  ours
        assert dict(rows(world, name, state)) == dict.fromkeys(plans, 6)
        inbox = "SELECT count(*), count(applied_at) FROM inbox"
        assert rows(world, name, inbox) == [(30, 30)]
    assert {plan: sorted(found) for plan, found in applied.items()} == {
        plan: sorted([*range(1, 7), *range(1, 7)]) for plan in plans
    }
    for kernel in kernels:
        left = "SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock IS NULL"
        assert rows(world, kernel.name, left) == [(0,)]


def _count(world: World, name: ServiceName, applied: dict[UUID, list[int]]) -> None:
    """Note every event that a service applies."""
    handlers = world.apps[name].state.inbox._handlers
    [kind] = [kind for kind in handlers if kind.endswith("circle-changed")]
    real = handlers[kind]

    async def counted(session: object, received: object) -> None:
        await real(session, received)
        applied[received.subject].append(received.sequence)  # type: ignore[attr-defined]

    handlers[kind] = counted
