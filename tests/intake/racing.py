"""Races that are races: calls are held until all of them have read and none has written."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from services.intake.models import ContactRow
from tests.support.postgres import TestServer


@contextmanager
def without(databases: TestServer, *guards: tuple[str, str]) -> Iterator[None]:
    """The database without some guards: (how it goes, how it comes back)."""
    for drop, _ in guards:
        databases.execute("intake", drop)
    try:
        yield
    finally:
        databases.empty("intake")
        for _, create in guards:
            databases.execute("intake", create)


def stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version column no longer counts: whoever comes second sees no change."""
    monkeypatch.setattr(ContactRow.__mapper__, "version_id_generator", lambda _: 1)


def count(databases: TestServer, query: str) -> int:
    """A number out of the database of intake."""
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("intake")) as admin:
        found = admin.execute(query.encode()).fetchone()
    assert found is not None
    return int(found[0])


async def race(
    databases: TestServer, hold: str, *calls: Awaitable[httpx.Response]
) -> list[httpx.Response]:
    """Calls that are all under way at one moment: what they need is held until each waits for it.

    So every call has read before any has written, on a fast machine and on a slow one.
    """
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    waiting += " AND wait_event_type = 'Lock'"
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("intake")) as holder:
        holder.execute(hold.encode())
        tasks = [asyncio.ensure_future(call) for call in calls]
        async with asyncio.timeout(5):
            while (  # noqa: ASYNC110  a database has no event to wait for
                count(databases, waiting) + sum(task.done() for task in tasks) < len(tasks)
            ):
                await asyncio.sleep(0.01)
        holder.rollback()
    return list(await asyncio.gather(*tasks))
