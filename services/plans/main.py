"""Composition root: the one place that knows every part of the plans service."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.plans.jobs import handlers, hourly
from services.plans.routes import router
from services.plans.service import PlansService
from services.plans.settings import Settings
from shared.http.client import HttpClient
from shared.outbox.jobs import EVERY_HOUR
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import is_current
from shared.vocabulary import ServiceName
from shared.web.app import Assembly, build_app
from shared.web.kernel import build_kernel, work_alone

PERMISSIONS: Final = Path(__file__).parent / "policy" / "permissions.toml"


def create_app(settings: Settings | None = None, http: HttpClient | None = None) -> FastAPI:
    """The plans service. Without settings it reads its environment (prefix PLANS_)."""
    settings = settings or Settings()
    receivers = {
        ServiceName.INTAKE: settings.intake_url,
        ServiceName.REFERRALS: settings.referrals_url,
    }
    kernel = build_kernel(ServiceName.PLANS, settings, receivers, http)
    stelsel = load_stelsel(settings.stelsel)
    service = PlansService.build(
        kernel.db, kernel.outbox, stelsel, timedelta(days=settings.grant_warning_days)
    )
    for name, work in hourly(service, kernel.clock).items():
        kernel.jobs.every(EVERY_HOUR, name, work)

    def note(today: date) -> str:
        return f"{stelsel.name}: {'current' if is_current(stelsel, today) else 'no successor'}"

    return build_app(
        Assembly(
            kernel=kernel,
            title="Plannen",
            description="Eén huishouden, één plan, één coördinator.",
            router=router,
            permissions_file=PERMISSIONS,
            service=service,
            handlers=handlers(service),
            stelsel_note=note,
        )
    )


async def run_worker(settings: Settings | None = None) -> None:
    """Only the worker of this service, until cancelled."""
    await work_alone(create_app(settings))
