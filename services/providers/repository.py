"""Every query of the providers service."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, delete, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from services.providers.domain.rooms import Stated
from services.providers.models import (
    NO_MORE_THAN_CEILING,
    NO_MORE_THAN_PLACES,
    ONE_CAPACITY,
    ONE_HELD_PER_ATTEMPT,
    CapacityChangeRow,
    CapacityRow,
    ContractRow,
    ContractYearRow,
    LocationRow,
    OrganisationRow,
    ProvidersRow,
    ReservationRow,
)
from shared.db.database import Session, is_taken, points_nowhere, violates
from shared.errors import ConflictError, NotFoundError, StaleVersionError
from shared.vocabulary import CeilingStatus, ReservationStatus

RowT = TypeVar("RowT", bound=ProvidersRow)

FULL: Final = "Hier is nu geen plaats vrij."
CEILING_REACHED: Final = "Het plafond van dit contract voor dit jaar is bereikt."
CEILING_TOO_LOW: Final = (
    "Dit jaar zijn al meer plaatsen vergeven dan dit plafond. Kies een hoger plafond."
)
COUNTED_ALREADY: Final = (
    "Voor dit contract wordt op deze plek al geteld. Zoek die telling op en pas haar aan."
)
IN_USE: Final = (ReservationStatus.HELD, ReservationStatus.CONFIRMED)


class ProvidersRepository:
    """Questions to the registry."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, kind: type[RowT], record: UUID) -> RowT | None:
        """One row by its id, if it is there."""
        return await self._session.get(kind, record)

    async def get(self, kind: type[RowT], record: UUID) -> RowT:
        """One row by its id, else `NotFoundError`."""
        row = await self.find(kind, record)
        if row is None:
            raise NotFoundError
        return row

    async def add(self, row: ProvidersRow) -> None:
        """Store a new row; a row it points to must exist."""
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_HELD_PER_ATTEMPT):
                raise ConflictError("Voor dit aanbod is al een plaats vastgehouden.") from exc
            if violates(exc, ONE_CAPACITY):
                raise ConflictError(COUNTED_ALREADY) from exc
            if violates(exc, NO_MORE_THAN_PLACES):
                raise ConflictError("Er zijn al meer plaatsen bezet; minder kan niet.") from exc
            if is_taken(exc):
                raise StaleVersionError from exc
            if points_nowhere(exc):
                raise ConflictError("Iets waarnaar u verwijst bestaat niet.") from exc
            raise

    async def organisations(self, after: list[str] | None, size: int) -> list[OrganisationRow]:
        """Organisations by name, one page and one row more."""
        row = OrganisationRow
        query = select(row).order_by(row.name, row.id).limit(size + 1)
        if after is not None:
            query = query.where(tuple_(row.name, row.id) > (after[0], UUID(after[1])))
        return list(await self._session.scalars(query))

    async def offers(
        self, voorziening: str, on: date
    ) -> list[Row[OrganisationRow, ContractRow, LocationRow, CapacityRow]]:
        """Everything contracted for a voorziening on a day, with where and how much room."""
        contract = ContractRow
        query = (
            select(OrganisationRow, contract, LocationRow, CapacityRow)
            .join(contract, contract.organisation_id == OrganisationRow.id)
            .join(CapacityRow, CapacityRow.contract_id == contract.id)
            .join(LocationRow, LocationRow.id == CapacityRow.location_id)
            .where(
                contract.voorziening == voorziening,
                contract.valid_from <= on,
                or_(contract.valid_until.is_(None), contract.valid_until >= on),
            )
            .order_by(OrganisationRow.name, LocationRow.id)
        )
        return list(await self._session.execute(query))

    async def held_for(self, attempt_id: UUID) -> ReservationRow | None:
        """The place held for an attempt, or used by it, if there is one."""
        row = ReservationRow
        in_use = row.status.in_(IN_USE)
        return await self._session.scalar(select(row).where(row.attempt_id == attempt_id, in_use))

    async def contract_shared(self, contract_id: UUID) -> ContractRow:
        """A contract whose terms nobody changes until this transaction ends."""
        row = ContractRow
        query = select(row).where(row.id == contract_id).with_for_update(read=True)
        return await self._one(query.execution_options(populate_existing=True))

    async def contract_locked(self, contract_id: UUID) -> ContractRow:
        """A contract that only this transaction uses."""
        query = select(ContractRow).where(ContractRow.id == contract_id).with_for_update()
        return await self._one(query.execution_options(populate_existing=True))

    async def organisation_shared(self, organisation_id: UUID) -> OrganisationRow:
        """An organisation that nobody suspends until this transaction ends.

        Who suspends waits for the places that are being held, and answers after them.
        """
        row = OrganisationRow
        query = select(row).where(row.id == organisation_id).with_for_update(read=True)
        return await self._one(query.execution_options(populate_existing=True))

    async def counter(self, contract_id: UUID, location_id: UUID) -> CapacityRow:
        """The counter of a contract at a location, locked."""
        row = CapacityRow
        query = select(row).where(row.contract_id == contract_id, row.location_id == location_id)
        return await self._one(query.with_for_update().execution_options(populate_existing=True))

    async def capacity(self, capacity_id: UUID) -> CapacityRow:
        """A counter by its id, locked."""
        query = select(CapacityRow).where(CapacityRow.id == capacity_id).with_for_update()
        return await self._one(query.execution_options(populate_existing=True))

    async def touch(self, row: CapacityRow) -> None:
        """What hangs on this counter changed: who reads it sees a new version."""
        flag_modified(row, "stated_at")
        await self._session.flush()

    async def take_place(self, row: CapacityRow) -> None:
        """Count one place more as taken; the check of the table refuses one too many."""
        row.taken += 1
        await self._counted({NO_MORE_THAN_PLACES: FULL})

    async def take_of_year(self, contract: ContractRow, year: int) -> int:
        """Count one more for a contract in a year; answers how many it makes.

        The check of the table refuses one above a decided ceiling, whatever this code does.
        """
        row = ContractYearRow
        new = {
            "contract_id": contract.id,
            "year": year,
            "taken": 0,
            "ceiling": contract.ceiling_places,
            "status": contract.ceiling_status,
        }
        await self._session.execute(insert(row).values(new).on_conflict_do_nothing())
        taking = (
            update(row)
            .where(row.contract_id == contract.id, row.year == year)
            .values(taken=row.taken + 1)
            .returning(row.taken)
        )
        try:
            found: int | None = await self._session.scalar(taking)
        except IntegrityError as exc:
            if violates(exc, NO_MORE_THAN_CEILING):
                raise ConflictError(CEILING_REACHED) from exc
            raise
        assert found is not None
        return found

    async def give_back_of_year(self, contract_id: UUID, year: int) -> None:
        """Count one less for a contract in a year."""
        row = ContractYearRow
        giving = update(row).where(row.contract_id == contract_id, row.year == year)
        await self._session.execute(giving.values(taken=row.taken - 1))

    async def set_ceiling(self, contract: ContractRow, year: int) -> None:
        """From this year on the counters of a contract hold its ceiling as it is now."""
        row = ContractYearRow
        setting = update(row).where(row.contract_id == contract.id, row.year >= year)
        try:
            await self._session.execute(
                setting.values(ceiling=contract.ceiling_places, status=contract.ceiling_status)
            )
        except IntegrityError as exc:
            if violates(exc, NO_MORE_THAN_CEILING):
                raise ConflictError(CEILING_TOO_LOW) from exc
            raise

    async def taken_in_year(self, contracts: Collection[UUID], year: int) -> dict[UUID, int]:
        """How many were given in a year, by contract; a contract with none is left out."""
        row = ContractYearRow
        query = select(row.contract_id, row.taken).where(
            row.contract_id.in_(contracts), row.year == year
        )
        return {found.contract_id: found.taken for found in await self._session.execute(query)}

    async def ceiling_left(self, contract: ContractRow, year: int) -> int | None:
        """What a decided ceiling still allows; None where there is none."""
        if contract.ceiling_places is None or contract.ceiling_status is CeilingStatus.PROPOSED:
            return None
        taken = await self.taken_in_year([contract.id], year)
        return contract.ceiling_places - taken.get(contract.id, 0)

    async def changes(self, capacities: Collection[UUID]) -> dict[UUID, list[Stated]]:
        """What was said about days to come, or has not come true yet, by counter."""
        row = CapacityChangeRow
        query = select(row).where(row.capacity_id.in_(capacities)).order_by(row.from_day)
        found: dict[UUID, list[Stated]] = {each: [] for each in capacities}
        for change in await self._session.scalars(query):
            found[change.capacity_id].append(
                Stated(change.from_day, change.places, change.stated_at)
            )
        return found

    async def state(self, capacity_id: UUID, stated: Stated) -> None:
        """Keep what was said about a day; the last word about one day counts."""
        row = CapacityChangeRow
        said = {"places": stated.places, "stated_at": stated.stated_at}
        statement = insert(row).values(capacity_id=capacity_id, from_day=stated.from_day, **said)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[row.capacity_id, row.from_day], set_=said
            )
        )

    async def forget_changes(self, capacity_id: UUID, until: date) -> None:
        """What was said about days up to and with this one is so now, or was overtaken."""
        row = CapacityChangeRow
        await self._session.execute(
            delete(row).where(row.capacity_id == capacity_id, row.from_day <= until)
        )

    async def with_due_changes(self, day: date) -> Sequence[UUID]:
        """Counters about which something was said for a day up to and with this one."""
        row = CapacityChangeRow
        query = select(row.capacity_id).where(row.from_day <= day).distinct()
        return list(await self._session.scalars(query.order_by(row.capacity_id)))

    async def due_to_lapse(self, now: datetime) -> Sequence[UUID]:
        """Places held longer than they may be."""
        row = ReservationRow
        query = select(row.id).where(row.status == ReservationStatus.HELD, row.lapses_at <= now)
        return list(await self._session.scalars(query.order_by(row.lapses_at, row.id)))

    async def ended_untold(self, day: date) -> Sequence[UUID]:
        """Contracts that hold no more on a day, of which nobody was told."""
        row = ContractRow
        query = select(row.id).where(row.valid_until < day, row.end_told_at.is_(None))
        return list(await self._session.scalars(query.order_by(row.id)))

    async def reservation(self, record: UUID) -> tuple[ReservationRow, CapacityRow]:
        """A reservation and its counter, both locked, in this order."""
        row = ReservationRow
        query = (
            select(row)
            .where(row.id == record)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found = await self._one(query)
        return found, await self.capacity(found.capacity_id)

    async def _counted(self, told: dict[str, str]) -> None:
        try:
            await self._session.flush()
        except IntegrityError as exc:
            for constraint, detail in told.items():
                if violates(exc, constraint):
                    raise ConflictError(detail) from exc
            raise

    async def _one(self, query: Select[RowT]) -> RowT:
        row = await self._session.scalar(query)
        if row is None:
            raise NotFoundError
        return row

    async def owner_of(self, contract_id: UUID) -> UUID:
        """Whose contract it is."""
        return (await self.get(ContractRow, contract_id)).organisation_id
