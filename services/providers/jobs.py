"""What the worker of providers does by the clock; it takes in no events."""

from collections.abc import Awaitable, Callable, Mapping

from services.providers.service import ProvidersService
from shared.clock import Clock
from shared.outbox.inbox import Apply


def handlers() -> Mapping[str, Apply]:
    """The events that providers applies, by type."""
    return {}


def hourly(service: ProvidersService, clock: Clock) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What is looked at by the clock, by its name."""

    async def lapse() -> None:
        await service.reservations.lapse_due(clock())

    async def settle() -> None:
        await service.calendar.settle_due(clock())

    async def tell_ended() -> None:
        await service.endings.tell_ended(clock())

    return {
        "lapse_reservations": lapse,
        "settle_capacities": settle,
        "tell_ended_contracts": tell_ended,
    }
