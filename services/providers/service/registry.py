"""Keeping the registry: organisations, locations, contracts and their room."""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from services.providers.models import (
    CapacityRow,
    ContractRow,
    LocationRow,
    OrganisationRow,
    ProvidersRow,
)
from services.providers.repository import ProvidersRepository
from services.providers.service.calendar import Calendar
from services.providers.service.endings import Endings
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    StaleVersionError,
    UnknownCodeError,
)
from shared.schemas.base import Page, RequestModel, ResponseModel
from shared.schemas.providers import (
    CapacityPut,
    CapacityRead,
    ContractPut,
    ContractRead,
    LocationPut,
    LocationRead,
    OrganisationPut,
    OrganisationRead,
)
from shared.vocabulary import Reach

ReadT = TypeVar("ReadT", bound=ResponseModel)
_PAGE = "organisations"


@dataclass(frozen=True, slots=True)
class Registry:
    """Use cases of whoever keeps the registry, and of everybody who reads it."""

    db: Database
    calendar: Calendar
    endings: Endings
    voorzieningen: frozenset[str]

    async def list_organisations(
        self, call: Call, size: int, cursor: str | None
    ) -> Page[OrganisationRead]:
        """Organisations by name."""
        query = f"{_PAGE}/{size}"
        after = call.position(query, cursor)
        async with self.db.transaction() as session:
            rows = await ProvidersRepository(session).organisations(after, size)
        shown = [OrganisationRead.model_validate(row) for row in rows[:size]]
        last = rows[size - 1] if len(rows) > size else None
        more = None if last is None else call.cursor(query, [last.name, str(last.id)])
        return Page(items=tuple(shown), next=more)

    async def read_organisation(self, call: Call, record: UUID) -> OrganisationRead:
        """One organisation."""
        return await self._read(call, OrganisationRow, OrganisationRead, record)

    async def read_contract(self, call: Call, record: UUID) -> ContractRead:
        """One contract."""
        return await self._read(call, ContractRow, ContractRead, record)

    async def read_location(self, call: Call, record: UUID) -> LocationRead:
        """One location; of a confidential one neither name nor area is shown."""
        async with self.db.transaction() as session:
            row = await ProvidersRepository(session).get(LocationRow, record)
        return call.answer(location_read(row), LocationRow.__tablename__, record, row.version)

    async def put_organisation(
        self, call: Call, record: UUID, request: OrganisationPut
    ) -> OrganisationRead:
        """Make or change an organisation; raises `InvalidRequestError` where it owns itself."""
        if request.parent_id == record:
            detail = "Een organisatie is niet van zichzelf. Noem de eigenaar, of laat dit veld weg."
            raise InvalidRequestError(detail, [Fault("/parentId", "own-parent", detail)])
        return await self._put(call, OrganisationRow(id=record), request, OrganisationRead)

    async def put_location(self, call: Call, record: UUID, request: LocationPut) -> LocationRead:
        """Make or change a location."""
        await self._put(call, LocationRow(id=record), request, LocationRead)
        return await self.read_location(call, record)

    async def put_contract(self, call: Call, record: UUID, request: ContractPut) -> ContractRead:
        """Make or change a contract.

        Raises `InvalidRequestError` when it ends before it begins, `UnknownCodeError` for a
        voorziening that this stelsel does not have: nobody would ever be led there.
        """
        if request.voorziening not in self.voorzieningen:
            raise UnknownCodeError("/voorziening", "voorziening", sorted(self.voorzieningen))
        if request.valid_until is not None and request.valid_until < request.valid_from:
            detail = "Een contract eindigt niet voor het begint. Kies een latere laatste dag."
            fault = Fault("/validUntil", "ends-before-it-begins", detail)
            raise InvalidRequestError(detail, [fault])
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            row = await repository.find(ContractRow, record)
            before = None if row is None else (row.ceiling_places, row.ceiling_status)
            last_day = None if row is None else row.valid_until
            values = _plain({**request.model_dump(by_alias=False), "changed_at": call.now})
            saved = await self._save(call, repository, row, ContractRow(id=record), values)
            assert isinstance(saved, ContractRow)
            if before is not None and before != (saved.ceiling_places, saved.ceiling_status):
                await repository.set_ceiling(saved, local_date(call.now).year)
            moved = last_day != saved.valid_until
            await self.endings.tell_contract(session, saved, call.now, moved=moved)
            return self._answered(call, saved, ContractRead)

    async def put_capacity(self, call: Call, record: UUID, request: CapacityPut) -> CapacityRead:
        """Say how many places there are; never fewer than are taken."""
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            row = await repository.find(CapacityRow, record)
            await _ensure_own(call, repository, request, row)
            if row is not None:
                _ensure_same_counter(row, request)
            before = await self.calendar.put_values(session, call, row, request)
            values = {**request.model_dump(by_alias=False), "stated_at": call.now}
            if row is None:
                values["taken"] = 0
            saved = await self._save(call, repository, row, CapacityRow(id=record), values)
            assert isinstance(saved, CapacityRow)
            await self.calendar.was_put(session, call, saved, before)
            return await self.calendar.answer(session, call, saved)

    async def _read(
        self, call: Call, kind: type[ProvidersRow], read: type[ReadT], record: UUID
    ) -> ReadT:
        async with self.db.transaction() as session:
            row = await ProvidersRepository(session).get(kind, record)
        return self._answered(call, row, read)

    async def _put(
        self, call: Call, new: ProvidersRow, request: RequestModel, read: type[ReadT]
    ) -> ReadT:
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            row = await repository.find(type(new), _id(new))
            values = _plain({**request.model_dump(by_alias=False), "changed_at": call.now})
            return self._answered(call, await self._save(call, repository, row, new, values), read)

    async def _save(
        self,
        call: Call,
        repository: ProvidersRepository,
        row: ProvidersRow | None,
        new: ProvidersRow,
        values: dict[str, Any],
    ) -> ProvidersRow:
        if row is None and not call.only_if_new:
            raise NotFoundError
        if row is not None:
            if call.only_if_new:
                raise StaleVersionError
            call.expect(row.__tablename__, _id(row), _version(row))
        saved = row or new
        for name, value in values.items():
            setattr(saved, name, value)
        await repository.add(saved)
        return saved

    def _answered(self, call: Call, row: ProvidersRow, read: type[ReadT]) -> ReadT:
        found = read.model_validate(row)
        return call.answer(found, row.__tablename__, _id(row), _version(row))


