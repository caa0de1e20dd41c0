"""What the worker of intake does: it follows the circle of every plan."""

from collections.abc import Mapping

from services.intake.service import IntakeService
from shared.outbox.inbox import Apply
from shared.schemas.events import CIRCLE_CHANGED


def handlers(service: IntakeService) -> Mapping[str, Apply]:
    """The events that intake applies, by type."""
    return {CIRCLE_CHANGED: service.circles.follow}
