"""Events told by a service, what they did at the receiver, and the check between the two."""

import asyncio
import contextlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID, uuid4

from deploy.local.sample import DAPPERBUURT, NOOR
from shared.clock import clock_from
from shared.db.database import Database, connect
from shared.outbox.jobs import Jobs
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import (
    CIRCLE_CHANGED,
    CONTACT_CONCLUDED,
    CircleChanged,
    CirclePerson,
    ContactConcluded,
)
from shared.vocabulary import CirclePart, ServiceName
from tests.faults.town import BEGIN, Town
from tests.support.calls import a_ring

HURRY_SECONDS: Final = 0.2
ROOT: Final = Path(__file__).parents[2]
_LEFT: Final = "SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock IS NULL AND status IN"

Order: TypeAlias = Mapping[UUID, Sequence[int]]
"""Per subject the numbers of its events, in order."""


@dataclass
class Teller:
    """A service that tells something: the event is written by the outbox, its worker delivers."""

    town: Town
    service: ServiceName
    db: Database
    outbox: Outbox
    told: dict[UUID, list[int]] = field(default_factory=lambda: defaultdict(list))

    async def tell(self, notice: Notice) -> int:
        """Write one event; its number."""
        now = clock_from(self.town.fleet.clock_file)()
        async with self.db.transaction() as session:
            number = await self.outbox.emit(session, notice, now)
        self.told[notice.subject].append(number)
        return number

    async def circle(self, plan: UUID, *more: str) -> int:
        """Plans tells who is around a plan: Noor, and whoever else."""
        people = tuple(
            CirclePerson(subject=one, part=part, valid_from=BEGIN)
            for one, part in ((NOOR.subject, CirclePart.COORDINATOR), *_workers(more))
        )
        data = CircleChanged(
            plan_id=plan, household_id=uuid4(), team_id=DAPPERBUURT.id, open=True, circle=people
        )
        to = (ServiceName.INTAKE, ServiceName.REFERRALS)
        return await self.tell(Notice(CIRCLE_CHANGED, plan, data, to))

    async def concluded(self, contact: UUID, plan: UUID) -> int:
        """Intake tells that a contact ended in a plan; told more often, it shows how often."""
        number = len(self.told[contact]) + 1
        data = ContactConcluded(contact_id=contact, plan_id=plan, outcome=f"step_{number}")
        return await self.tell(Notice(CONTACT_CONCLUDED, contact, data, (ServiceName.PLANS,)))


def _workers(subjects: Sequence[str]) -> Iterator[tuple[str, CirclePart]]:
    return ((subject, CirclePart.WORKER) for subject in subjects)


@asynccontextmanager
async def teller(town: Town, service: ServiceName) -> AsyncIterator[Teller]:
    """A service as its own use cases tell things: in a transaction on its own database."""
    url = town.fleet.database.url(service)

    async def nobody(_receiver: str, _event: str) -> None:
        raise AssertionError("the worker of the service delivers")

    db, jobs = connect(url, a_ring(), 2), Jobs(url)
    await jobs.open()
    try:
        yield Teller(town, service, db, Outbox(service, jobs, nobody))
    finally:
        await jobs.close()
        await db.close()


def on_the_timeline(town: Town, plan: UUID) -> dict[UUID, list[int]]:
    """What plans did with the contacts that ended in a plan: one line each time, in order."""
    lines = (
        "SELECT subject_id, replace(code, 'step_', '')::int FROM timeline_entries"
        " WHERE plan_id = %s AND kind = 'contact_concluded' ORDER BY id"
    )
    return _grouped(town.rows("plans", lines, plan))


def applied(town: Town, service: str, subjects: Sequence[UUID]) -> dict[UUID, list[int]]:
    """The events about these subjects that a service applied, in the order in which it did."""
    news = (
        "SELECT subject, sequence FROM inbox WHERE applied_at IS NOT NULL AND type = %s"
        " AND subject = ANY(%s) ORDER BY applied_at, sequence"
    )
    return _grouped(town.rows(service, news, CIRCLE_CHANGED, list(subjects)))