async def _ensure_own(
    call: Call, repository: ProvidersRepository, request: CapacityPut, row: CapacityRow | None
) -> None:
    """A provider counts under its own contracts at its own places; another's do not exist.

    The counter that is there is judged as well as the one that was sent: a provider that names
    its own contract cannot take over the counter of somebody else.
    """
    contracts = [request.contract_id] if row is None else [request.contract_id, row.contract_id]
    owners = {await repository.owner_of(contract) for contract in contracts}
    owners.add((await repository.get(LocationRow, request.location_id)).organisation_id)
    if not call.may(Reach.ANY) and owners != {call.principal.provider}:
        raise NotFoundError


def _ensure_same_counter(row: CapacityRow, request: CapacityPut) -> None:
    """Places are held on a counter: it keeps its contract and place, and what is taken."""
    if (row.contract_id, row.location_id) != (request.contract_id, request.location_id):
        raise ConflictError("Deze telling hoort bij een ander contract of een andere plek.")
    if row.taken > request.places:
        raise ConflictError(f"Er zijn al {row.taken} plaatsen bezet; minder kan niet.")


def location_read(row: LocationRow) -> LocationRead:
    """A location as everybody may see it (A12-PRI-01: a secret place has no name and no area)."""
    found = LocationRead.model_validate(row)
    if not row.confidential:
        return found
    return found.model_copy(update={"name": None, "wijk": None, "stadsdeel": None})


def _id(row: ProvidersRow) -> UUID:
    found: UUID = row.__getattribute__("id")
    return found


def _version(row: ProvidersRow) -> int:
    found: int = row.__getattribute__("version")
    return found


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
