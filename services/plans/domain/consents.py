"""What a consent allows: until when a provider may hear of somebody, and when it may not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.errors import ConflictError, RuleViolationError
from shared.vocabulary import ConsentStatus


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of one consent towards one provider."""

    person: UUID
    status: ConsentStatus
    valid_until: date | None


def ensure_can_revoke(status: ConsentStatus) -> None:
    """A consent is taken back once, and not once a new one took its place."""
    if status is ConsentStatus.EXPIRED:
        raise ConflictError("Deze toestemming is voorbij. Trek de toestemming in die nu geldt.")
    if status is not ConsentStatus.GIVEN:
        raise ConflictError("Deze toestemming is al ingetrokken.")


def shared_until(persons: Collection[UUID], known: Sequence[Given], today: date) -> date | None:
    """The last day on which a provider may hear of these persons by their consent, or None.

    Where nothing was recorded apart, the agreement about the shortlist is the consent. Raises
    `RuleViolationError` where somebody took it back, or where its last day is over. The newest
    of one person comes first.
    """
    days: list[date] = []
    for person in persons:
        own = [each for each in known if each.person == person]
        if not own:
            continue
        lasting = [
            each
            for each in own
            if each.status is ConsentStatus.GIVEN
            and (each.valid_until is None or each.valid_until >= today)
        ]
        if not lasting:
            raise RuleViolationError(
                "Er is geen toestemming meer om dit met deze aanbieder te delen. "
                "Vraag het de cliënt opnieuw, of kies een andere aanbieder."
            )
        if all(each.valid_until is not None for each in lasting):
            days.append(max(each.valid_until for each in lasting if each.valid_until))
    return min(days, default=None)
