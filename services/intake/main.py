"""Composition root: the one place that knows every part of the intake service."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.intake.clients import PlansClient, ReferralsClient
from services.intake.jobs import handlers, nightly
from services.intake.routes import router
from services.intake.service import IntakeService, Peers
from services.intake.service.codes import Codes
from services.intake.service.desk import Desk
from services.intake.service.urgent import Urgent
from services.intake.settings import Settings
from shared.auth.permissions import Permissions
from shared.http.client import HttpClient
from shared.outbox.jobs import EVERY_NIGHT
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import is_current
from shared.vocabulary import ServiceName
from shared.web.app import Assembly, build_app
from shared.web.kernel import build_kernel, work_alone

PERMISSIONS: Final = Path(__file__).parent / "policy" / "permissions.toml"
_TAKES_UP: Final = "triage_contact"


def create_app(settings: Settings | None = None, http: HttpClient | None = None) -> FastAPI:
    """The intake service. Without settings it reads its environment (prefix INTAKE_)."""
    settings = settings or Settings()
    receivers = {
        ServiceName.PLANS: settings.plans_url,
        ServiceName.REFERRALS: settings.referrals_url,
    }
    kernel = build_kernel(ServiceName.INTAKE, settings, receivers, http)
    stelsel = load_stelsel(settings.stelsel)
    peers = Peers(
        PlansClient(kernel.peer(ServiceName.PLANS, settings.plans_url)),
        ReferralsClient(kernel.peer(ServiceName.REFERRALS, settings.referrals_url)),
    )
    # A contact goes only where the permissions let somebody take it up, so that none is lost.
    codes = Codes.of(stelsel, Permissions.load(PERMISSIONS).rules[_TAKES_UP])
    lag = timedelta(seconds=settings.circle_max_lag_seconds)
    desk = Desk(kernel.db, codes, Urgent.of(stelsel, settings), lag)
    service = IntakeService.build(desk, kernel.outbox, peers, kernel.clock)
    for name, work in nightly(service).items():
        kernel.jobs.every(EVERY_NIGHT, name, work)

    def note(today: date) -> str:
        return f"{stelsel.name}: {'current' if is_current(stelsel, today) else 'no successor'}"

    return build_app(
        Assembly(
            kernel=kernel,
            title="Aanmeldingen",
            description="Elke vraag komt binnen, wordt verhelderd en raakt niet kwijt.",
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
