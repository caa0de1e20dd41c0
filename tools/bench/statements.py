"""The statements of the four read models, with parameters by hand, as the floors run them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import create_engine, text

from deploy.local.fleet import Fleet
from deploy.local.sample import DAPPERBUURT, DE_VOORBEELDTUIN, NOOR
from services.plans.views import plan_view, work_view
from services.referrals import views
from shared.clock import local_date
from shared.stelsel.load import load_stelsel
from shared.vocabulary import ServiceName
from tools.bench.floor import Read

# Makes the placeholders of psycopg; nothing is opened by it.

# Makes the placeholders of psycopg; nothing is opened by it.
_DIALECT: Final = create_engine("postgresql+psycopg://").dialect

_PAGE: Final = 50
_FIRST_PAGE: Final = {"after_day": None, "after_id": None, "size": _PAGE}


@dataclass(frozen=True, slots=True)
class Statement:
    """A read model: whose database, which SQL, with which parameters."""

    service: ServiceName
    sql: str
    parameters: Mapping[str, Any]
    listed: bool = True

    def read(self, fleet: Fleet) -> Read:
        """As the floor gets it: the role of the service itself, and the placeholders of psycopg."""
        url = fleet.database.url(self.service).replace("+psycopg", "")
        statement = str(text(self.sql).compile(dialect=_DIALECT))
        return Read(url, statement, self.parameters, self.listed)


def statements(plan_id: str, stelsel: str, now: datetime) -> dict[str, Statement]:
    """By the name of the operation. What the callers of the operations reach is said again here.

    A parameter that a view gets and that is missing here fails the run at its first request.
    """
    return {**_of_plans(plan_id, now), **_of_referrals(stelsel, now)}


def _of_plans(plan_id: str, now: datetime) -> dict[str, Statement]:
    team = {"subject": NOOR.subject, "team": str(DAPPERBUURT.id)}
    plan = {
        "plan": plan_id,
        "ends_by": local_date(now).isoformat(),
        "any": False,
        "circle": True,
        **team,
        "team": None,
    }
    work = {"own": True, **team, **_FIRST_PAGE}
    return {
        "plan": Statement(ServiceName.PLANS, plan_view.STATEMENT, plan, listed=False),
        "work-items": Statement(ServiceName.PLANS, work_view.STATEMENT, work),
    }


def _of_referrals(stelsel: str, now: datetime) -> dict[str, Statement]:
    today = local_date(now).isoformat()
    inbox = {
        "provider": str(DE_VOORBEELDTUIN.id),
        "today": today,
        "after_priority": None,
        **_FIRST_PAGE,
    }
    queue = {
        "parties": ["centrale_toegang"],
        "reached": ["centrale_toegang", "gemeente", "okt", "stadsdeel", "veilig_thuis"],
        "afterwards": list(load_stelsel(stelsel).urgency.follow_up),
        "now": now.isoformat(),
        "today": today,
        "after_rank": None,
        **_FIRST_PAGE,
    }
    return {
        "attempts": Statement(ServiceName.REFERRALS, views.INBOX, inbox),
        "queue": Statement(ServiceName.REFERRALS, views.QUEUE, queue),
    }
