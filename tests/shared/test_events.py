"""Events out and in: written with the change, delivered in order, applied exactly once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from shared.clock import utc_now
from shared.db.database import Database, Session, connect
from shared.errors import PeerUnavailableError, UnknownCodeError
from shared.outbox import jobs as jobs_module
from shared.outbox.inbox import Inbox, InboxRow, Received
from shared.outbox.jobs import Jobs
from shared.outbox.outbox import Notice, Outbox, OutboxSequenceRow, next_sequence
from shared.schemas.events import CONTACT_TAKEN_UP, CloudEvent, ContactTakenUp
from shared.vocabulary import ServiceName
from tests.support.calls import NOW, a_ring
from tests.support.postgres import TestServer

SUBJECT, OTHER = UUID(int=1), UUID(int=2)


@dataclass
class Post:
    """One service's side of the exchange: its database, its jobs, and what was delivered."""

    db: Database
    jobs: Jobs
    delivered: list[tuple[str, UUID, int]] = field(default_factory=list)
    refuse: set[tuple[UUID, int]] = field(default_factory=set)
    asked: int = 0
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(ServiceName.PROVIDERS, self.jobs, self.deliver)

    async def deliver(self, receiver: str, event: str) -> None:
        """A receiver that notes what it takes in, and refuses what it is told to."""
        self.asked += 1
        told = CloudEvent.model_validate_json(event)
        if (told.subject, int(told.sequence)) in self.refuse:
            raise PeerUnavailableError(receiver)
        self.delivered.append((receiver, told.subject, int(told.sequence)))

    async def tell(self, subject: UUID = SUBJECT, *to: ServiceName) -> int:
        """A use case with one change and one event."""
        async with self.db.transaction() as session:
            return await self.outbox.emit(session, notice(subject, *to), NOW)

    async def drain_until(self, count: int) -> None:
        """Work until so much is delivered; retries wait a random part of a second."""
        for _ in range(60):
            await self.jobs.drain()
            if len(self.delivered) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.delivered)


def notice(subject: UUID, *to: ServiceName) -> Notice:
    data = ContactTakenUp(contact_id=UUID(int=5), carried_from=UUID(int=6))
    return Notice(CONTACT_TAKEN_UP, subject, data, to or (ServiceName.INTAKE,))


@pytest.fixture
async def post(databases: TestServer) -> AsyncIterator[Post]:
    """Jobs and database of one service, opened."""
    url = databases.url("providers")
    found = Post(connect(url, a_ring()), Jobs(url))
    await found.jobs.open()
    yield found
    await found.jobs.close()
    await found.db.close()


async def test_an_event_is_delivered_once_to_every_receiver(post: Post) -> None:
    await post.tell(SUBJECT, ServiceName.INTAKE, ServiceName.PLANS)

    await post.jobs.drain()
    await post.jobs.drain()

    assert sorted(post.delivered) == [("intake", SUBJECT, 1), ("plans", SUBJECT, 1)]


