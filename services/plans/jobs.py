"""What the worker of plans does: it applies what referrals and intake tell, and minds the clock."""

from collections.abc import Awaitable, Callable, Mapping

from services.plans.service import PlansService
from shared.clock import Clock
from shared.outbox.inbox import Apply
from shared.schemas.events import (
    APPLICATION_MOVED,
    ATTEMPT_MOVED,
    CONSENT_CLOSED,
    CONSULTATION_MOVED,
    CONTACT_CONCLUDED,
    CONTACT_LINKED,
    CONTACT_REDIRECTED,
    CONTACT_TAKEN_UP,
    GRANT_MOVED,
    REFERRAL_MOVED,
    REFERRAL_NOTED,
    SERVICE_REQUEST_MOVED,
)
from shared.schemas.urgent_events import REFERRAL_INVOLVED, TEMPORARY_PROVISION_MOVED


def handlers(service: PlansService) -> Mapping[str, Apply]:
    """The events that plans applies, by type."""
    events = service.events
    return {
        REFERRAL_MOVED: events.referral_moved,
        ATTEMPT_MOVED: events.attempt_moved,
        CONTACT_REDIRECTED: events.contact_redirected,
        CONTACT_TAKEN_UP: events.contact_taken_up,
        CONTACT_CONCLUDED: events.contact_concluded,
        CONTACT_LINKED: service.leading.contact_linked,
        REFERRAL_NOTED: events.referral_noted,
        REFERRAL_INVOLVED: service.involvement_events.involved,
        CONSENT_CLOSED: events.consent_closed,
        CONSULTATION_MOVED: service.consultation_events.moved,
        SERVICE_REQUEST_MOVED: service.service_events.moved,
        APPLICATION_MOVED: service.grant_events.application_moved,
        GRANT_MOVED: service.grant_events.grant_moved,
        TEMPORARY_PROVISION_MOVED: service.grant_events.temporary_provision_moved,
    }


def hourly(service: PlansService, clock: Clock) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What is looked at by the clock, by its name."""

    async def flag_unchanged() -> None:
        await service.work.flag_unchanged(clock())

    async def flag_onward() -> None:
        await service.work.flag_onward(clock())

    return {"flag_unchanged_support": flag_unchanged, "flag_onward_steps": flag_onward}
