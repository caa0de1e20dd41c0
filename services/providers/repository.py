"""Every query of the providers service."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Row, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.providers.models import (
    NO_MORE_THAN_PLACES,
    ONE_HELD_PER_ATTEMPT,
    CapacityRow,
    ContractRow,
    LocationRow,
    OrganisationRow,
    ProvidersRow,
    ReservationRow,
)
from shared.db.database import Session, is_taken, points_nowhere, violates
from shared.errors import ConflictError, NotFoundError, StaleVersionError
from shared.vocabulary import ReservationStatus

RowT = TypeVar("RowT", bound=ProvidersRow)


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
        """The place held for an attempt, if there is one."""
        row = ReservationRow
        held = row.status == ReservationStatus.HELD
        return await self._session.scalar(select(row).where(row.attempt_id == attempt_id, held))

    async def take_place(self, contract_id: UUID, location_id: UUID) -> CapacityRow | None:
        """Count one place more as taken, in the row itself; None when all are taken.

        The row stays locked until the transaction ends, and its check refuses one too many
        whatever this code does.
        """
        row = CapacityRow
        where = (row.contract_id == contract_id, row.location_id == location_id)
        if await self._session.scalar(select(row.id).where(*where)) is None:
            raise NotFoundError
        taking = update(row).where(*where, row.taken < row.places)
        values = {"taken": row.taken + 1, "version": row.version + 1}
        found: CapacityRow | None = await self._session.scalar(taking.values(values).returning(row))
        return found

    async def capacity(self, capacity_id: UUID) -> CapacityRow:
        """A counter by its id."""
        return await self.get(CapacityRow, capacity_id)

    async def give_back(self, capacity_id: UUID) -> None:
        """Count one place less as taken."""
        row = CapacityRow
        giving = update(row).where(row.id == capacity_id)
        await self._session.execute(giving.values(taken=row.taken - 1, version=row.version + 1))

    async def reservation(self, record: UUID) -> tuple[ReservationRow, CapacityRow]:
        """A reservation, locked, with its counter."""
        row = ReservationRow
        query = (
            select(row, CapacityRow)
            .join(CapacityRow, CapacityRow.id == row.capacity_id)
            .where(row.id == record)
            .with_for_update(of=row)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError
        return found[0], found[1]

    async def owner_of(self, contract_id: UUID) -> UUID:
        """Whose contract it is."""
        return (await self.get(ContractRow, contract_id)).organisation_id
