"""What the worker of plans does: it applies what referrals and intake tell, and minds the clock."""

from collections.abc import Awaitable, Callable, Mapping

from services.plans.service import PlansService
from shared.clock import Clock
from shared.outbox.inbox import Apply
from shared.schemas.events import (
    ATTEMPT_MOVED,
    CONSENT_CLOSED,
    CONTACT_CONCLUDED,
    CONTACT_REDIRECTED,
    CONTACT_TAKEN_UP,
    REFERRAL_MOVED,
    REFERRAL_NOTED,
)


def handlers(service: PlansService) -> Mapping[str, Apply]:
    """The events that plans applies, by type."""
    events = service.events
    return {
        REFERRAL_MOVED: events.referral_moved,
        ATTEMPT_MOVED: events.attempt_moved,
        CONTACT_REDIRECTED: events.contact_redirected,
        CONTACT_TAKEN_UP: events.contact_taken_up,
        CONTACT_CONCLUDED: events.contact_concluded,
        REFERRAL_NOTED: events.referral_noted,
        CONSENT_CLOSED: events.consent_closed,
    }


def hourly(service: PlansService, clock: Clock) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What is looked at by the clock, by its name."""

    async def flag_unchanged() -> None:
        await service.work.flag_unchanged(clock())

    return {"flag_unchanged_support": flag_unchanged}