async def test_an_event_of_a_change_that_was_rolled_back_does_not_exist(post: Post) -> None:
    async def crash() -> None:
        async with post.db.transaction() as session:
            await post.outbox.emit(session, notice(SUBJECT), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crash()
    await post.jobs.drain()

    assert post.delivered == []
    assert await post.tell() == 1


async def test_events_of_one_subject_come_in_order_with_their_numbers(post: Post) -> None:
    for _ in range(5):
        await post.tell()
    await post.tell(OTHER)

    await post.drain_until(6)

    assert [number for _, subject, number in post.delivered if subject == SUBJECT] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert ("intake", OTHER, 1) in post.delivered


async def test_two_changes_at_once_get_two_numbers(post: Post) -> None:
    numbers = await asyncio.gather(*(post.tell() for _ in range(5)))
    assert sorted(numbers) == [1, 2, 3, 4, 5]


async def test_a_number_is_given_only_when_the_writer_before_has_ended(post: Post) -> None:
    first = post.db.transaction()
    session = await first.__aenter__()
    assert await next_sequence(session, SUBJECT) == 1
    second = asyncio.create_task(post.tell())
    await asyncio.sleep(0.1)
    assert not second.done()

    await first.__aexit__(None, None, None)

    assert await second == 2


async def test_a_receiver_that_is_away_gets_it_later_and_nothing_overtakes(post: Post) -> None:
    post.refuse = {(SUBJECT, 1)}
    await post.tell()
    await post.tell()
    await post.tell(OTHER)
    await post.jobs.drain()
    assert post.delivered == [("intake", OTHER, 1)]

    post.refuse = set()
    await post.drain_until(3)

    assert post.delivered == [("intake", OTHER, 1), ("intake", SUBJECT, 1), ("intake", SUBJECT, 2)]


async def test_a_poisoned_event_is_parked_and_its_successors_go_on(
    post: Post, monkeypatch: pytest.MonkeyPatch, databases: TestServer
) -> None:
    for bound in ("_MAX_ATTEMPTS", "_MAX_ATTEMPTS_AWAY"):
        monkeypatch.setattr(jobs_module, bound, 0)
    post.refuse = {(SUBJECT, 1)}
    await post.tell()
    await post.tell()

    await post.drain_until(1)

    assert post.delivered == [("intake", SUBJECT, 2)]
    assert _count(databases, "status = 'failed'") == 1  # the dead letter, with its event


def _count(databases: TestServer, where: str) -> int:
    import psycopg  # noqa: PLC0415

    name = databases.name("providers")
    with psycopg.connect(databases.server.admin_dsn, dbname=name) as admin:
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver'"
        query = f"{jobs} AND {where}"
        found = admin.execute(query.encode()).fetchone()
    assert found is not None
    return int(found[0])


async def test_the_waiting_time_doubles_is_random_and_ends() -> None:
    from procrastinate.jobs import Job  # noqa: PLC0415

    backoff = jobs_module.JitteredBackoff()

    def wait(attempts: int) -> float | None:
        job = Job(id=1, queue="q", task_name="t", lock=None, queueing_lock=None, attempts=attempts)
        found = backoff.get_retry_decision(exception=ValueError(), job=job)
        if found is None or found.retry_at is None:
            return None
        return (found.retry_at - utc_now()).total_seconds()

    for attempts in range(12):
        waits = {wait(attempts) for _ in range(20)}
        assert len(waits) > 1
        assert max(w for w in waits if w is not None) <= min(600, 0.5 * 2**attempts)
    assert wait(12) is None


async def test_an_event_carries_only_what_the_profile_allows(post: Post) -> None:
    kept: list[str] = []

    async def keep(receiver: str, event: str) -> None:
        del receiver
        kept.append(event)

    post.outbox._deliver = keep
    await post.tell()
    await post.jobs.drain()

    told = json.loads(kept[0])
    assert told["specversion"] == "1.0"
    assert told["source"] == "urn:nld:buurtteam:providers"
    assert told["sequence"] == "1"
    assert told["time"].endswith("Z")
    assert set(told["data"]) == {"contactId", "carriedFrom", "planId"}


@dataclass
class Effects:
    """What a use case does with an event: it counts, and fails when it is told to."""

    fail: int = 0
    seen: list[int] = field(default_factory=list)

    async def apply(self, session: Session, event: Received) -> None:
        await next_sequence(session, OTHER)
        if self.fail:
            self.fail -= 1
            raise RuntimeError
        self.seen.append(event.sequence)


def an_event(sequence: int = 1, **changed: object) -> CloudEvent:
    told = {
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:intake",
        "type": CONTACT_TAKEN_UP,
        "subject": str(SUBJECT),
        "time": "2022-03-01T09:00:00+01:00",
        "sequence": str(sequence),
        "data": {"contactId": str(UUID(int=5)), "carriedFrom": str(UUID(int=6))},
        **changed,
    }
    return CloudEvent.model_validate_json(json.dumps(told))


async def count_of(db: Database) -> int:
    async with db.transaction() as session:
        last = OutboxSequenceRow.last
        return await session.scalar(select(last).where(OutboxSequenceRow.subject == OTHER)) or 0


async def test_an_event_is_stored_first_and_has_one_effect_however_often_it_comes(
    post: Post,
) -> None:
    effects = Effects()
    inbox = Inbox(post.db, post.jobs, {CONTACT_TAKEN_UP: effects.apply}, lambda: NOW)
    event = an_event()

    for _ in range(3):
        assert (await inbox.receive(event)).id == event.id
    assert effects.seen == []
    await post.jobs.drain()
    await inbox.receive(event)
    await post.jobs.drain()
    await inbox._apply(event.source, str(event.id))

    assert effects.seen == [1]
    assert await count_of(post.db) == 1


async def test_the_same_id_from_another_source_is_another_event(post: Post) -> None:
    effects = Effects()
    inbox = Inbox(post.db, post.jobs, {CONTACT_TAKEN_UP: effects.apply}, lambda: NOW)
    event = an_event()
    await inbox.receive(event)
    await inbox.receive(event.model_copy(update={"source": "urn:nld:buurtteam:plans"}))
    await post.jobs.drain()
    assert len(effects.seen) == 2


async def test_an_effect_that_fails_leaves_nothing_and_is_tried_again(post: Post) -> None:
    effects = Effects(fail=1)
    inbox = Inbox(post.db, post.jobs, {CONTACT_TAKEN_UP: effects.apply}, lambda: NOW)
    await inbox.receive(an_event())

    await post.jobs.drain()
    assert await count_of(post.db) == 0
    for _ in range(60):
        await post.jobs.drain()
        if effects.seen:
            break
        await asyncio.sleep(0.05)

    assert effects.seen == [1]
    assert await count_of(post.db) == 1


async def test_two_workers_apply_an_event_once(post: Post) -> None:
    effects = Effects()
    inbox = Inbox(post.db, post.jobs, {CONTACT_TAKEN_UP: effects.apply}, lambda: NOW)
    event = an_event()
    await inbox.receive(event)
    await asyncio.gather(*(inbox._apply(event.source, str(event.id)) for _ in range(5)))
    assert effects.seen == [1]


async def test_an_event_that_is_not_understood_is_not_stored(post: Post) -> None:
    inbox = Inbox(post.db, post.jobs, {CONTACT_TAKEN_UP: Effects().apply}, lambda: NOW)
    with pytest.raises(UnknownCodeError):
        await inbox.receive(an_event(type="nl.wmo.plan.circle-changed"))
    with pytest.raises(ValidationError):
        await inbox.receive(an_event(data={"contactId": "x"}))
    async with post.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(InboxRow)) == 0
