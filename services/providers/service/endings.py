"""A contract that ends, a provider that may not be asked for a while; and telling referrals."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.providers.models import ContractRow, OrganisationRow
from services.providers.repository import ProvidersRepository
from services.providers.service.rooms import holds_on
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Database, Session
from shared.errors import ConflictError, Fault, InvalidRequestError
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import (
    CONTRACT_ENDED,
    PROVIDER_SUSPENDED,
    ContractEnded,
    ProviderSuspended,
)
from shared.schemas.providers import (
    ContractEndingCreate,
    ContractRead,
    OrganisationRead,
    ResumptionCreate,
    SuspensionCreate,
)
from shared.vocabulary import ServiceName

_TERM: Final = "term_over"
_RENEWED: Final = "renewed"
_TO: Final = (ServiceName.REFERRALS,)
_TOO_EARLY: Final = "Een contract kan niet eindigen voor het begonnen is. Kies een latere dag."
_LATER: Final = "Dit contract eindigt al eerder. Kies een eerdere dag."


@dataclass(frozen=True, slots=True)
class Endings:
    """Use cases of contract management and supervision, and of the clock."""

    db: Database
    outbox: Outbox

    async def end_contract(
        self, call: Call, record: UUID, request: ContractEndingCreate
    ) -> ContractRead:
        """A contract holds no more from a day on. From that day nobody is placed by it."""
        async with self.db.transaction(call.once) as session:
            row = await ProvidersRepository(session).contract_locked(record)
            call.expect(row.__tablename__, row.id, row.version)
            last = request.from_day - timedelta(days=1)
            if last < row.valid_from:
                raise InvalidRequestError(_TOO_EARLY, [Fault("/from", "too-early", _TOO_EARLY)])
            if row.valid_until is not None and row.valid_until <= last:
                raise ConflictError(_LATER)
            row.valid_until, row.end_reason, row.changed_at = last, request.reason, call.now
            await self.tell_contract(session, row, call.now, moved=True)
            found = ContractRead.model_validate(row)
            return call.answer(found, row.__tablename__, row.id, row.version)

    async def suspend(
        self, call: Call, record: UUID, request: SuspensionCreate
    ) -> OrganisationRead:
        """Nobody is offered to or placed at this organisation until it is resumed."""
        async with self.db.transaction(call.once) as session:
            row = await ProvidersRepository(session).get(OrganisationRow, record)
            call.expect(row.__tablename__, row.id, row.version)
            if row.suspended_at is not None:
                raise ConflictError("Deze aanbieder is al geschorst.")
            row.suspended_at, row.suspension_reason = call.now, request.reason
            return await self._suspended(session, call, row, request.reason)

    async def resume(self, call: Call, record: UUID, request: ResumptionCreate) -> OrganisationRead:
        """The suspension is over: the organisation can be asked again."""
        async with self.db.transaction(call.once) as session:
            row = await ProvidersRepository(session).get(OrganisationRow, record)
            call.expect(row.__tablename__, row.id, row.version)
            if row.suspended_at is None:
                raise ConflictError("Deze aanbieder is niet geschorst.")
            row.suspended_at = row.suspension_reason = None
            return await self._suspended(session, call, row, request.reason)

    async def tell_contract(
        self, session: Session, row: ContractRow, now: datetime, *, moved: bool = False
    ) -> None:
        """Tell that a contract holds no more, or holds again; nothing when that is known.

        `moved`: its last day is another one. That day is told too, so that help goes on after it.
        """
        today = local_date(now)
        over = row.valid_until is not None and row.valid_until < today
        renewed = row.end_told_at is not None and holds_on(row, today)
        if not renewed and not (over and row.end_told_at is None) and not (moved and not over):
            await session.flush()
            return
        row.end_told_at = now if over else None
        await session.flush()
        told = ContractEnded(
            contract_id=row.id,
            provider_id=row.organisation_id,
            ended=over,
            code=_RENEWED if renewed else row.end_reason or _TERM,
            ends_on=row.valid_until,
        )
        await self.outbox.emit(session, Notice(CONTRACT_ENDED, row.id, told, _TO), now)

    async def tell_ended(self, now: datetime) -> None:
        """Tell of each contract whose last day is over; done by the clock, one at a time."""
        async with self.db.transaction() as session:
            ended = await ProvidersRepository(session).ended_untold(local_date(now))
        for record in ended:
            async with self.db.transaction() as session:
                row = await ProvidersRepository(session).contract_locked(record)
                await self.tell_contract(session, row, now)

    async def _suspended(
        self, session: Session, call: Call, row: OrganisationRow, code: str
    ) -> OrganisationRead:
        row.changed_at = call.now
        await session.flush()
        told = ProviderSuspended(
            provider_id=row.id, suspended=row.suspended_at is not None, code=code
        )
        await self.outbox.emit(session, Notice(PROVIDER_SUSPENDED, row.id, told, _TO), call.now)
        found = OrganisationRead.model_validate(row)
        return call.answer(found, row.__tablename__, row.id, row.version)
