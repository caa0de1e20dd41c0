"""The parts every service is made of, wired from its settings by each `main.py`."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import FastAPI
from pydantic import HttpUrl

from shared.auth.call import Call
from shared.auth.tokens import Keys, Verifier
from shared.clock import Clock, clock_from
from shared.db.database import Database, connect
from shared.db.idempotency import forget
from shared.db.sealing import KeyRing
from shared.http.client import HttpClient, new_client
from shared.http.delivery import deliver_over
from shared.http.issuer import Issuer
from shared.http.peer import PeerClient
from shared.http.resilience import Guard
from shared.outbox.jobs import EVERY_HOUR, EVERY_NIGHT, Jobs
from shared.outbox.outbox import Outbox
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName
from shared.web.limits import Gate, RateLimit

_KEYS_KEPT: Final = timedelta(hours=48)

CanReach = Callable[[Call, str, UUID], Awaitable[bool]]
"""Whether this caller may still see a record: asked before a stored answer is given again."""


@dataclass(slots=True)
class Kernel:
    """One service's clock, database, jobs, verifier and peers."""

    name: ServiceName
    settings: ServiceSettings
    clock: Clock
    ring: KeyRing
    db: Database
    http: HttpClient
    issuer: Issuer
    verifier: Verifier
    jobs: Jobs
    outbox: Outbox
    limit: RateLimit
    gate: Gate
    receivers: tuple[str, ...] = ()
    guards: dict[str, Guard] = field(default_factory=dict)
    owns_http: bool = field(default=True)

    def peer(self, name: ServiceName, url: HttpUrl) -> PeerClient:
        """A client of one peer, with this service's own token; its clients share one circuit."""

        async def token() -> str:
            return await self.issuer.token_for(name)

        guard = self.guards.setdefault(name, Guard(name))
        return PeerClient(name, str(url), self.http, token, guard)


def build_kernel(
    name: ServiceName,
    settings: ServiceSettings,
    receivers: dict[ServiceName, HttpUrl],
    http: HttpClient | None,
) -> Kernel:
    """Wire one service. Nothing is opened or asked until the lifespan begins."""
    clock = clock_from(settings.clock_offset_file)
    ring = KeyRing.load(settings.key_ring_file)
    client = http or new_client()
    issuer = Issuer(
        client,
        str(settings.jwks_url),
        str(settings.token_url),
        settings.client_id,
        settings.client_secret,
    )
    jobs = Jobs(str(settings.database_url))
    urls = {str(receiver): str(url) for receiver, url in receivers.items()}
    kernel = Kernel(
        name=name,
        settings=settings,
        clock=clock,
        ring=ring,
        db=connect(str(settings.database_url), ring, settings.database_pool_size),
        http=client,
        issuer=issuer,
        verifier=Verifier(str(settings.issuer), Keys(issuer.fetch_keys)),
        jobs=jobs,
        outbox=Outbox(name, jobs, deliver_over(client, urls, issuer.token_for)),
        limit=RateLimit(settings.requests_per_minute),
        gate=Gate(settings.max_concurrent_requests, settings.max_queued_requests),
        receivers=tuple(urls),
        owns_http=http is None,
    )
    jobs.every(EVERY_HOUR, "forget_keys", lambda: _forget_keys(kernel))
    days = settings.finished_jobs_days
    jobs.every(EVERY_NIGHT, "forget_finished_jobs", lambda: jobs.forget_finished(days))
    return kernel


async def _forget_keys(kernel: Kernel) -> None:
    async with kernel.db.transaction() as session:
        await forget(session, kernel.clock() - _KEYS_KEPT)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what the service needs, run its worker beside it, and close everything after."""
    kernel: Kernel = app.state.kernel
    await kernel.jobs.open()
    worker = None
    if kernel.settings.worker:
        worker = asyncio.create_task(kernel.jobs.work(kernel.settings.worker_concurrency))
    # What was imported lives as long as the process: out of every collection (p99 58 -> 16 ms).
    # Once: what a second start in this process left behind must stay collectable.
    if gc.get_freeze_count() == 0:
        gc.collect()
        gc.freeze()
    try:
        yield
    finally:
        if worker is not None:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
        await close(kernel)


async def close(kernel: Kernel) -> None:
    """Give back what a service holds: connections to its database and to its peers."""
    await kernel.jobs.close()
    await kernel.db.close()
    if kernel.owns_http:
        await kernel.http.aclose()


async def work_alone(app: FastAPI) -> None:
    """Only the worker of a service, until cancelled (`buurtteam work --service NAME`)."""
    kernel: Kernel = app.state.kernel
    # A database that is not there at the start is a wrong setting: say so. One that goes away
    # later is waited for.
    await kernel.db.ping()
    await kernel.jobs.open()
    try:
        await kernel.jobs.work(kernel.settings.worker_concurrency)
    finally:
        await close(kernel)
