"""What a shortlist must be: nobody twice, contracted now, agreed by somebody it concerns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.errors import Fault, InvalidRequestError, RuleViolationError


@dataclass(frozen=True, slots=True)
class Wanted:
    """One entry of a shortlist."""

    provider: UUID
    contract: UUID
    location: UUID


def ensure_no_doubles(entries: Sequence[Wanted]) -> None:
    """A provider stands on a shortlist once."""
    seen: set[UUID] = set()
    detail = "Deze aanbieder staat er al op. Noem elke aanbieder één keer."
    faults = []
    for index, entry in enumerate(entries):
        if entry.provider in seen:
            faults.append(Fault(f"/entries/{index}/providerId", "provider-twice", detail))
        seen.add(entry.provider)
    if faults:
        raise InvalidRequestError(detail, faults)


def ensure_not_asked_before(entries: Sequence[Wanted], asked: Collection[UUID]) -> None:
    """A provider that was asked for this request is not asked again (design section 6)."""
    detail = "Deze aanbieder is voor deze aanvraag al gevraagd. Kies een andere."
    faults = [
        Fault(f"/entries/{index}/providerId", "asked-before", detail)
        for index, entry in enumerate(entries)
        if entry.provider in asked
    ]
    if faults:
        raise RuleViolationError(detail, faults)


def ensure_contracted(entries: Sequence[Wanted], offers: Collection[Wanted]) -> None:
    """Every entry is contracted now for what is asked, at that place; being full is no objection.

    Raises `RuleViolationError` that points at each entry that is not.
    """
    detail = "Deze aanbieder heeft hier nu geen contract voor op deze plek. Kies een andere."
    faults = [
        Fault(f"/entries/{index}", "not-contracted", detail)
        for index, entry in enumerate(entries)
        if entry not in offers
    ]
    if faults:
        raise RuleViolationError(detail, faults)


def ensure_of_household(agreed_by: UUID, members: Collection[UUID]) -> None:
    """Somebody of the household of the plan agreed to the list."""
    if agreed_by not in members:
        detail = "De lijst spreekt u af met iemand uit het huishouden van dit plan."
        raise RuleViolationError(detail, [Fault("/agreedBy", "not-in-household", detail)])
