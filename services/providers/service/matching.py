"""Finding who is contracted, works here and has room; nobody's data is in the question."""

from dataclasses import dataclass, replace
from datetime import date

from services.providers.domain.matching import Fit, Offered, Wanted, fit
from services.providers.domain.rooms import Room, room_on, still_free
from services.providers.models import CapacityRow, ContractRow, LocationRow, OrganisationRow
from services.providers.repository import ProvidersRepository
from services.providers.service.registry import location_read
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database
from shared.schemas.providers import Match, Matches, MatchSearch, NoMatch
from shared.vocabulary import CeilingStatus


@dataclass(frozen=True, slots=True)
class Found:
    """One contract at one location, and what is so there on the day asked about."""

    organisation: OrganisationRow
    contract: ContractRow
    location: LocationRow
    capacity: CapacityRow
    room: Room
    given_this_year: int

    def offered(self) -> Offered:
        """What it offers, within its ceiling."""
        offered = Offered(
            stadsdelen=self.contract.stadsdelen,
            target_groups=self.contract.target_groups,
            languages=self.organisation.languages,
            wheelchair_accessible=self.location.wheelchair_accessible,
            places_free=self.room.free(self.capacity.taken),
            suspended=self.organisation.suspended_at is not None,
        )
        if self.contract.ceiling_places is None:
            return offered
        left = self.contract.ceiling_places - self.given_this_year
        if self.contract.ceiling_status is CeilingStatus.PROPOSED:
            return replace(offered, ceiling_left=left)
        free = still_free(offered.places_free, left)
        return replace(offered, ceiling_left=left, ceiling_decided=True, places_free=free)


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
        items: list[Match] = []
        excluded: list[NoMatch] = []
        for found in await self.find(call, request.voorziening, request.on):
            offered = found.offered()
            judged = fit(wanted, offered)
            if judged.why_not:
                excluded.append(_excluded(found, judged))
            else:
                items.append(_match(found, judged, offered.places_free))
        items.sort(key=lambda item: (-item.places_free, item.organisation_name))
        return Matches(items=tuple(items), excluded=tuple(excluded))

    async def find(self, call: Call, voorziening: str, day: date | None) -> list[Found]:
        """Everything contracted on the day, with the room that was stated for that day."""
        on = day or local_date(call.now)
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            offers = await repository.offers(voorziening, on)
            changes = await repository.changes([capacity.id for *_, capacity in offers])
            contracts = [contract.id for _, contract, *_ in offers]
            years = await repository.taken_in_year(contracts, on.year)
        found = []
        for organisation, contract, location, capacity in offers:
            now = Room(capacity.places, capacity.stated_at)
            room = room_on(now, changes[capacity.id], on)
            given = years.get(contract.id, 0)
            found.append(Found(organisation, contract, location, capacity, room, given))
        return found


def _match(found: Found, judged: Fit, places_free: int) -> Match:
    shown = location_read(found.location)
    return Match(
        organisation_id=found.organisation.id,
        organisation_name=found.organisation.name,
        contract_id=found.contract.id,
        location_id=found.location.id,
        location_name=shown.name,
        stadsdeel=shown.stadsdeel,
        places_free=places_free,
        stated_at=found.room.stated_at,
        fits=judged.reasons,
        warnings=judged.warnings,
    )


def _excluded(found: Found, judged: Fit) -> NoMatch:
    return NoMatch(
        organisation_id=found.organisation.id,
        organisation_name=found.organisation.name,
        contract_id=found.contract.id,
        location_id=found.location.id,
        why_not=judged.why_not,
    )