def _grouped(rows: Sequence[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    for subject, number in rows:
        found[subject].append(number)
    return dict(found)


@dataclass(frozen=True)
class Verdict:
    """What became of events: nothing of this may be there."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0


def judge(told: Order, done: Order) -> Verdict:
    """Compare what was told with what was done."""
    lost = doubled = disordered = 0
    for subject, numbers in told.items():
        found = list(done.get(subject, ()))
        lost += len(set(numbers) - set(found))
        doubled += len(found) - len(set(found))
        first = list(dict.fromkeys(found))
        disordered += first != sorted(first)
    return Verdict(lost, doubled, disordered)


def verdicts(town: Town, plan: UUID, intake: Teller, plans: Teller) -> dict[str, Verdict]:
    """What became of everything that was told, per receiver."""
    told = {ServiceName.PLANS: intake.told}
    done = {ServiceName.PLANS: on_the_timeline(town, plan)}
    for name in (ServiceName.INTAKE, ServiceName.REFERRALS):
        told[name], done[name] = plans.told, applied(town, name, list(plans.told))
    return {name.value: judge(told[name], done[name]) for name in told}


def left(town: Town, *services: str, failed: bool = False) -> int:
    """How many jobs wait or are under way (or, asked so, failed for good)."""
    states = "('failed')" if failed else "('todo', 'doing')"
    return sum(town.number(service, f"{_LEFT} {states}") for service in services)


def hurry(town: Town, *services: str) -> None:
    """What waits for its next try is due now: the waiting is not what is tested."""
    due = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE scheduled_at > now()"
    for service in services:
        town.rows(service, f"{due} AND status = 'todo' AND queueing_lock IS NULL")


async def all_done(town: Town, *services: str, seconds: float = 60.0) -> None:
    """Until no job of these services is left, without waiting for the times of their retries."""

    async def ask() -> bool:
        hurry(town, *services)
        await asyncio.sleep(HURRY_SECONDS)
        return left(town, *services) == 0

    await town.eventually("every job was done", ask, seconds)


@contextmanager
def without(town: Town, plan: UUID) -> Iterator[None]:
    """A plan that is not there yet: plans' database as it was before the plan was made."""
    hidden = uuid4()
    _rename(town, plan, hidden)
    try:
        yield
    finally:
        with contextlib.suppress(AssertionError):
            _rename(town, hidden, plan)


def _rename(town: Town, one: UUID, other: UUID) -> None:
    # What refers to a plan refers to it by the id it will have: no foreign key looks on.
    town.rows(
        "plans",
        "SET session_replication_role = replica;"  # noqa: S608  two ids of ours
        f" UPDATE plans SET id = '{other}' WHERE id = '{one}'",
    )


def due_later(town: Town) -> list[tuple[float, int]]:
    """How long each delivery to intake that failed waits for its next try, and how often it did."""
    waiting = (
        "SELECT extract(epoch FROM scheduled_at - now())::float, attempts FROM procrastinate_jobs"
        " WHERE status = 'todo' AND args ->> 'receiver' = 'intake' AND scheduled_at > now()"
    )
    return town.rows("plans", waiting)


@asynccontextmanager
async def another_worker(town: Town, *services: str) -> AsyncIterator[None]:
    """One more process that does the work of each service, beside the one that serves."""
    running = [
        subprocess.Popen(  # noqa: ASYNC220, S603  at once; this Python, a module of ours
            [sys.executable, "-m", "deploy.service", "work", "--service", name],
            env=dict(town.fleet.environment(name)),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name in services
    ]
    at_work = "SELECT count(*) >= 2 FROM procrastinate_workers"
    try:
        for name in services:
            await town.until("both are there", lambda: town.number(name, at_work))  # noqa: B023  now
        yield
        assert [each.poll() for each in running] == [None] * len(running)
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(20)
