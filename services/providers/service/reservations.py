"""Holding a place for an accepted attempt: counter and row in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from services.providers.models import CapacityRow, ReservationRow
from services.providers.repository import ProvidersRepository
from shared.auth.call import Call
from shared.db.database import Database
from shared.errors import ConflictError, NotFoundError
from shared.identifiers import new_id
from shared.schemas.providers import ReleaseCreate, ReservationCreate, ReservationRead
from shared.vocabulary import Reach, ReservationStatus

KIND = "reservation"
FULL = "Hier is nu geen plaats vrij."
TAKEN_ELSEWHERE = "Voor dit aanbod is al een plaats vastgehouden, op een andere plek."


@dataclass(frozen=True, slots=True)
class Reservations:
    """Use cases of referrals, on behalf of the provider that accepts."""

    db: Database

    async def reserve(self, call: Call, request: ReservationCreate) -> ReservationRead:
        """Hold one place; asking again for the same attempt answers the place already held.

        Raises `ConflictError` when no place is free, `NotFoundError` for another's contract.
        """
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            await _ensure_own(call, repository, request.contract_id)
            capacity = await repository.take_place(request.contract_id, request.location_id)
            # Asked after the counter is locked: two askers for one attempt order themselves there.
            held = await repository.held_for(request.attempt_id)
            if held is not None:
                if capacity is not None:
                    await repository.give_back(capacity.id)
                counter = await repository.capacity(held.capacity_id)
                _ensure_same(request, counter)
                return self._answer(call, held, counter)
            if capacity is None:
                raise ConflictError(FULL)
            row = ReservationRow(
                id=new_id(),
                attempt_id=request.attempt_id,
                capacity_id=capacity.id,
                status=ReservationStatus.HELD,
                held_at=call.now,
            )
            await repository.add(row)
            return self._answer(call, row, capacity)

    async def release(self, call: Call, record: UUID, request: ReleaseCreate) -> ReservationRead:
        """Give a place back; giving it back twice counts once."""
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            row, capacity = await repository.reservation(record)
            await _ensure_own(call, repository, capacity.contract_id)
            if row.status is ReservationStatus.HELD:
                row.status = ReservationStatus.RELEASED
                row.released_at = call.now
                row.release_reason = request.reason
                await repository.give_back(capacity.id)
            await session.flush()
            return self._answer(call, row, capacity)

    async def in_reach(self, call: Call, record: UUID) -> bool:
        """Whether this caller may still see a reservation."""
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            try:
                _, capacity = await repository.reservation(record)
                await _ensure_own(call, repository, capacity.contract_id)
            except NotFoundError:
                return False
        return True

    def _answer(self, call: Call, row: ReservationRow, capacity: CapacityRow) -> ReservationRead:
        found = ReservationRead(
            id=row.id,
            version=row.version,
            attempt_id=row.attempt_id,
            contract_id=capacity.contract_id,
            location_id=capacity.location_id,
            status=row.status,
            held_at=row.held_at,
            released_at=row.released_at,
        )
        return call.answer(found, KIND, row.id, row.version)


async def _ensure_own(call: Call, repository: ProvidersRepository, contract: UUID) -> None:
    """Another's contract does not exist for a provider."""
    owner = await repository.owner_of(contract)
    if not call.may(Reach.ANY) and owner != call.principal.provider:
        raise NotFoundError


def _ensure_same(request: ReservationCreate, held: CapacityRow) -> None:
    """An attempt is about one contract at one place; elsewhere its place is not answered."""
    if (held.contract_id, held.location_id) != (request.contract_id, request.location_id):
        raise ConflictError(TAKEN_ELSEWHERE)
