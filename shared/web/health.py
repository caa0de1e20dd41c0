"""Outside `/v1`: is the process alive, can it serve, and what does it count."""

from collections.abc import Callable
from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.clock import local_date
from shared.db.migrate import head
from shared.errors import DomainError
from shared.web.kernel import Kernel
from shared.web.middleware import Meter

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

    async def metrics() -> Response:
        return Response(generate_latest(meter.registry), media_type=CONTENT_TYPE_LATEST)

    for name, answer in (("livez", livez), ("readyz", readyz), ("metrics", metrics)):
        app.add_api_route(f"/{service}/{name}", answer, methods=["GET"], include_in_schema=False)
