"""The one open plan of a household and its one coordinator."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import httpx
import psycopg

from tests.histories.checker import Op
from tests.histories.clients import Client, Record, Request
from tests.histories.register import lead
from tests.plans.support import created, household
from tests.support.world import Actor, World

NEVER_HEARD: Final = "?"
"""The id of a plan that was opened without anybody hearing of it."""


class Plan(NamedTuple):
    """The open plan."""

    id: str
    coordinator: str
    version: int


class State(NamedTuple):
    """The open plan, if there is one, and those that were closed."""

    open: Plan | None
    closed: frozenset[str]


Answer: TypeAlias = tuple[Any, ...]


def step(state: State, op: Op) -> Iterable[State]:
    """One request at a time: never two open plans, never two coordinators, no change unseen."""
    return {"open": _open, "close": _change, "hand": _change, "look": _look, "rows": _rows}[
        op.what
    ](state, op)


def _open(state: State, op: Op) -> Iterable[State]:
    who, first = op.asked
    if op.answer is None:
        new = State(Plan(NEVER_HEARD, who, first), state.closed)
        return [state] if state.open is not None else [new, state]
    if op.answer == "refused":
        return [state] if state.open is not None else []
    assert isinstance(op.answer, Plan)
    fits = state.open is None and op.answer[1:] == (who, first)
    return [State(op.answer, state.closed)] if fits else []


def _changed(state: State, op: Op) -> State | None:
    """What a close or a change of coordinator makes of the state; None where it cannot be."""
    found, (record, version, *to) = state.open, op.asked
    if found is None or (found.id, found.version) != (record, version):
        return None
    if op.what == "close":
        return State(None, state.closed | {record})
    who, apart = to
    if found.coordinator == who:
        return None
    return State(Plan(record, who, version + apart), state.closed)


def _change(state: State, op: Op) -> Iterable[State]:
    after = _changed(state, op)
    if op.answer is None:
        return [state] if after is None else [after, state]
    if op.answer == "done":
        return [] if after is None else [after]
    return [state] if after is None else []


def _look(state: State, op: Op) -> Iterable[State]:
    (record,) = op.asked
    if record in state.closed:
        return [state] if op.answer == "closed" else []
    return [state] if op.answer == state.open and op.answer is not None else []


def _rows(state: State, op: Op) -> Iterable[State]:
    """What the database holds: the closed plans, at most one open, one coordinator on it."""
    assert isinstance(op.answer, tuple)
    closed, opened = op.answer
    wanted = [] if state.open is None else [(state.open.id, state.open.coordinator)]
    if wanted and wanted[0][0] == NEVER_HEARD and len(opened) == 1:
        wanted = [(opened[0][0], wanted[0][1])]
    return [state] if closed == state.closed and list(opened) == wanted else []


@dataclass
class Home:
    """One household, and the plans that clients told each other of.

    `first` is the version with which a plan opens, `apart` how far another coordinator moves it.
    """

    world: World
    id: str
    start: State
    first: int
    apart: int
    record: Record = field(default_factory=Record)
    known: list[str] = field(default_factory=list)
    seen: dict[int, tuple[str, int, str]] = field(default_factory=dict)

    async def act(self, client: Client, _: int) -> None:
        """Open a plan, look at one, close it, or give it another coordinator."""
        chance, seen = client.luck.random(), self.seen.get(client.number)
        if chance < 0.15 or not self.known:
            await self._open(client)
        elif seen is None or chance < 0.5:
            await self._look(client)
        elif chance < 0.65:
            await self._change(client, "close", seen, "closings")
        else:
            body = {"coordinator": f"50b0-lead-{client.luck.randrange(8)}", "reason": "Rooster"}
            await self._change(client, "hand", seen, "coordinator-changes", body)

    async def _open(self, client: Client) -> None:
        who = f"50b0-lead-{client.number}"
        body = {"householdId": self.id}
        request = Request("POST", "/plans/v1/plans", _opened, body, client.key())
        answer = await client.ask("open", (who, self.first), request)
        if answer is not None and answer.status_code == 201:
            self.known.append(answer.json()["id"])
            self._saw(client, answer)

    async def _look(self, client: Client) -> None:
        record = client.luck.choice(self.known[-2:])
        request = Request("GET", f"/plans/v1/plans/{record}", _seen)
        answer = await client.ask("look", (record,), request)
        if answer is not None:
            self._saw(client, answer)

    async def _change(
        self, client: Client, what: str, seen: tuple[str, int, str], part: str, body: Any = None
    ) -> None:
        record, version, etag = seen
        path = f"/plans/v1/plans/{record}/{part}"
        request = Request("POST", path, _done, body, client.key(), etag)
        asked = (record, version, *([] if body is None else [body["coordinator"], self.apart]))
        answer = await client.ask(what, asked, request)
        if answer is None or answer.is_success or client.luck.random() < 0.7:
            self.seen.pop(client.number, None)

    def _saw(self, client: Client, answer: httpx.Response) -> None:
        body = answer.json()
        self.seen[client.number] = (body["id"], body["version"], answer.headers["ETag"])

    def desk(self, number: int) -> Actor:
        """A lead of the team."""
        return lead(self.world, number)

    async def close(self) -> None:
        """Look at the rows, when everybody is done."""
        call = next(self.record.clock)
        found = _in_database(self)
        self.record.ops.append(Op(-1, call, next(self.record.clock), "rows", (), found))


def _opened(answer: httpx.Response) -> Plan | str:
    assert answer.status_code in {201, 409}, answer.text
    return "refused" if answer.status_code == 409 else _plan(answer.json())


def _seen(answer: httpx.Response) -> Plan | str:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return "closed" if body["status"] == "closed" else _plan(body)


def _done(answer: httpx.Response) -> str:
    assert answer.status_code in {200, 409, 412}, answer.text
    return "done" if answer.status_code == 200 else "refused"


def _plan(body: dict[str, Any]) -> Plan:
    return Plan(body["id"], body["coordinator"], body["version"])


def _in_database(home: Home) -> Answer:
    databases = home.world.databases
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("plans")) as admin:
        rows = admin.execute(
            "SELECT p.id::text, p.status, c.subject FROM plans p LEFT JOIN circle_members c "
            "ON c.plan_id = p.id AND c.part = 'coordinator' AND c.valid_until IS NULL "
            "WHERE p.household_id = %s ORDER BY 1, 3",
            (home.id,),
        ).fetchall()
    closed = frozenset(record for record, status, _ in rows if status == "closed")
    return closed, tuple((record, who) for record, status, who in rows if status == "open")


async def open_home(world: World) -> list[Home]:
    """A household whose first plan was opened, handed over and closed."""
    actor = lead(world, 0)
    home = created(await actor.post("/plans/v1/households", household(surname="Bloem")))
    opened = await actor.post("/plans/v1/plans", {"householdId": home["id"]})
    path = f"/plans/v1/plans/{created(opened)['id']}"
    body = {"coordinator": "50b0-other", "reason": "Rooster"}
    etag = opened.headers["ETag"]
    handed = await actor.post(f"{path}/coordinator-changes", body, etag=etag)
    first, version = opened.json()["version"], created(handed, 200)["version"]
    created(await actor.post(f"{path}/closings", etag=handed.headers["ETag"]), 200)
    start = State(None, frozenset({opened.json()["id"]}))
    return [Home(world, home["id"], start, first, version - first)]
