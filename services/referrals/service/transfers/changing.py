"""One step of an entry, by somebody who saw its last state; all locks in one order."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from services.referrals.domain.transfers import TransferHand
from services.referrals.models import TransferBatchRow
from services.referrals.repository.transfer_batches import TransferBatchesRepository
from services.referrals.repository.transfers import Seen, TransfersRepository
from services.referrals.service.tools import TRANSFER_ENTRY, Tools
from services.referrals.service.transfers.entry_steps import Steps, entry_answer
from shared.audit.records import Act
from shared.auth.call import Call
from shared.schemas.transfers import TransferEntryRead
from shared.vocabulary import Reach

Change = Callable[[Steps, Seen, TransferBatchRow], Awaitable[None]]
"""What one step does, on an entry that is locked, in a batch that stays as it is meanwhile."""


def hands(seen: Seen) -> frozenset[TransferHand]:
    """By whose hands the caller moves an entry."""
    found = {TransferHand.PROVIDER: seen.lists, TransferHand.TEAM: seen.takes_over}
    return frozenset(hand for hand, is_so in found.items() if is_so)


async def change_entry(tools: Tools, call: Call, record: UUID, change: Change) -> TransferEntryRead:
    """Who acts from within a circle must be in it now, as plans knows it.

    The batch is held before the entry, as by who ends it: the two never wait for each other.
    """
    viewer = tools.viewer(call)
    async with tools.db.transaction() as session:
        kept = await TransfersRepository(session).entry(viewer, record)
        plan = await TransfersRepository(session).plan(kept.row)
    around = call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)
    if kept.takes_over and around and plan is not None:
        await tools.plans.circle(plan, call.behalf)
    async with tools.db.transaction(call.once) as session:
        batch = await TransferBatchesRepository(session).of_entry(kept.row, hold=True)
        seen = await TransfersRepository(session).entry(viewer, record, lock=True)
        call.expect(TRANSFER_ENTRY, seen.row.id, seen.row.version)
        await change(Steps(tools, session, call), seen, batch)
        return await entry_answer(session, call, seen, tools, Act.WRITE)
