"""Holding a place for an accepted attempt: places, ceiling and row in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.providers.domain.beginnings import ensure_can_begin, ensure_same_beginning
from services.providers.domain.matching import ABOVE_PROPOSED
from services.providers.models import (
    CapacityRow,
    ContractRow,
    ReservationRow,
)
from services.providers.repository import IN_USE, ProvidersRepository
from services.providers.service.rooms import Rooms, holds_on
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database, Session
from shared.errors import ConflictError, NotFoundError
from shared.identifiers import new_id
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import RESERVATION_LAPSED, ReservationLapsed
from shared.schemas.providers import (
    ConfirmationCreate,
    PlaceReturnCreate,
    PlaceReturnRead,
    ReleaseCreate,
    ReservationCreate,
    ReservationRead,
)
from shared.vocabulary import CeilingStatus, Reach, ReservationStatus, ServiceName

KIND: Final = "reservation"
RETURN: Final = "place_return"
LAPSED: Final = "not_started_in_time"
_S: Final = ReservationStatus
_SUSPENDED: Final = "Bij deze aanbieder kan nu niemand geplaatst worden."
_NOT_IN_FORCE: Final = "Dit contract geldt vandaag niet."
_GIVEN_BACK: Final = "Deze plaats is al teruggegeven. Houd opnieuw een plaats vast."
TAKEN_ELSEWHERE: Final = "Voor dit aanbod is al een plaats vastgehouden, op een andere plek."


@dataclass(frozen=True, slots=True)
class Reservations:
    """Use cases of referrals, on behalf of the provider that accepts."""

    db: Database
    outbox: Outbox
    days: int

    async def reserve(self, call: Call, request: ReservationCreate) -> ReservationRead:
        """Hold one place; asking again for the same attempt answers the place already held.

        Raises `ConflictError` when no place is free or a decided ceiling is reached,
        `NotFoundError` for another's contract.
        """
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            contract = await repository.contract_shared(request.contract_id)
            _ensure_own(call, contract)
            capacity = await repository.counter(request.contract_id, request.location_id)
            # Asked after the counter is locked: two askers for one attempt order themselves there.
            held = await repository.held_for(request.attempt_id)
            if held is not None:
                counter = await repository.capacity(held.capacity_id)
                _ensure_same(request, counter)
                return self._answer(call, held, counter)
            await Rooms(self.outbox, session, call.now).settle(capacity)
            row = ReservationRow(
                id=new_id(),
                attempt_id=request.attempt_id,
                capacity_id=capacity.id,
                status=_S.HELD,
                held_at=call.now,
                lapses_at=call.now + timedelta(days=self.days),
            )
            above = await self._take(session, call.now, contract, capacity, row)
            await repository.add(row)
            return self._answer(call, row, capacity, above=above)

    async def confirm(
        self, call: Call, record: UUID, request: ConfirmationCreate
    ) -> ReservationRead:
        """Help began: the place is used and does not lapse any more. Saying it twice is once.

        A place that lapsed before is taken again where there is one, else `ConflictError`; so too
        for another day than was told before. `InvalidRequestError` for a day that cannot be.
        """
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            row, capacity = await repository.reservation(record)
            contract = await repository.get(ContractRow, capacity.contract_id)
            _ensure_own(call, contract)
            above = False
            if row.status is _S.RELEASED:
                raise ConflictError(_GIVEN_BACK)
            ensure_can_begin(request.on, local_date(row.held_at), local_date(call.now))
            if row.status is _S.LAPSED:
                await Rooms(self.outbox, session, call.now).settle(capacity)
                above = await self._take(session, call.now, contract, capacity, row)
                row.released_at = row.release_reason = None
            _begin(row, request.on, call.now)
            await repository.add(row)
            return self._answer(call, row, capacity, above=above)

    async def release(self, call: Call, record: UUID, request: ReleaseCreate) -> ReservationRead:
        """Give a place back; giving it back twice counts once."""
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            row, capacity = await repository.reservation(record)
            _ensure_own(call, await repository.get(ContractRow, capacity.contract_id))
            if row.status in IN_USE:
                await self._release(session, call.now, (row, capacity), request.reason)
            return self._answer(call, row, capacity)

    async def return_of(self, call: Call, request: PlaceReturnCreate) -> PlaceReturnRead:
        """Give back what is held for an attempt that never began; nothing held is as good.

        A place that help uses already stays: that attempt has not ended without a yes.
        """
        async with self.db.transaction(call.once) as session:
            repository = ProvidersRepository(session)
            held = await repository.held_for(request.attempt_id)
            row, capacity = (None, None) if held is None else await repository.reservation(held.id)
            returned = False
            if row is not None and capacity is not None and row.status is _S.HELD:
                await self._release(session, call.now, (row, capacity), request.reason)
                returned = True
            found = PlaceReturnRead(attempt_id=request.attempt_id, returned=returned)
            return call.answer(found, RETURN, request.attempt_id)

    async def _release(
        self, session: Session, now: datetime, held: tuple[ReservationRow, CapacityRow], why: str
    ) -> None:
        row, capacity = held
        await self._give_back(session, now, capacity, row)
        row.status, row.released_at, row.release_reason = _S.RELEASED, now, why
        await session.flush()

    async def in_reach(self, call: Call, record: UUID) -> bool:
        """Whether this caller may still see a reservation."""
        async with self.db.transaction() as session:
            repository = ProvidersRepository(session)
            try:
                _, capacity = await repository.reservation(record)
                _ensure_own(call, await repository.get(ContractRow, capacity.contract_id))
            except NotFoundError:
                return False
        return True

    async def lapse_due(self, now: datetime) -> None:
        """Give back every place held for help that did not begin in time; done by the clock."""
        async with self.db.transaction() as session:
            due = await ProvidersRepository(session).due_to_lapse(now)
        for record in due:
            await self._lapse(record, now)

    async def _lapse(self, record: UUID, now: datetime) -> None:
        async with self.db.transaction() as session:
            row, capacity = await ProvidersRepository(session).reservation(record)
            if row.status is not _S.HELD or row.lapses_at > now:
                return  # confirmed or given back meanwhile
            await self._give_back(session, now, capacity, row)
            row.status, row.released_at, row.release_reason = _S.LAPSED, now, LAPSED
            await session.flush()
            told = ReservationLapsed(reservation_id=row.id, attempt_id=row.attempt_id)
            notice = Notice(RESERVATION_LAPSED, row.id, told, (ServiceName.REFERRALS,))
            await self.outbox.emit(session, notice, now)

    async def _take(
        self,
        session: Session,
        now: datetime,
        contract: ContractRow,
        capacity: CapacityRow,
        row: ReservationRow,
    ) -> bool:
        """Count a place and one of the year; answers whether that is above a proposed ceiling."""
        repository, today = ProvidersRepository(session), local_date(now)
        organisation = await repository.organisation_shared(contract.organisation_id)
        if organisation.suspended_at is not None:
            raise ConflictError(_SUSPENDED)
        if not holds_on(contract, today):
            raise ConflictError(_NOT_IN_FORCE)
        await repository.take_place(capacity)
        row.year = today.year
        taken = await repository.take_of_year(contract, today.year)
        return (
            contract.ceiling_status is CeilingStatus.PROPOSED
            and contract.ceiling_places is not None
            and taken > contract.ceiling_places
        )

    async def _give_back(
        self, session: Session, now: datetime, capacity: CapacityRow, row: ReservationRow
    ) -> None:
        """The place is free again. Help that began was given: it stays counted in its year."""
        repository, rooms = ProvidersRepository(session), Rooms(self.outbox, session, now)
        before = await rooms.free(capacity)
        capacity.taken -= 1
        await session.flush()
        if row.status is _S.HELD:
            await repository.give_back_of_year(capacity.contract_id, row.year)
        await rooms.settle(capacity)
        await rooms.tell_if_opened(capacity, before)

    def _answer(
        self, call: Call, row: ReservationRow, capacity: CapacityRow, *, above: bool = False
    ) -> ReservationRead:
        found = ReservationRead(
            id=row.id,
            version=row.version,
            attempt_id=row.attempt_id,
            contract_id=capacity.contract_id,
            location_id=capacity.location_id,
            status=row.status,
            held_at=row.held_at,
            released_at=row.released_at,
            lapses_at=row.lapses_at if row.status is _S.HELD else None,
            confirmed_at=row.confirmed_at,
            confirmed_on=row.confirmed_on,
            warnings=(ABOVE_PROPOSED,) if above else (),
        )
        return call.answer(found, KIND, row.id, row.version)


def _begin(row: ReservationRow, on: date, now: datetime) -> None:
    """The place is used from the day that is told first."""
    ensure_same_beginning(on, row.confirmed_on)
    row.confirmed_on = on
    if row.status is not _S.CONFIRMED:
        row.status, row.confirmed_at = _S.CONFIRMED, now


def _ensure_own(call: Call, contract: ContractRow) -> None:
    """Another's contract does not exist for a provider."""
    if not call.may(Reach.ANY) and contract.organisation_id != call.principal.provider:
        raise NotFoundError


def _ensure_same(request: ReservationCreate, held: CapacityRow) -> None:
    """An attempt is about one contract at one place; elsewhere its place is not answered."""
    if (held.contract_id, held.location_id) != (request.contract_id, request.location_id):
        raise ConflictError(TAKEN_ELSEWHERE)
