"""One operation in a world in which its call succeeds: what the rules try things with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import httpx

from deploy.local.sample import CALLERS
from shared.vocabulary import Reach, Role
from tests.contract.operations.arranging import ARRANGEMENTS, Ready, fits
from tests.contract.operations.ledger import AUDIT, KEYS, Ledger, State, differences
from tests.security.callers import rules_of
from tests.support.openapi import Operation
from tests.support.world import World

_OTHERS: Final = {"50b0-colleague": "intake", "50b0-stranger": "plans"}


@dataclass
class Trial:
    """One operation in a world in which its call succeeds."""

    world: World
    ledger: Ledger
    operation: Operation
    ready: Ready
    etag: str | None
    key: str = field(default_factory=lambda: str(uuid4()))
    answer: httpx.Response | None = None

    @property
    def first(self) -> httpx.Response:
        """The answer that had the effect."""
        assert self.answer is not None, "answers_once comes first"
        return self.answer

    def body(self) -> bytes:
        """The request as it is sent, byte for byte."""
        if self.ready.body is None and self.operation.body is None:
            return b""
        return json.dumps(self.ready.body or {}).encode()

    def headers(self) -> dict[str, str]:
        """The headers with which the call succeeds."""
        found = {"Content-Type": "application/json"}
        if self.operation.keyed:
            found["Idempotency-Key"] = self.key
        if self.etag is not None:
            found["If-Match"] = self.etag
        return found

    async def send(
        self,
        headers: Mapping[str, str | None] | None = None,
        *,
        claims: Mapping[str, str] | None = None,
        role: Role | None = None,
        body: bytes | None = None,
        path: str | None = None,
    ) -> httpx.Response:
        """The call, with what differs from the good one; a header that is None is left out."""
        wanted = {**self.headers(), **(headers or {})}
        token = self.token(role or self.ready.role, claims or {})
        sent = {name: value for name, value in wanted.items() if value is not None}
        return await self.world.http.request(
            self.operation.method,
            f"http://{self.operation.service}.test{path or self.ready.path}",
            content=self.body() if body is None else body,
            headers={**self.credentials(token), **sent},
        )

    def token(self, role: Role, claims: Mapping[str, str]) -> str:
        """The caller's token; a service that calls alone has its own."""
        if role is not Role.SERVICE:
            return self.world.token(role, **{**self.ready.claims, **claims})
        return self.world.service_token(self.name(claims), self.operation.service)

    def name(self, claims: Mapping[str, str]) -> str:
        """What a caller is called: of services, one is as strange to a key as another."""
        asked = claims.get("subject", "")
        if self.ready.role is not Role.SERVICE:
            return asked
        return _OTHERS.get(asked, self.ready.via or "")

    def credentials(self, token: str) -> dict[str, str]:
        """The caller's token; where a service calls for a user, both."""
        if self.ready.via is None or self.ready.role is Role.SERVICE:
            return {"Authorization": f"Bearer {token}"}
        own = self.world.service_token(self.ready.via, self.operation.service)
        return {"Authorization": f"Bearer {own}", "Buurtteam-User-Token": token}

    def subject(self) -> str:
        """Who calls."""
        return self.ready.claims.get("subject", CALLERS[self.ready.role].subject)

    def reaches(self) -> Reach:
        """How far the role of the caller reaches with this operation."""
        return rules_of(self.operation.service)[self.operation.id][self.ready.role]

    def unchanged(self, before: State, what: str) -> None:
        """No table of this service is other than it was, nor anything but a record in another."""
        service = self.operation.service
        apart = frozenset(
            name for name in before if name[0] != service and name[1] in {AUDIT, KEYS}
        )
        found = differences(before, self.ledger.read(), without=apart)
        assert not found, f"{what} changed {found}"

    def one_effect(self, before: State, what: str) -> None:
        """No table changed but the records of who looked."""
        apart = frozenset(name for name in before if name[1] == AUDIT)
        found = differences(before, self.ledger.read(), without=apart)
        assert not found, f"{what} changed {found}"


async def begin(world: World, ledger: Ledger, operation: Operation) -> Trial:
    """Arrange the world for one operation."""
    ready = await ARRANGEMENTS[operation.service, operation.id](world)
    assert fits(operation, ready), f"{ready.path} is not {operation.path}"
    trial = Trial(world, ledger, operation, ready, None)
    if operation.versioned:
        trial.etag = await _seen(trial)
    return trial


def record_path(trial: Trial) -> str:
    """Where the record is whose version counts."""
    ready = trial.ready
    if ready.read is not None:
        return ready.read
    return ready.path.rsplit("/", 1)[0] if trial.operation.method == "POST" else ready.path


async def _seen(trial: Trial) -> str:
    actor = trial.world.user(trial.ready.role, **trial.ready.claims)
    found = await actor.get(record_path(trial))
    assert found.status_code == 200, f"{record_path(trial)}: {found.text}"
    return str(found.headers["ETag"])
