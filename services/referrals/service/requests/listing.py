"""What a shortlist is made of: what may stand on it, and its rows."""

from typing import Final

from services.referrals.domain.placing import Wanted
from services.referrals.models import ReferralRow, ShortlistEntryRow, ShortlistRow
from shared.auth.call import Call
from shared.identifiers import new_id
from shared.schemas.providers import Matches
from shared.schemas.referrals import ShortlistCreate

SUSPENDED: Final = "suspended"
"""Why the registry says that nobody may be placed at a provider."""


def offers_of(found: Matches) -> list[Wanted]:
    """Everything contracted now: also where there is no room, since a list may wait."""
    room = [Wanted(m.organisation_id, m.contract_id, m.location_id) for m in found.items]
    full = [
        Wanted(m.organisation_id, m.contract_id, m.location_id)
        for m in found.excluded
        if SUSPENDED not in m.why_not
    ]
    return [*room, *full]


def shortlist_of(call: Call, row: ReferralRow, request: ShortlistCreate) -> ShortlistRow:
    """The list itself: who agreed to it, when, and who wrote it down."""
    return ShortlistRow(
        household_id=row.household_id,
        changed_at=call.now,
        referral_id=row.id,
        number=row.shortlist_number,
        agreed_by=request.agreed_by,
        agreed_on=request.agreed_on,
        made_by=call.principal.subject,
    )


def entries_of(call: Call, row: ReferralRow, request: ShortlistCreate) -> list[ShortlistEntryRow]:
    """The providers on it, in the order that was agreed."""
    return [
        ShortlistEntryRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=call.now,
            referral_id=row.id,
            shortlist_number=row.shortlist_number,
            position=position,
            provider_id=entry.provider_id,
            contract_id=entry.contract_id,
            location_id=entry.location_id,
            basis=entry.basis,
        )
        for position, entry in enumerate(request.entries, start=1)
    ]
