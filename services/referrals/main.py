"""Composition root: the one place that knows every part of the referrals service."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.referrals.clients import PlansClient, ProvidersClient
from services.referrals.jobs import add_tasks, handlers, nightly
from services.referrals.routes import router
from services.referrals.service import ReferralsService, Tools
from services.referrals.service.tools import reached_parties
from services.referrals.settings import Settings
from shared.auth.permissions import Permissions
from shared.http.client import HttpClient
from shared.outbox.jobs import EVERY_NIGHT
from shared.stelsel.load import load_stelsel
from shared.stelsel.model import Stelsel
from shared.stelsel.routes import is_current
from shared.vocabulary import ServiceName
from shared.web.app import Assembly, build_app
from shared.web.kernel import Kernel, build_kernel, work_alone

PERMISSIONS: Final = Path(__file__).parent / "policy" / "permissions.toml"
_TAKES_UP: Final = "take_up_involvement"


def create_app(settings: Settings | None = None, http: HttpClient | None = None) -> FastAPI:
    """The referrals service. Without settings it reads its environment (prefix REFERRALS_)."""
    settings = settings or Settings()
    receivers = {ServiceName.PLANS: settings.plans_url, ServiceName.INTAKE: settings.intake_url}
    kernel = build_kernel(ServiceName.REFERRALS, settings, receivers, http)
    stelsel = load_stelsel(settings.stelsel)
    service = ReferralsService.build(_tools(kernel, settings, stelsel))
    add_tasks(service, kernel.jobs)
    for name, work in nightly(service).items():
        kernel.jobs.every(EVERY_NIGHT, name, work)

    def note(today: date) -> str:
        return f"{stelsel.name}: {'current' if is_current(stelsel, today) else 'no successor'}"

    return build_app(
        Assembly(
            kernel=kernel,
            title="Toeleiding",
            description="Langs de goede ingang naar aanvullende hulp, aanbieder na aanbieder.",
            router=router,
            permissions_file=PERMISSIONS,
            service=service,
            handlers=handlers(service),
            stelsel_note=note,
        )
    )


def _tools(kernel: Kernel, settings: Settings, stelsel: Stelsel) -> Tools:
    return Tools(
        db=kernel.db,
        plans=PlansClient(kernel.peer(ServiceName.PLANS, settings.plans_url)),
        providers=ProvidersClient(kernel.peer(ServiceName.PROVIDERS, settings.providers_url)),
        stelsel=stelsel,
        load=load_stelsel,
        outbox=kernel.outbox,
        jobs=kernel.jobs,
        clock=kernel.clock,
        accepted_lag=timedelta(seconds=settings.circle_max_lag_seconds),
        transfer_reminder=timedelta(days=settings.transfer_reminder_days),
        reached=reached_parties(stelsel, Permissions.load(PERMISSIONS).rules[_TAKES_UP]),
    )


async def run_worker(settings: Settings | None = None) -> None:
    """Only the worker of this service, until cancelled."""
    await work_alone(create_app(settings))
