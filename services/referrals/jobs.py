"""What the worker of referrals does: take over circles, and give places back."""

from collections.abc import Mapping

from services.referrals.service import ReferralsService
from services.referrals.service.tools import GIVE_BACK
from shared.outbox.inbox import Apply
from shared.outbox.jobs import Jobs
from shared.schemas.events import CIRCLE_CHANGED


def handlers(service: ReferralsService) -> Mapping[str, Apply]:
    """The events that referrals applies, by type."""
    return {CIRCLE_CHANGED: service.circles.apply}


def add_tasks(service: ReferralsService, jobs: Jobs) -> None:
    """The work that use cases defer, by name."""
    jobs.add(GIVE_BACK, service.attempts.give_place_back)
