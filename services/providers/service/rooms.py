"""How much room there is now, what was said about today, and telling when there is room again."""

from dataclasses import dataclass
from datetime import date, datetime

from services.providers.domain.rooms import in_force, still_free
from services.providers.models import CapacityRow, ContractRow, OrganisationRow
from services.providers.repository import ProvidersRepository
from shared.clock import local_date
from shared.db.database import Session
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import CAPACITY_RELEASED, CapacityReleased
from shared.vocabulary import ServiceName


@dataclass(frozen=True, slots=True)
class Rooms:
    """The room of one counter, within one transaction that holds its lock."""

    outbox: Outbox
    session: Session
    now: datetime

    @property
    def repository(self) -> ProvidersRepository:
        """Questions in the same transaction."""
        return ProvidersRepository(self.session)

    async def settle(self, row: CapacityRow) -> None:
        """What was said about today comes true. A room with more people in it than were said
        empties first: it has no free place, and the saying is kept until it has come true."""
        today = local_date(self.now)
        changes = (await self.repository.changes([row.id]))[row.id]
        due = in_force(changes, today)
        if due is None:
            return
        row.places, row.stated_at = max(due.places, row.taken), due.stated_at
        if due.places >= row.taken:
            await self.repository.forget_changes(row.id, today)
        await self.session.flush()

    async def free(self, row: CapacityRow) -> int:
        """Places that can be given now: 0 as well where nobody may be placed."""
        contract = await self.repository.get(ContractRow, row.contract_id)
        organisation = await self.repository.get(OrganisationRow, contract.organisation_id)
        today = local_date(self.now)
        if organisation.suspended_at is not None or not holds_on(contract, today):
            return 0
        left = await self.repository.ceiling_left(contract, today.year)
        return still_free(row.places - row.taken, left)

    async def tell_if_opened(self, row: CapacityRow, before: int) -> None:
        """Where nobody could be placed and now somebody can, referrals hears it."""
        after = await self.free(row)
        if before > 0 or after <= 0:
            return
        contract = await self.repository.get(ContractRow, row.contract_id)
        told = CapacityReleased(
            capacity_id=row.id,
            contract_id=contract.id,
            provider_id=contract.organisation_id,
            voorziening=contract.voorziening,
            places_free=after,
        )
        notice = Notice(CAPACITY_RELEASED, row.id, told, (ServiceName.REFERRALS,))
        await self.outbox.emit(self.session, notice, self.now)


def holds_on(contract: ContractRow, day: date) -> bool:
    """Whether a contract is in force on a day; its last day counts."""
    return contract.valid_from <= day and (
        contract.valid_until is None or contract.valid_until >= day
    )
