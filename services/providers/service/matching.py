"""Finding who is contracted, works here and has room; nobody's data is in the question."""

from dataclasses import dataclass

from services.providers.domain.matching import Fit, Offered, Wanted, fit
from services.providers.models import CapacityRow, ContractRow, LocationRow, OrganisationRow
from services.providers.repository import ProvidersRepository
from services.providers.service.registry import location_read
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database
from shared.schemas.providers import Match, Matches, MatchSearch, NoMatch


@dataclass(frozen=True, slots=True)
class Matching:
    """Use cases of whoever looks for a provider."""

    db: Database

    async def match(self, call: Call, request: MatchSearch) -> Matches:
        """Who fits, most room first; who does not, with why not (AMS-PRV-42, AMS-INT-40)."""
        wanted = Wanted(
            request.stadsdeel,
            request.target_group,
            request.language,
            request.wheelchair_accessible,
        )
        on = request.on or local_date(call.now)
        async with self.db.transaction() as session:
            offers = await ProvidersRepository(session).offers(request.voorziening, on)
        items: list[Match] = []
        excluded: list[NoMatch] = []
        for organisation, contract, location, capacity in offers:
            judged = fit(wanted, _offered(organisation, contract, location, capacity))
            if judged.why_not:
                excluded.append(_excluded(organisation, capacity, judged))
            else:
                items.append(_match(organisation, location, capacity, judged))
        items.sort(key=lambda item: (-item.places_free, item.organisation_name))
        return Matches(items=tuple(items), excluded=tuple(excluded))


def _offered(
    organisation: OrganisationRow,
    contract: ContractRow,
    location: LocationRow,
    capacity: CapacityRow,
) -> Offered:
    return Offered(
        stadsdelen=contract.stadsdelen,
        target_groups=contract.target_groups,
        languages=organisation.languages,
        wheelchair_accessible=location.wheelchair_accessible,
        places_free=capacity.places - capacity.taken,
    )


def _match(
    organisation: OrganisationRow, location: LocationRow, capacity: CapacityRow, judged: Fit
) -> Match:
    shown = location_read(location)
    return Match(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        contract_id=capacity.contract_id,
        location_id=location.id,
        location_name=shown.name,
        stadsdeel=shown.stadsdeel,
        places_free=capacity.places - capacity.taken,
        stated_at=capacity.stated_at,
        fits=judged.reasons,
    )


def _excluded(organisation: OrganisationRow, capacity: CapacityRow, judged: Fit) -> NoMatch:
    return NoMatch(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        contract_id=capacity.contract_id,
        location_id=capacity.location_id,
        why_not=judged.why_not,
    )
