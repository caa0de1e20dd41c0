"""Outside `/v1`: is the process alive, can it serve, and what does it count."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from shared.clock import local_date
from shared.db.migrate import head
from shared.errors import DomainError
from shared.outbox.backlog import Backlog, Waiting, read_backlog
from shared.web.kernel import Kernel
from shared.web.middleware import Meter

_BACKLOG_SECONDS: Final = 1.0

StelselNote = Callable[[date], str]
"""What to say of the loaded stelsel on a day: `current`, or that it has no successor."""


def add_health(app: FastAPI, service: str, meter: Meter, stelsel_note: StelselNote) -> None:
    """`livez` touches nothing; `readyz` asks its own database, migration and stelsel, no peer."""
    expected = head(service)

    async def livez() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> JSONResponse:
        kernel: Kernel = request.app.state.kernel
        stelsel = stelsel_note(local_date(kernel.clock()))
        found = {"stelsel": stelsel, "migration": "unknown", "database": "down"}
        try:
            found["migration"] = await kernel.db.ping()
            found["database"] = "ok"
        except (DomainError, OSError):
            pass
        ready = found["database"] == "ok" and found["migration"] == expected
        status = {"status": "ok" if ready else "unavailable", "checks": found}
        return JSONResponse(status, 200 if ready else 503)

    async def metrics(request: Request) -> Response:
        kernel: Kernel = request.app.state.kernel
        counted = generate_latest(meter.registry) + generate_latest(await _waiting(kernel))
        return Response(counted, media_type=CONTENT_TYPE_LATEST)

    for name, answer in (("livez", livez), ("readyz", readyz), ("metrics", metrics)):
        app.add_api_route(f"/{service}/{name}", answer, methods=["GET"], include_in_schema=False)


async def _waiting(kernel: Kernel) -> CollectorRegistry:
    """What waits, as gauges, read now. A database that does not answer costs one second.

    A registry per question: two at once do not mix, and a receiver that has gone leaves no number.
    """
    found: Backlog | None = None
    try:
        async with asyncio.timeout(_BACKLOG_SECONDS):
            found = await read_backlog(kernel.db)
    except (DomainError, OSError):
        # TimeoutError is an OSError. `backlog_readable` says it; the counters are answered anyway.
        found = None
    return _gauges(kernel, found)


def _gauges(kernel: Kernel, found: Backlog | None) -> CollectorRegistry:
    registry, own = CollectorRegistry(), kernel.name.value

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, ["service", *labels], registry=registry)

    readable = gauge("backlog_readable", "Whether the numbers below could be read (1) or not (0).")
    readable.labels(own).set(0 if found is None else 1)
    if found is None:
        return registry
    waiting = gauge("outbox_undelivered", "Events not delivered yet.", "receiver")
    lag = gauge("outbox_lag_seconds", "Age of the oldest undelivered event.", "receiver")
    for receiver in sorted({*kernel.receivers, *found.deliveries}):
        delivery = found.deliveries.get(receiver, Waiting())
        waiting.labels(own, receiver).set(delivery.waiting)
        lag.labels(own, receiver).set(delivery.oldest_seconds)
    dead = gauge("dead_letters", "Jobs that failed for good.", "work")
    for work in sorted({"deliver", "apply_event", *found.dead}):
        dead.labels(own, work).set(found.dead.get(work, 0))
    unapplied = gauge("inbox_unapplied", "Events received and not applied, parked ones too.")
    unapplied.labels(own).set(found.inbox.waiting)
    age = gauge("inbox_lag_seconds", "Age of the oldest event received and not applied.")
    age.labels(own).set(found.inbox.oldest_seconds)
    return registry
