"""The places of a contract at two locations, under one decided ceiling of the year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import uuid4

import httpx
import psycopg

from shared.vocabulary import Role
from tests.histories.checker import Op
from tests.histories.clients import Client, Record, Request, by_status
from tests.providers.steps import RESERVATIONS, set_ceiling
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World

PLACES: Final = (3, 2)
CEILING: Final = 4

State: TypeAlias = frozenset[tuple[str, int, str]]
"""Attempt, location, and where its place stands: held, used, given (back), spent (used, ended)."""


def taken(state: State, location: int) -> int:
    """Places in use at a location."""
    return sum(at == location and how in {"held", "used"} for _, at, how in state)


def of_year(state: State) -> int:
    """What counts for the ceiling: help that began stays counted when it ended."""
    return sum(how != "given" for _, _, how in state)


def step(state: State, op: Op) -> Iterable[State]:
    """One request at a time: no place is sold twice, none above the ceiling, none is lost."""
    return {"take": _take, "give": _give, "use": _use, "count": _count, "rows": _rows}[op.what](
        state, op
    )


def _how(state: State, attempt: str) -> tuple[int, str]:
    return next(((at, how) for name, at, how in state if name == attempt), (0, "none"))


def _moved(state: State, attempt: str, how: str) -> State:
    at, _ = _how(state, attempt)
    return frozenset({each for each in state if each[0] != attempt} | {(attempt, at, how)})


def _take(state: State, op: Op) -> Iterable[State]:
    attempt, location = op.asked
    if _how(state, attempt)[1] != "none":
        return [state] if op.answer in {None, "held"} else []
    room = taken(state, location) < PLACES[location] and of_year(state) < CEILING
    after = state | {(attempt, location, "held")}
    if op.answer is None:
        return [after, state] if room else [state]
    if op.answer == "full":
        return [state] if not room else []
    return [after] if room else []


def _give(state: State, op: Op) -> Iterable[State]:
    (attempt,) = op.asked
    how = _how(state, attempt)[1]
    after = {"held": "given", "used": "spent"}.get(how)
    if how == "none":
        return []
    moved = state if after is None else _moved(state, attempt, after)
    return [moved] if op.answer is not None else [moved, state]


def _use(state: State, op: Op) -> Iterable[State]:
    (attempt,) = op.asked
    how = _how(state, attempt)[1]
    if op.answer == "too late":
        return [state] if how in {"given", "spent"} else []
    after = [_moved(state, attempt, "used")] if how in {"held", "used"} else []
    return after if op.answer is not None else [*after, state]


def _count(state: State, op: Op) -> Iterable[State]:
    (location,) = op.asked
    return [state] if op.answer == taken(state, location) else []


def _rows(state: State, op: Op) -> Iterable[State]:
    """What the database holds at the end: both counters, the year's, and every row, once."""
    rows = tuple(sorted((name, at, how) for name, at, how in state))
    counters = (*(taken(state, at) for at in range(len(PLACES))), of_year(state))
    return [state] if op.answer == (counters, rows) else []


