"""A bed tonight: every free place across providers, and a secret one as just a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.providers.domain.matching import Wanted, fit
from services.providers.service.matching import Found, Matching
from services.providers.service.registry import location_read
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import Fault, InvalidRequestError, UnknownCodeError
from shared.schemas.providers import PlaceRead, PlaceSearch, PlacesFound

_A_PLACE: Final = "Een plek"
_ONE_OF_TWO: Final = "Noem één voorziening, of een lijst van voorzieningen."


@dataclass(frozen=True, slots=True)
class Codes:
    """What the stelsel knows: its voorzieningen, and the stadsdeel of each wijk."""

    voorzieningen: frozenset[str]
    wijken: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """Use cases of who needs a place for somebody now."""

    matching: Matching
    codes: Codes

    async def search(self, call: Call, request: PlaceSearch) -> PlacesFound:
        """Every place that is free, most room first; no person is in the question (A12-PRI-01).

        Raises `UnknownCodeError` with the list, and `InvalidRequestError`.
        """
        asked = self._asked(request)
        on = request.on or local_date(call.now)
        wanted = Wanted(
            self._stadsdeel(request.wijk),
            request.target_group,
            request.language,
            request.wheelchair_accessible,
        )
        items = [
            place
            for voorziening in asked
            for found in await self.matching.find(call, voorziening, on)
            if (place := _place(found, wanted, local_date(call.now))) is not None
        ]
        items.sort(key=lambda place: (-place.places_free, place.organisation_name, place.label))
        there = {place.voorziening for place in items}
        nothing = tuple(code for code in asked if code not in there)
        return PlacesFound(on=on, items=tuple(items), nothing_free=nothing)

    def _asked(self, request: PlaceSearch) -> tuple[str, ...]:
        if (request.voorziening is None) == (not request.voorzieningen):
            raise InvalidRequestError(_ONE_OF_TWO, [Fault("", "one-of-two", _ONE_OF_TWO)])
        one = request.voorziening
        asked = request.voorzieningen if one is None else (one,)
        for index, code in enumerate(asked):
            if code not in self.codes.voorzieningen:
                pointer = f"/voorzieningen/{index}" if one is None else "/voorziening"
                raise UnknownCodeError(pointer, "voorziening", sorted(self.codes.voorzieningen))
        return tuple(dict.fromkeys(asked))

    def _stadsdeel(self, wijk: str | None) -> str | None:
        """Contracts hold per stadsdeel; where in it a place lies may be a secret."""
        if wijk is None or not self.codes.wijken:
            return None
        if wijk not in self.codes.wijken:
            raise UnknownCodeError("/wijk", "wijk", sorted(self.codes.wijken))
        return self.codes.wijken[wijk]


def _place(found: Found, wanted: Wanted, today: date) -> PlaceRead | None:
    offered = found.offered()
    judged = fit(wanted, offered)
    if judged.why_not:
        return None
    shown = location_read(found.location)
    return PlaceRead(
        organisation_id=found.organisation.id,
        organisation_name=found.organisation.name,
        phone=found.organisation.phone,
        voorziening=found.contract.voorziening,
        contract_id=found.contract.id,
        location_id=found.location.id,
        confidential=shown.confidential,
        label=shown.name or _A_PLACE,
        wijk=shown.wijk,
        stadsdeel=shown.stadsdeel,
        wheelchair_accessible=shown.wheelchair_accessible,
        target_groups=tuple(offered.target_groups),
        languages=tuple(offered.languages),
        places_free=offered.places_free,
        stated_at=found.room.stated_at,
        days_old=max(0, (today - local_date(found.room.stated_at)).days),
        warnings=judged.warnings,
    )
