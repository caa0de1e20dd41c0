"""The register of persons: finding somebody, and writing somebody new down."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.plans.domain.households import (
    SHORTEST_PREFIX,
    SearchWay,
    ensure_born,
    search_way,
)
from services.plans.models import PersonRow
from services.plans.repository import PersonHit, PersonsRepository
from services.plans.service.common import Parts, audit_persons, refuse
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.sealing import KeyRing, Place
from shared.errors import ForbiddenError, UnknownCodeError
from shared.identifiers import fold_name, is_bsn, new_id
from shared.schemas.persons import (
    Address,
    AddressRead,
    PersonCreate,
    PersonMatch,
    PersonMatches,
    PersonRead,
    PersonSearch,
)
from shared.stelsel.model import Stelsel
from shared.vocabulary import Reach

MOST_HITS: Final = 20
_BSN_COLUMN: Final = "persons.bsn"
_ACTIVITY: Final = "register"
_FROM_A_CONTACT: Final = (
    "U zoekt alleen met wat bij een aanmelding van u is verteld. Zoek bij die aanmelding."
)
_ADDRESS: Final = (
    "street",
    "house_number",
    "house_number_addition",
    "postcode",
    "city",
    "wijk",
)

_Search = Callable[[PersonsRepository, PersonSearch, KeyRing], Awaitable[list[PersonHit]]]


@dataclass(frozen=True, slots=True)
class Persons:
    """Use cases of whoever looks somebody up before writing anything."""

    parts: Parts

    async def search(self, call: Call, request: PersonSearch) -> PersonMatches:
        """Search the register; every person shown is recorded as looked at."""
        given = {name for name, value in request.model_dump(by_alias=False).items() if value}
        way = search_way(given)
        if way is SearchWay.BSN:
            ensure_bsn("/bsn", request.bsn)
        if way is SearchWay.NAME:
            _ensure_long_enough(request.surname or "")
        if not call.may(Reach.SEARCH) and call.principal.via is None:
            raise ForbiddenError(_FROM_A_CONTACT)
        async with self.parts.db.transaction() as session:
            hits = await _SEARCHES[way](PersonsRepository(session), request, self.parts.db.ring)
            shown = hits[:MOST_HITS]
            persons = [hit.person.id for hit in shown]
            await audit_persons(session, call, Act.READ, persons, _ACTIVITY)
        return PersonMatches(
            items=tuple(_match(hit) for hit in shown), truncated=len(hits) > MOST_HITS
        )


async def _by_bsn(
    repository: PersonsRepository, request: PersonSearch, ring: KeyRing
) -> list[PersonHit]:
    return await repository.by_bsn(ring.index(_BSN_COLUMN, request.bsn or ""), MOST_HITS + 1)


async def _by_name(
    repository: PersonsRepository, request: PersonSearch, ring: KeyRing
) -> list[PersonHit]:
    del ring
    assert request.birth_date is not None
    folded = fold_name(request.surname or "")
    return await repository.by_name(folded, request.birth_date, MOST_HITS + 1)


async def _by_address(
    repository: PersonsRepository, request: PersonSearch, ring: KeyRing
) -> list[PersonHit]:
    del ring
    postcode, number = request.postcode or "", request.house_number or 0
    return await repository.by_address(postcode, number, MOST_HITS + 1)


_SEARCHES: Final[Mapping[SearchWay, _Search]] = {
    SearchWay.BSN: _by_bsn,
    SearchWay.NAME: _by_name,
    SearchWay.ADDRESS: _by_address,
}


def _match(hit: PersonHit) -> PersonMatch:
    return PersonMatch(
        person_id=hit.person.id,
        given_names=hit.person.given_names,
        surname=hit.person.surname,
        birth_date=hit.person.birth_date,
        household_id=hit.household_id,
        household_role=hit.role,
        has_open_plan=hit.has_open_plan,
        coordinator=hit.coordinator,
    )


def ensure_bsn(pointer: str, bsn: str | None) -> None:
    """A BSN passes the elfproef (Besluit bsn art. 3)."""
    if bsn is not None and not is_bsn(bsn):
        raise refuse(pointer, "elfproef", "Dit is geen geldig BSN. Kijk de negen cijfers na.")


def _ensure_long_enough(surname: str) -> None:
    if len(fold_name(surname)) < SHORTEST_PREFIX:
        detail = "Geef minstens twee letters van de achternaam, zonder voorvoegsel."
        raise refuse("/surname", "string_too_short", detail)


def ensure_person(pointer: str, person: PersonCreate, stelsel: Stelsel, now: datetime) -> None:
    """What can be judged of a new person without asking anybody."""
    ensure_bsn(f"{pointer}/bsn", person.bsn)
    ensure_born(f"{pointer}/birthDate", person.birth_date, local_date(now))
    if not any(letter.isalpha() for letter in fold_name(person.surname)):
        detail = "Een achternaam heeft letters; zonder letters vindt niemand deze persoon terug."
        raise refuse(f"{pointer}/surname", "no-letters", detail)
    wijken = [wijk.code for wijk in stelsel.areas.wijken]
    wijk = person.address.wijk if person.address is not None else None
    if wijk is not None and wijk not in wijken:
        raise UnknownCodeError(f"{pointer}/address/wijk", "wijk", wijken)


def new_person(person: PersonCreate, ring: KeyRing, now: datetime) -> PersonRow:
    """A row for somebody new; the BSN is sealed for exactly this row."""
    row = PersonRow(
        id=new_id(),
        given_names=person.given_names,
        surname=person.surname,
        surname_folded=fold_name(person.surname),
        birth_date=person.birth_date,
        phone=person.phone,
        address_shielded=person.address_shielded,
        language=person.language,
        created_at=now,
        changed_at=now,
    )
    address = person.address or Address()
    for name in _ADDRESS:
        setattr(row, name, getattr(address, name))
    if person.bsn is not None:
        row.bsn_sealed = ring.seal(person.bsn, bsn_place(row.id))
        row.bsn_index = bsn_index(ring, person.bsn)
    return row


def bsn_index(ring: KeyRing, bsn: str) -> bytes:
    """The keyed index by which a BSN is found."""
    return ring.index(_BSN_COLUMN, bsn)


def bsn_place(person: UUID) -> Place:
    """Where the sealed BSN of a person lives."""
    return Place("persons", person, "bsn_sealed")


def address_read(row: PersonRow) -> AddressRead | None:
    """Where somebody lives; nothing when it is shielded or not known."""
    found = AddressRead.model_validate(row)
    if row.address_shielded or found == AddressRead():
        return None
    return found


def person_read(row: PersonRow) -> PersonRead:
    """A person as the circle sees them."""
    return PersonRead(
        id=row.id,
        given_names=row.given_names,
        surname=row.surname,
        birth_date=row.birth_date,
        has_bsn=row.bsn_sealed is not None,
        phone=row.phone,
        address=address_read(row),
        address_shielded=row.address_shielded,
        language=row.language,
    )
