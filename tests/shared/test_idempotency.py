"""Keyed requests on a real database: one effect, one answer, and nothing left of a failure."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from shared.db.database import Database, connect
from shared.db.idempotency import Answer, IdempotencyKeyRow, Once, ReplayError, forget
from shared.errors import KeyReusedError, PeerUnavailableError
from shared.outbox.outbox import OutboxSequenceRow, next_sequence
from tests.support.calls import NOW, a_request, a_ring
from tests.support.postgres import TestServer

SUBJECT = UUID(int=1)
ANSWER = Answer(201, '{"name":"kanarie"}', {"ETag": '"x"'}, "plan", UUID(int=2))


@pytest.fixture
async def db(databases: TestServer) -> AsyncIterator[Database]:
    """A database of one service, as it runs."""
    found = connect(databases.url("providers"), a_ring(), 10)
    yield found
    await found.close()


async def do(db: Database, once: Once) -> None:
    """A keyed use case with one effect: a number is counted up."""
    async with db.transaction(once) as session:
        await next_sequence(session, SUBJECT)
        once.answer = ANSWER


async def effects(db: Database) -> int:
    async with db.transaction() as session:
        last = OutboxSequenceRow.last
        found = await session.scalar(select(last).where(OutboxSequenceRow.subject == SUBJECT))
    return found or 0


async def test_a_replay_hears_the_first_answer_and_has_no_effect(db: Database) -> None:
    once = a_request()
    await do(db, once)

    with pytest.raises(ReplayError) as replayed:
        await do(db, replace(once, answer=None))

    assert replayed.value.answer == ANSWER
    assert await db.answered(replace(once, answer=None)) == ANSWER
    assert await effects(db) == 1


async def test_a_key_with_another_request_is_refused(db: Database) -> None:
    once = a_request()
    await do(db, once)
    other = replace(once, fingerprint=b"that", answer=None)

    with pytest.raises(KeyReusedError):
        await do(db, other)
    with pytest.raises(KeyReusedError):
        await db.answered(other)
    assert await effects(db) == 1


async def test_a_key_is_of_one_caller_and_one_operation(db: Database) -> None:
    once = a_request()
    await do(db, once)
    await do(db, replace(once, answer=None, caller="cli||another"))
    await do(db, replace(once, answer=None, operation="create_y"))
    await do(db, replace(once, answer=None, key=str(uuid4())))
    assert await effects(db) == 4


async def test_a_crash_between_effect_and_answer_leaves_neither(db: Database) -> None:
    once = a_request()

    async def crash() -> None:
        async with db.transaction(once) as session:
            await next_sequence(session, SUBJECT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crash()

    assert await db.answered(once) is None
    assert await effects(db) == 0
    await do(db, once)
    assert await effects(db) == 1


async def test_a_use_case_that_forgets_its_answer_leaves_nothing(db: Database) -> None:
    once = a_request()

    async def forgetful() -> None:
        async with db.transaction(once) as session:
            await next_sequence(session, SUBJECT)

    with pytest.raises(AssertionError, match="must set its answer"):
        await forgetful()
    assert await effects(db) == 0


async def test_many_at_once_have_one_effect_and_one_answer(db: Database) -> None:
    once = a_request()
    found = await asyncio.gather(
        *(do(db, replace(once, answer=None)) for _ in range(12)), return_exceptions=True
    )
    replays = [one for one in found if isinstance(one, ReplayError)]
    assert found.count(None) == 1
    assert len(replays) == 11
    assert {one.answer.body for one in replays} == {ANSWER.body}
    assert await effects(db) == 1


async def test_the_second_goes_on_when_the_first_fails(db: Database) -> None:
    once = a_request()
    taken = asyncio.Event()

    async def fail() -> None:
        async with db.transaction(replace(once)) as session:
            await next_sequence(session, SUBJECT)
            taken.set()
            await asyncio.sleep(0.2)
            raise RuntimeError

    async def wait() -> None:
        await taken.wait()
        await do(db, once)

    first, second = await asyncio.gather(fail(), wait(), return_exceptions=True)
    assert isinstance(first, RuntimeError)
    assert second is None
    assert await effects(db) == 1


async def test_the_stored_answer_is_sealed(db: Database) -> None:
    await do(db, a_request())
    async with db.transaction() as session:
        stored = await session.scalar(select(IdempotencyKeyRow.answer))
    assert stored is not None
    assert b"kanarie" not in stored


async def test_old_keys_are_forgotten_and_others_kept(db: Database) -> None:
    old, young = a_request(), a_request()
    await do(db, replace(old, at=NOW - timedelta(hours=49)))
    await do(db, young)

    async with db.transaction() as session:
        await forget(session, NOW - timedelta(hours=48))
    async with db.transaction() as session:
        left = await session.scalar(select(func.count()).select_from(IdempotencyKeyRow))

    assert left == 1
    assert await db.answered(old) is None
    assert await db.answered(young) == ANSWER


async def test_a_database_that_is_away_is_told_as_such() -> None:
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing", a_ring())
    for asking in (away.answered(a_request()), do(away, a_request()), away.ping()):
        with pytest.raises(PeerUnavailableError):
            await asking
    with pytest.raises(PeerUnavailableError):
        await away.fetch_json("SELECT 1", {})
    await away.close()


async def test_a_pool_that_is_empty_is_told_as_such(databases: TestServer) -> None:
    small = connect(databases.url("providers"), a_ring(), 1)
    async with small.transaction() as one, small.transaction() as two:
        for session in (one, two):
            await session.execute(select(func.now()))
        with pytest.raises(PeerUnavailableError):
            await small.answered(a_request())
    await small.close()