@dataclass
class Places:
    """One contract, and the reservations that clients told each other of."""

    world: World
    made: Offer
    second: tuple[str, str]
    start: State = frozenset()
    record: Record = field(default_factory=Record)
    known: list[tuple[str, str]] = field(default_factory=list)

    def desk(self, number: int) -> Actor:
        """Somebody at the desk of the provider."""
        provider = str(self.made.provider)
        return self.world.user(Role.PROVIDER_INTAKE, provider=provider, subject=f"desk-{number}")

    def capacity(self, location: int) -> str:
        return (str(self.made.capacity), self.second[1])[location]

    async def act(self, client: Client, _: int) -> None:
        """Take a place, or do something with one that somebody took."""
        chance = client.luck.random()
        if chance < 0.4 or (chance < 0.8 and not self.known):
            await self._take(client)
        elif chance < 0.6:
            await self._end(client, "give")
        elif chance < 0.8:
            await self._end(client, "use")
        else:
            location = client.luck.randrange(len(PLACES))
            path = f"/providers/v1/capacities/{self.capacity(location)}"
            await client.ask("count", (location,), Request("GET", path, _taken))

    async def _take(self, client: Client) -> None:
        attempt, location = str(client.key()), client.luck.randrange(len(PLACES))
        body = {
            "attemptId": attempt,
            "contractId": str(self.made.contract),
            "locationId": (str(self.made.location), self.second[0])[location],
        }
        reads = by_status(s201="held", s409="full")
        request = Request("POST", RESERVATIONS, reads, body, client.key())
        answer = await client.ask("take", (attempt, location), request)
        if answer is not None and answer.status_code == 201:
            self.known.append((attempt, answer.json()["id"]))

    async def _end(self, client: Client, what: str) -> None:
        attempt, record = client.luck.choice(self.known)
        part, body, reads = {
            "give": ("releases", {"reason": "declined"}, by_status(s200="given")),
            "use": ("confirmations", {"on": "2022-03-01"}, by_status(s200="used", s409="too late")),
        }[what]
        path = f"{RESERVATIONS}/{record}/{part}"
        await client.ask(what, (attempt,), Request("POST", path, reads, body, client.key()))

    async def close(self) -> None:
        """Look at the rows, when everybody is done."""
        call = next(self.record.clock)
        self.record.ops.append(
            Op(-1, call, next(self.record.clock), "rows", (), _in_database(self))
        )


def _taken(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["taken"])


def _in_database(places: Places) -> tuple[Any, ...]:
    databases = places.world.databases
    ids = [places.capacity(at) for at in range(len(PLACES))]
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("providers")) as admin:
        found = admin.execute("SELECT id::text, taken FROM capacities").fetchall()
        year = admin.execute(
            "SELECT taken FROM contract_years WHERE contract_id = %s", (places.made.contract,)
        ).fetchone()
        rows = admin.execute(
            "SELECT attempt_id::text, capacity_id::text, status, confirmed_at IS NOT NULL "
            "FROM reservations WHERE capacity_id = ANY(%s::uuid[])",
            (ids,),
        ).fetchall()
    counted = {str(capacity): int(number) for capacity, number in found}
    names = {"held": "held", "confirmed": "used"}
    there = [
        (attempt, ids.index(at), names.get(how, "spent" if began else "given"))
        for attempt, at, how, began in rows
    ]
    counters = (*(counted[each] for each in ids), 0 if year is None else year[0])
    return counters, tuple(sorted(there))


def twice(ops: list[Op]) -> list[str]:
    """Acknowledged places that are not there exactly once, by the rows at the end."""
    rows = next(op.answer for op in ops if op.what == "rows")
    assert isinstance(rows, tuple)
    there = Counter(attempt for attempt, _, _ in rows[1])
    heard = [op.asked[0] for op in ops if op.what == "take" and op.answer == "held"]
    return [attempt for attempt in heard if there[attempt] != 1]


async def open_places(world: World) -> list[Places]:
    """A contract with two locations and a decided ceiling below their places."""
    administrator = world.user(Role.ADMINISTRATOR)
    made = await offer(administrator, "Zonnebloem", PLACES[0])
    location, capacity = str(uuid4()), str(uuid4())
    where = {"organisationId": str(made.provider), "name": "Zonnebloem West", "stadsdeel": "M"}
    room = {"contractId": str(made.contract), "locationId": location, "places": PLACES[1]}
    for path, body in ((f"locations/{location}", where), (f"capacities/{capacity}", room)):
        answer = await administrator.put_new(f"/providers/v1/{path}", body)
        assert answer.status_code == 200, answer.text
    decided = await set_ceiling(world, made, CEILING, "decided")
    assert decided.status_code == 200, decided.text
    return [Places(world, made, (location, capacity))]
