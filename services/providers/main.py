"""Composition root: the one place that knows every part of the providers service."""

from datetime import date
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.providers.jobs import handlers, hourly
from services.providers.routes import router
from services.providers.service import ProvidersService
from services.providers.service.places import Codes
from services.providers.settings import Settings
from shared.http.client import HttpClient
from shared.outbox.jobs import EVERY_HOUR
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import is_current
from shared.vocabulary import ServiceName
from shared.web.app import Assembly, build_app
from shared.web.kernel import build_kernel, work_alone

PERMISSIONS: Final = Path(__file__).parent / "policy" / "permissions.toml"


def create_app(settings: Settings | None = None, http: HttpClient | None = None) -> FastAPI:
    """The providers service. Without settings it reads its environment (prefix PROVIDERS_)."""
    settings = settings or Settings()
    receivers = {ServiceName.REFERRALS: settings.referrals_url}
    kernel = build_kernel(ServiceName.PROVIDERS, settings, receivers, http)
    stelsel = load_stelsel(settings.stelsel)
    codes = Codes(
        voorzieningen=frozenset(item.code for item in stelsel.voorzieningen),
        wijken={wijk.code: wijk.stadsdeel for wijk in stelsel.areas.wijken},
    )
    service = ProvidersService.build(kernel.db, kernel.outbox, settings.reservation_days, codes)
    for name, work in hourly(service, kernel.clock).items():
        kernel.jobs.every(EVERY_HOUR, name, work)

    def note(today: date) -> str:
        return f"{stelsel.name}: {'current' if is_current(stelsel, today) else 'no successor'}"

    return build_app(
        Assembly(
            kernel=kernel,
            title="Aanbieders",
            description="Wie heeft een contract, waarvoor, waar, en is er plaats.",
            router=router,
            permissions_file=PERMISSIONS,
            service=service,
            handlers=handlers(),
            stelsel_note=note,
        )
    )


async def run_worker(settings: Settings | None = None) -> None:
    """Only the worker of this service, until cancelled."""
    await work_alone(create_app(settings))
