"""What the worker of referrals does: apply what was told, and tell the registry of places."""

from collections.abc import Awaitable, Callable, Mapping

from services.referrals.service import ReferralsService
from services.referrals.service.decisions.opening import DROP_APPLICATION
from services.referrals.service.direct.registration_steps import (
    CONFIRM_REGISTRATION,
    RETURN_UNREGISTERED,
    TELL_TEAM,
)
from services.referrals.service.tools import (
    CLOSE_OFFERS,
    CLOSE_SHARING,
    CONFIRM,
    GIVE_BACK,
    RETURN_PLACE,
    TELL_LAST_DAY,
)
from services.referrals.service.urgent.provisions import CONFIRM_TEMPORARY
from shared.outbox.inbox import Apply
from shared.outbox.jobs import Jobs
from shared.schemas.events import (
    CAPACITY_RELEASED,
    CIRCLE_CHANGED,
    CONSENT_REVOKED,
    CONTACT_LINKED,
    CONTRACT_ENDED,
    PLAN_CHANGED,
    PLAN_CLOSED,
    PLAN_OPENED,
    PROVIDER_SUSPENDED,
    RESERVATION_LAPSED,
)
from shared.schemas.urgent_events import DUTY_SHIFT_CHANGED


def handlers(service: ReferralsService) -> Mapping[str, Apply]:
    """The events that referrals applies, by type."""
    news = service.news
    return {
        CIRCLE_CHANGED: service.circles.apply,
        PLAN_OPENED: news.plan_moved,
        PLAN_CHANGED: news.plan_moved,
        PLAN_CLOSED: news.plan_moved,
        CONTRACT_ENDED: news.contract_ended,
        PROVIDER_SUSPENDED: news.provider_suspended,
        CAPACITY_RELEASED: news.capacity_released,
        RESERVATION_LAPSED: news.reservation_lapsed,
        CONSENT_REVOKED: news.consent_revoked,
        CONTACT_LINKED: service.joining.contact_linked,
        DUTY_SHIFT_CHANGED: service.mandates.shift_changed,
    }


def add_tasks(service: ReferralsService, jobs: Jobs) -> None:
    """The work that use cases defer, by name."""
    jobs.add(GIVE_BACK, service.attempts.give_place_back)
    jobs.add(RETURN_PLACE, service.attempts.return_place)
    jobs.add(CONFIRM, service.attempts.confirm_place)
    jobs.add(CONFIRM_REGISTRATION, service.registrations.confirm_place)
    jobs.add(RETURN_UNREGISTERED, service.registrations.return_unregistered)
    jobs.add(TELL_TEAM, service.registrations.tell_team)
    jobs.add(DROP_APPLICATION, service.dropping.drop)
    jobs.add(CONFIRM_TEMPORARY, service.provisions.confirm_place)
    jobs.add(CLOSE_OFFERS, service.news.close_offers)
    jobs.add(CLOSE_SHARING, service.news.close_sharing)
    jobs.add(TELL_LAST_DAY, service.news.tell_last_day)


def nightly(service: ReferralsService) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What is done once a night, by its name."""

    async def rebuild_circles() -> None:
        await service.circles.rebuild()

    return {
        "rebuild_circles": rebuild_circles,
        "flag_overdue_applications": service.deciding.flag_overdue,
        "end_grants": service.grants.end_due,
        "remind_of_transfers": service.transfer_reminders.remind,
    }
