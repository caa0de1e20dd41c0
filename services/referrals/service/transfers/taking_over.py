"""The team takes over: with the new help beside the old for a while, and then alone."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.transfers import (
    ensure_double,
    ensure_handover,
    ensure_near_day,
    ensure_new_help,
    new_help_missing,
)
from services.referrals.models import TransferBatchRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.transfers import Seen, TransfersRepository
from services.referrals.service.tools import Tools, ensure_has_been
from services.referrals.service.transfers.changing import change_entry, hands
from services.referrals.service.transfers.entry_steps import Steps
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import NotFoundError
from shared.schemas.transfers import (
    DoubleProvisionCreate,
    HandoverCreate,
    TransferAcceptanceCreate,
    TransferEntryRead,
)
from shared.vocabulary import TransferStatus

_T: Final = TransferStatus


@dataclass(frozen=True, slots=True)
class TakingOver:
    """Use cases of the team of the plan."""

    tools: Tools

    async def accept(
        self, call: Call, record: UUID, request: TransferAcceptanceCreate
    ) -> TransferEntryRead:
        """The team takes over, itself or by the new referral to another provider; that provider
        hears of it by its own offer only. Of two at once one counts."""

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            del batch
            if request.referral_id is not None:
                await self._ensure_new(steps, seen, request.referral_id)
            seen.row.next_referral_id = request.referral_id
            await steps.move(seen.row, _T.ACCEPTED, hands(seen))

        return await change_entry(self.tools, call, record, change)

    async def plan_double(
        self, call: Call, record: UUID, request: DoubleProvisionCreate
    ) -> TransferEntryRead:
        """From when until when both help, within the days that were agreed (AMS-PLN-40)."""
        today = local_date(call.now)
        ensure_near_day(request.starts_on, today, "/startsOn")
        ensure_near_day(request.ends_on, today, "/endsOn")

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            running = await TransfersRepository(steps.session).help_of(seen.row)
            period = (request.starts_on, request.ends_on)
            ensure_double(period, batch.double_provision_days, running.started_on)
            seen.row.double_from, seen.row.double_until = period
            await steps.move(seen.row, _T.DOUBLE, hands(seen))

        return await change_entry(self.tools, call, record, change)

    async def hand_over(
        self, call: Call, record: UUID, request: HandoverCreate
    ) -> TransferEntryRead:
        """The help moved on this day, and whether the person kept the same worker (HLM-PLN-13).

        The provider stops its own help after this, and not before. Raises `RuleViolationError`
        while the new help is not there.
        """
        ensure_has_been(request.on, call, "/on")

        async def change(steps: Steps, seen: Seen, batch: TransferBatchRow) -> None:
            del batch
            row, repository = seen.row, TransfersRepository(steps.session)
            running = await repository.help_of(row)
            referral = await repository.next_referral(row)
            new = None if referral is None else await repository.new_help(referral)
            ensure_handover(request.on, [running.started_on, row.double_from], new)
            row.handed_over_on = request.on
            row.same_professional = request.same_professional
            await steps.move(row, _T.HANDED_OVER, hands(seen))

        return await change_entry(self.tools, call, record, change)

    async def _ensure_new(self, steps: Steps, seen: Seen, record: UUID) -> None:
        """The referral is one that the caller sees, of this household, and new."""
        viewer = self.tools.viewer(steps.call)
        repository = TransfersRepository(steps.session)
        try:
            referral = await ReferralsRepository(steps.session).referral(viewer, record)
        except NotFoundError as exc:
            raise new_help_missing() from exc
        household = await repository.household(seen.row)
        ensure_new_help(await repository.new_help(referral), seen.row.referral_id, household)
