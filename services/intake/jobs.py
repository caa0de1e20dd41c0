"""What the worker of intake does: it follows the circle of every plan, and requests."""

from collections.abc import Awaitable, Callable, Mapping

from services.intake.service import IntakeService
from shared.outbox.inbox import Apply
from shared.schemas.events import CIRCLE_CHANGED, REFERRAL_MOVED


def handlers(service: IntakeService) -> Mapping[str, Apply]:
    """The events that intake applies, by type."""
    return {CIRCLE_CHANGED: service.circles.follow, REFERRAL_MOVED: service.requests.follow}


def nightly(service: IntakeService) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What is done once a night, by its name."""

    async def rebuild_circles() -> None:
        await service.circles.rebuild()

    return {"rebuild_circles": rebuild_circles}
