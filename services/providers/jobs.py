"""What the worker of providers does: it takes in no events yet, and nothing is due by the clock."""

from collections.abc import Mapping

from shared.outbox.inbox import Apply


def handlers() -> Mapping[str, Apply]:
    """The events that providers applies, by type."""
    return {}
