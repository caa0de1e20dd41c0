"""The four real services in one process: HTTP over ASGI, real databases and tokens, no network."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp

from deploy.local.issuer import (
    Signer,
    User,
    create_issuer,
    mint_service_token,
    mint_user_token,
    read_signer,
)
from deploy.local.sample import CALLERS
from deploy.local.secrets import Secrets, instance_secrets
from shared.clock import utc_now
from shared.vocabulary import Role, ServiceName
from shared.web.kernel import Kernel
from tests.support.postgres import TestServer

ISSUER: Final = "http://issuer.test"
START: Final = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
PEERS: Final[Mapping[ServiceName, tuple[str, ...]]] = {
    ServiceName.INTAKE: ("plans", "referrals"),
    ServiceName.PLANS: ("intake", "referrals"),
    ServiceName.REFERRALS: ("intake", "plans", "providers"),
    ServiceName.PROVIDERS: ("referrals",),
}


class Router(httpx.AsyncBaseTransport):
    """Sends a request to the application whose name is the host; a missing one does not answer."""

    def __init__(self) -> None:
        self.apps: dict[str, ASGIApp] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        app = self.apps.get(request.url.host)
        if app is None:
            raise httpx.ConnectError("nobody listens here", request=request)
        return await httpx.ASGITransport(app=app, raise_app_exceptions=False).handle_async_request(
            request
        )


@dataclass
class World:
    """Everything a test needs to act as a user."""

    apps: dict[ServiceName, FastAPI]
    router: Router
    http: httpx.AsyncClient
    signer: Signer
    databases: TestServer
    clock_file: Path

    def kernel(self, service: ServiceName) -> Kernel:
        """The parts of a service."""
        kernel: Kernel = self.apps[service].state.kernel
        return kernel

    def move_to(self, moment: datetime) -> None:
        """Set the clock of all four services; it goes on from there."""
        self.clock_file.write_text(str((moment - utc_now()).total_seconds()))

    def token(self, role: Role, **claims: str | None) -> str:
        """A token of the sample's caller with this role; any claim can be another."""
        caller = CALLERS[role]
        user = User(
            subject=claims.get("subject") or caller.subject,
            roles=(role.value,),
            organisation=claims.get("organisation", caller.organisation),
            team=claims.get("team", caller.team),
            stadsdeel=claims.get("stadsdeel", caller.stadsdeel),
            provider=claims.get("provider", caller.provider),
        )
        return mint_user_token(self.signer, user)

    def service_token(self, client: str, audience: str) -> str:
        """A service's own token for another service."""
        return mint_service_token(self.signer, client, audience)

    def user(self, role: Role, **claims: str | None) -> "Actor":
        """Somebody who calls the API."""
        return Actor(self.http, self.token(role, **claims))

    async def drain(self) -> None:
        """Deliver and apply every event until nothing is due any more."""
        for _ in range(3):
            for app in self.apps.values():
                kernel: Kernel = app.state.kernel
                await kernel.jobs.drain()


@dataclass
class Actor:
    """One user's side of the API. Every POST gets a fresh Idempotency-Key unless one is given."""

    http: httpx.AsyncClient
    token: str

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request. `path` begins with the service: `/plans/v1/plans`."""
        service = path.split("/")[1]
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if method == "POST" and "Idempotency-Key" not in sent:
            sent["Idempotency-Key"] = str(uuid4())
        return await self.http.request(
            method, f"http://{service}.test{path}", json=body, headers=sent
        )

    async def get(self, path: str) -> httpx.Response:
        """Read."""
        return await self.send("GET", path)

    async def post(
        self, path: str, body: Any = None, *, etag: str | None = None, key: UUID | None = None
    ) -> httpx.Response:
        """Create, or change a state (with the ETag read last)."""
        headers = {} if etag is None else {"If-Match": etag}
        if key is not None:
            headers["Idempotency-Key"] = str(key)
        return await self.send("POST", path, {} if body is None else body, headers)

    async def patch(self, path: str, body: Any, etag: str) -> httpx.Response:
        """Change."""
        return await self.send("PATCH", path, body, {"If-Match": etag})

    async def put_new(self, path: str, body: Any) -> httpx.Response:
        """Make something with a known id."""
        return await self.send("PUT", path, body, {"If-None-Match": "*"})


def _settings(service: ServiceName, databases: TestServer, secrets: Secrets, clock: Path) -> Any:
    kind = import_module(f"services.{service}.settings").Settings
    peers = {f"{peer}_url": f"http://{peer}.test" for peer in PEERS[service]}
    return kind(
        environment="test",
        database_url=databases.url(service),
        key_ring_file=secrets.key_rings[service],
        issuer=ISSUER,
        jwks_url=f"{ISSUER}/.well-known/jwks.json",
        token_url=f"{ISSUER}/token",
        client_id=service.value,
        client_secret=secrets.client_secrets[service],
        clock_offset_file=clock,
        worker=False,
        requests_per_minute=1_000_000,
        public_url="http://buurtteam.test",
        **peers,
    )


@asynccontextmanager
async def open_world(
    databases: TestServer, secrets_folder: Path, folder: Path
) -> AsyncIterator[World]:
    """Build the four services and open their lifespans; close everything after."""
    secrets = instance_secrets(secrets_folder)
    signer = read_signer(secrets.issuer_key, ISSUER)
    clock_file = folder / "clock-offset"
    clock_file.write_text("0")
    router = Router()
    router.apps["issuer.test"] = create_issuer(signer, secrets.client_secrets)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(transport=router, timeout=10))
        apps = {}
        for service in ServiceName:
            settings = _settings(service, databases, secrets, clock_file)
            app: FastAPI = import_module(f"services.{service}.main").create_app(settings, http)
            router.apps[f"{service}.test"] = app
            apps[service] = app
            await stack.enter_async_context(app.router.lifespan_context(app))
        found = World(apps, router, http, signer, databases, clock_file)
        found.move_to(START)
        yield found
        await asyncio.sleep(0)
