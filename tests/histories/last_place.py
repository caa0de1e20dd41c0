"""Several attempts at the last place of one provider: exactly one is accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import httpx
import psycopg

from shared.vocabulary import Role
from tests.contract.operations.of_referrals import Asked
from tests.histories.checker import Op
from tests.histories.clients import Client, Record, Request, by_status, luck_of
from tests.plans.support import REFERRED, created, household, open_case
from tests.referrals.steps import ATTEMPTS, JUDGEMENT, REFERRALS
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World

ATTEMPTS_AT_IT: Final = 3
NO: Final = {"declinedBy": "provider", "code": "heavier_support_needed"}

State: TypeAlias = tuple[str, ...]
"""Where each attempt stands: offered, accepted, declined."""


def step(state: State, op: Op) -> Iterable[State]:
    """One request at a time: a yes only while nobody has the place."""
    return {"accept": _accept, "decline": _decline, "look": _look, "rows": _rows}[op.what](
        state, op
    )


def _to(state: State, at: int, status: str) -> State:
    return (*state[:at], status, *state[at + 1 :])


def _told(state: State, at: int, answer: object) -> Iterable[State]:
    """A refusal that fits where the attempt stands: too late, or out of sight."""
    return [state] if answer == {"accepted": "stale", "declined": "gone"}.get(state[at]) else []


def _accept(state: State, op: Op) -> Iterable[State]:
    at, excuse = op.asked
    free, after = "accepted" not in state, _to(state, at, "accepted")
    if op.answer is None:
        return [after, state] if state[at] == "offered" and free else [state]
    if op.answer == "accepted":
        return [after] if state[at] == "offered" and free else []
    if op.answer == "full":
        return [state] if state[at] == "offered" and (not free or excuse) else []
    return _told(state, at, op.answer)


def _decline(state: State, op: Op) -> Iterable[State]:
    (at,) = op.asked
    after = [_to(state, at, "declined")] if state[at] == "offered" else []
    if op.answer is None:
        return [*after, state]
    return after if op.answer == "declined" else _told(state, at, op.answer)


def _look(state: State, op: Op) -> Iterable[State]:
    (at,) = op.asked
    return [state] if op.answer == {"declined": "gone"}.get(state[at], state[at]) else []


def _rows(state: State, op: Op) -> Iterable[State]:
    """What the databases hold at the end: as many places taken as there are acceptances."""
    return [state] if op.answer == (state.count("accepted"), tuple(state)) else []


def excused(ops: Sequence[Op]) -> list[Op]:
    """Mark who may hear `full` before anybody was accepted: a place is held before the yes is
    written, and where the yes does not come about it is given back a moment later."""

    def holds(other: Op, op: Op) -> bool:
        began = op.back is None or other.call < op.back
        waits = other.back is None or other.back > op.call or other.answer in {"stale", "gone"}
        return other.asked[0] != op.asked[0] and other.answer != "full" and began and waits

    tries = [op for op in ops if op.what == "accept"]
    return [
        replace(op, asked=(op.asked[0], any(holds(other, op) for other in tries)))
        if op.what == "accept"
        else op
        for op in ops
    ]


@dataclass
class LastPlace:
    """One place, and the attempts at it."""

    world: World
    made: Offer
    attempts: list[str]
    start: State = ("offered",) * ATTEMPTS_AT_IT
    record: Record = field(default_factory=Record)
    seen: dict[tuple[int, int], str] = field(default_factory=dict)

    def desk(self, number: int) -> Actor:
        """Somebody at the desk of the provider."""
        provider = str(self.made.provider)
        return self.world.user(Role.PROVIDER_INTAKE, provider=provider, subject=f"desk-{number}")

    async def act(self, client: Client, _: int) -> None:
        """Look at an attempt; then say yes, seldom no, to one that was seen open.

        Now and then the worker comes by, who gives back what was held in vain.
        """
        if client.luck.random() < 0.05:
            await self.world.drain()
        at, chance = client.luck.randrange(len(self.attempts)), client.luck.random()
        etag = self.seen.get((client.number, at))
        if etag is None or chance < 0.4:
            await self.look(client, at)
        elif chance < 0.96:
            await self.accept(client, at, etag)
        else:
            reads = by_status(s201="declined", s412="stale", s404="gone")
            request = Request("POST", self._path(at, "/declines"), reads, NO, client.key(), etag)
            await client.ask("decline", (at,), request)

    async def look(self, client: Client, at: int) -> None:
        """Look at one attempt."""
        answer = await client.ask("look", (at,), Request("GET", self._path(at), _status))
        if answer is not None and _status(answer) == "offered":
            self.seen[client.number, at] = answer.headers["ETag"]

    async def accept(self, client: Client, at: int, etag: str) -> None:
        """Say yes."""
        reads = by_status(s201="accepted", s409="full", s412="stale", s404="gone")
        request = Request("POST", self._path(at, "/acceptances"), reads, {}, client.key(), etag)
        await client.ask("accept", (at, False), request)

    def _path(self, at: int, part: str = "") -> str:
        return f"{ATTEMPTS}/{self.attempts[at]}{part}"

    async def close(self) -> None:
        """When everybody is done and what was held in vain is given back: who wants it still?"""
        await self.world.drain()
        last = Client(-1, self.desk(99), luck_of(0), self.record, share=0)
        self.record.ops[:] = excused(self.record.ops)
        for at in range(len(self.attempts)):
            await self.look(last, at)
            etag = self.seen.get((-1, at))
            if etag is not None:
                await self.accept(last, at, etag)
        await self.world.drain()
        call = next(self.record.clock)
        found = _in_database(self)
        self.record.ops.append(Op(-1, call, next(self.record.clock), "rows", (), found))


def _status(answer: httpx.Response) -> str:
    assert answer.status_code in {200, 404}, answer.text
    return "gone" if answer.status_code == 404 else str(answer.json()["status"])


def _in_database(place: LastPlace) -> tuple[int, State]:
    databases, server = place.world.databases, place.world.databases.server
    with psycopg.connect(server.admin_dsn, dbname=databases.name("providers")) as admin:
        counted = admin.execute(
            "SELECT c.taken, count(r.id) FROM capacities c LEFT JOIN reservations r "
            "ON r.capacity_id = c.id AND r.status IN ('held', 'confirmed') "
            "WHERE c.id = %s GROUP BY c.taken",
            (place.made.capacity,),
        ).fetchone()
    assert counted is not None
    assert counted[0] == counted[1], "the counter is not the rows"
    with psycopg.connect(server.admin_dsn, dbname=databases.name("referrals")) as admin:
        rows = admin.execute("SELECT id::text, status FROM attempts").fetchall()
    stands = {str(attempt): str(status) for attempt, status in rows}
    return int(counted[0]), tuple(stands[attempt] for attempt in place.attempts)


async def open_last_place(world: World) -> list[LastPlace]:
    """A provider with one place, asked for three households."""
    made = await offer(world.user(Role.ADMINISTRATOR), "Laatste plek", places=1)
    requests = [await _listed(world, made, number) for number in range(ATTEMPTS_AT_IT)]
    found = []
    for each in requests:
        await each.move("attempts")
        assert each.seen is not None
        found.append(each.seen.json()["attempts"][0]["id"])
    return [LastPlace(world, made, found)]


async def _listed(world: World, made: Offer, number: int) -> Asked:
    case = await open_case(world, household(surname=f"Bloem{'abc'[number]}"))
    item = await case.item("individual", voorziening=REFERRED)
    said = {"personId": case.main, "answer": "agreed", "how": "Aan tafel"}
    created(await case.worker.post(f"{case.path}/agreements", {"answers": [said]}))
    await world.drain()
    asked = Asked(world, case, item, (made, made))
    asked.seen = await case.worker.post(REFERRALS, asked.body())
    created(asked.seen)
    await asked.move("judgements", JUDGEMENT)
    shortlist = asked.shortlist()
    return await asked.move("shortlists", {**shortlist, "entries": shortlist["entries"][:1]})
