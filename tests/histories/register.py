"""A record that changes by its version: compare-and-set, for a plan and for a goal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

from shared.vocabulary import Role
from tests.histories.checker import Op
from tests.histories.clients import Client, Record, Request, luck_of
from tests.plans.support import created, household, open_case
from tests.support.world import Actor, World

State: TypeAlias = tuple[int, str | None]
"""The version, and what the record says."""


def step(state: State, op: Op) -> Iterable[State]:
    """Read: the latest. Write: only over the version that was seen, and then it is the next."""
    version, _ = state
    if op.what == "read":
        return [state] if op.answer == state else []
    seen, value, apart = op.asked
    written = (version + apart, value)
    if op.answer is None:
        return [written, state] if seen == version else [state]
    if op.answer == "stale":
        return [state] if seen != version else []
    return [written] if seen == version and op.answer == version + apart else []


@dataclass
class Register:
    """One record, and what each client saw of it last.

    `apart` is how far a change moves its version (a plan's: also for what is written beside it).
    """

    world: World
    path: str
    name: str
    start: State
    apart: int
    record: Record = field(default_factory=Record)
    seen: dict[int, tuple[int, str]] = field(default_factory=dict)

    def desk(self, number: int) -> Actor:
        """A lead of the team."""
        return lead(self.world, number)

    def request(self, method: str, **more: Any) -> Request:
        """A call of the record."""
        reads = self._read if method == "GET" else self._written
        return Request(method, self.path, reads, **more)

    def _read(self, answer: httpx.Response) -> State:
        assert answer.status_code == 200, answer.text
        return answer.json()["version"], answer.json()[self.name]

    def _written(self, answer: httpx.Response) -> int | str:
        assert answer.status_code in {200, 412}, answer.text
        return int(answer.json()["version"]) if answer.status_code == 200 else "stale"

    async def act(self, client: Client, turn: int) -> None:
        """Read, or write over what was seen last."""
        known = self.seen.get(client.number)
        if known is None or client.luck.random() < 0.45:
            answer = await client.ask("read", (), self.request("GET"))
        else:
            version, etag = known
            value = f"{client.number}.{turn}"
            request = self.request("PATCH", body={self.name: value}, etag=etag)
            answer = await client.ask("write", (version, value, self.apart), request)
        if answer is not None and answer.status_code == 200:
            self.seen[client.number] = (answer.json()["version"], answer.headers["ETag"])
        elif answer is None or client.luck.random() < 0.7:
            self.seen.pop(client.number, None)

    async def close(self) -> None:
        """Read it once more, when everybody is done."""
        last = Client(-1, self.desk(99), luck_of(0), self.record, share=0)
        await last.ask("read", (), self.request("GET"))


async def open_registers(world: World) -> list[Register]:
    """The direction of one plan, and the text of a goal of another."""
    plan, other = await open_case(world), await open_case(world, household(surname="Tak"))
    goal = await other.goal()
    records = ((plan.path, "direction"), (f"/plans/v1/goals/{goal['id']}", "text"))
    return [await _register(world, path, name) for path, name in records]


async def _register(world: World, path: str, name: str) -> Register:
    """One record, changed once before anybody begins."""
    actor = lead(world, 0)
    before = await actor.get(path)
    after = await actor.patch(path, {name: "-"}, before.headers["ETag"])
    version = created(after, 200)["version"]
    return Register(world, path, name, (version, "-"), version - before.json()["version"])


def lead(world: World, number: int) -> Actor:
    """A lead of the team, who reaches every plan of it."""
    return world.user(Role.TEAM_LEAD, subject=f"50b0-lead-{number}")
