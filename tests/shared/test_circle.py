"""The circle of a plan as intake and referrals know it: only newer knowledge replaces it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import literal, select

from shared.db.circle import Circle, apply_circle, in_circle
from shared.db.database import Database, connect
from shared.schemas.events import CirclePerson
from shared.vocabulary import CirclePart
from tests.support.calls import NOW, a_ring
from tests.support.postgres import TestServer

PLAN, HOUSEHOLD = UUID(int=1), UUID(int=2)
DAY = timedelta(days=1)


@pytest.fixture(params=["intake", "referrals"])
async def db(databases: TestServer, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    found = connect(databases.url(request.param), a_ring())
    yield found
    await found.close()


def person(subject: str, since: datetime = NOW, until: datetime | None = None) -> CirclePerson:
    return CirclePerson(
        subject=subject, part=CirclePart.WORKER, valid_from=since, valid_until=until
    )


def circle(sequence: int, *people: CirclePerson) -> Circle:
    return Circle(PLAN, HOUSEHOLD, None, open=True, sequence=sequence, people=people)


async def apply(db: Database, told: Circle) -> bool:
    async with db.transaction() as session:
        return await apply_circle(session, told, NOW)


async def seen_by(db: Database, subjects: Sequence[str], at: datetime = NOW) -> list[str]:
    """Who of these may see the plan."""
    found = []
    async with db.transaction() as session:
        for subject in subjects:
            asked = select(literal(1)).where(in_circle(literal(PLAN), subject, at))
            if await session.scalar(asked):
                found.append(subject)
    return found


async def test_a_newer_circle_replaces_the_whole(db: Database) -> None:
    assert await apply(db, circle(1, person("a"), person("b")))
    assert await apply(db, circle(2, person("b"), person("c")))
    assert await seen_by(db, ["a", "b", "c"]) == ["b", "c"]


@pytest.mark.parametrize("sequence", [1, 2])
async def test_an_older_or_equal_circle_changes_nothing(db: Database, sequence: int) -> None:
    await apply(db, circle(2, person("a")))
    assert not await apply(db, circle(sequence, person("b")))
    assert await seen_by(db, ["a", "b"]) == ["a"]


async def test_a_circle_that_skips_a_number_is_applied(db: Database) -> None:
    await apply(db, circle(1, person("a")))
    assert await apply(db, circle(7, person("b")))
    assert await seen_by(db, ["a", "b"]) == ["b"]


async def test_somebody_sees_from_the_first_moment_until_the_last(db: Database) -> None:
    await apply(db, circle(1, person("a", NOW, NOW + DAY)))
    second = timedelta(seconds=1)
    assert await seen_by(db, ["a"], NOW - second) == []
    assert await seen_by(db, ["a"], NOW) == ["a"]
    assert await seen_by(db, ["a"], NOW + DAY - second) == ["a"]
    assert await seen_by(db, ["a"], NOW + DAY) == []


async def test_somebody_who_left_and_came_back_sees_again(db: Database) -> None:
    await apply(db, circle(1, person("a", NOW - 3 * DAY, NOW - 2 * DAY), person("a", NOW - DAY)))
    assert await seen_by(db, ["a"]) == ["a"]


async def test_an_empty_circle_shows_nobody(db: Database) -> None:
    await apply(db, circle(1, person("a")))
    await apply(db, circle(2))
    assert await seen_by(db, ["a"]) == []
