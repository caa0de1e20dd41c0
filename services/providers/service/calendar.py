"""What is said about the room on days to come, and how it comes true by the day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.providers.domain.rooms import Room, Stated, in_force, room_on
from services.providers.models import CapacityRow, ContractRow
from services.providers.repository import ProvidersRepository
from services.providers.service.rooms import Rooms
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database, Session
from shared.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from shared.outbox.outbox import Outbox
from shared.schemas.providers import (
    CapacityChangeCreate,
    CapacityChangeRead,
    CapacityPut,
    CapacityRead,
)
from shared.vocabulary import Reach

_PAST = "Deze dag is voorbij. Kies vandaag of een dag die nog komt."


@dataclass(frozen=True, slots=True)
class Calendar:
    """Use cases of whoever knows how much room there is, and of the clock."""

    db: Database
    outbox: Outbox

    async def read(self, call: Call, record: UUID) -> CapacityRead:
        """The room today, and what was said about days to come."""
        async with self.db.transaction() as session:
            row = await ProvidersRepository(session).get(CapacityRow, record)
            return await self.answer(session, call, row)

    async def announce(
        self, call: Call, record: UUID, request: CapacityChangeCreate
    ) -> CapacityRead:
        """So many places from a day on. Today is now, and never fewer than are taken."""
        today = local_date(call.now)
        if request.from_day < today:
            raise InvalidRequestError(_PAST, [Fault("/from", "in-past", _PAST)])
        async with self.db.transaction(call.once) as session:
            repository, rooms = ProvidersRepository(session), self._rooms(session, call.now)
            row = await repository.capacity(record)
            await self.ensure_own(session, call, row.contract_id)
            if request.from_day == today:
                ensure_room_for(row.taken, request.places)
            before = await rooms.free(row)
            stated = Stated(request.from_day, request.places, call.now)
            await repository.state(row.id, stated)
            await rooms.settle(row)
            await repository.touch(row)
            await rooms.tell_if_opened(row, before)
            return await self.answer(session, call, row)

    async def put_values(
        self, session: Session, call: Call, row: CapacityRow | None, request: CapacityPut
    ) -> int:
        """Before somebody says how much room there is now: what was said about today is overtaken.

        Answers how many places could be given before.
        """
        if row is None:
            return 0
        ensure_room_for(row.taken, request.places)
        await ProvidersRepository(session).forget_changes(row.id, local_date(call.now))
        return await self._rooms(session, call.now).free(row)

    async def was_put(self, session: Session, call: Call, row: CapacityRow, before: int) -> None:
        """After it: whoever waits hears it when there is room where there was none."""
        await self._rooms(session, call.now).tell_if_opened(row, before)

    async def settle_due(self, now: datetime) -> None:
        """Let come true what was said about today; done by the clock, one counter at a time."""
        async with self.db.transaction() as session:
            due = await ProvidersRepository(session).with_due_changes(local_date(now))
        for record in due:
            async with self.db.transaction() as session:
                row = await ProvidersRepository(session).capacity(record)
                rooms = self._rooms(session, now)
                before = await rooms.free(row)
                await rooms.settle(row)
                await rooms.tell_if_opened(row, before)

    async def ensure_own(self, session: Session, call: Call, contract_id: UUID) -> None:
        """Another's counter does not exist for a provider."""
        owner = (await ProvidersRepository(session).get(ContractRow, contract_id)).organisation_id
        if not call.may(Reach.ANY) and owner != call.principal.provider:
            raise NotFoundError

    async def answer(self, session: Session, call: Call, row: CapacityRow) -> CapacityRead:
        """The counter as it stands today, whether or not the clock has come by."""
        today = local_date(call.now)
        changes = (await ProvidersRepository(session).changes([row.id]))[row.id]
        room = room_on(Room(row.places, row.stated_at), changes, today)
        begun = in_force(changes, today)
        found = CapacityRead(
            id=row.id,
            version=row.version,
            contract_id=row.contract_id,
            location_id=row.location_id,
            places=max(room.places, row.taken),
            taken=row.taken,
            stated_at=room.stated_at,
            changes=tuple(
                CapacityChangeRead.model_validate(each)
                for each in changes
                if each.from_day > today or (each is begun and each.places < row.taken)
            ),
        )
        return call.answer(found, CapacityRow.__tablename__, row.id, row.version)

    def _rooms(self, session: Session, now: datetime) -> Rooms:
        return Rooms(self.outbox, session, now)


def ensure_room_for(taken: int, places: int) -> None:
    """There cannot be fewer places than are taken today."""
    if taken > places:
        raise ConflictError(f"Er zijn al {taken} plaatsen bezet; minder kan niet.")
