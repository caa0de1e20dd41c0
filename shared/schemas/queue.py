"""Wire contract of the queue of a party that judges or places."""

from datetime import date
from uuid import UUID

from shared.schemas.base import OptionalDate, ResponseModel, Version
from shared.vocabulary import ReferralStatus, Urgency


class QueueItem(ResponseModel):
    """One line of the queue of a party that judges or places: no name, and no place.

    `missing` are the conditions that are unmet or unknown and that nobody weighed; `validUntil` is
    the last day of the decision, once there is one; `toTell` the parties that somebody must call.
    """

    id: UUID
    version: Version
    status: ReferralStatus
    voorziening: str
    entry: str
    urgency: Urgency
    unsafe_now: bool
    night_shelter_needed_tonight: bool
    first_contact_on: date
    waiting_days: int
    has_plan: bool
    coordinator: str | None
    missing: tuple[str, ...]
    consulted: bool
    to_tell: tuple[str, ...] = ()
    valid_until: OptionalDate
