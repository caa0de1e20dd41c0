"""The mandate of who arranged help at once: by the roster, or confirmed by hand (Wmo 2.6.3)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.provisions import CONFIRM_MANDATE, ensure_may_confirm
from services.referrals.models import DutyMandateRow, TemporaryProvisionRow
from services.referrals.repository.mandates import MandatesRepository
from services.referrals.service.tools import Tools
from services.referrals.service.urgent.arranging import Arranging, follow
from shared.auth.call import Call
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.schemas.applications import MandateConfirmationCreate, TemporaryProvisionRead
from shared.schemas.urgent_events import DutyShiftChanged
from shared.vocabulary import MandateStanding

_ROSTER: Final = "receive_event"


@dataclass(frozen=True, slots=True)
class Mandates:
    """Use cases of who answers for help at once, and of the worker that hears of the roster."""

    tools: Tools

    async def confirm(
        self, call: Call, provision: UUID, request: MandateConfirmationCreate
    ) -> TemporaryProvisionRead:
        """Somebody else confirms that the officer had the mandate; what the roster says stays.

        Raises `ConflictError` for the officer, and where nothing is owed any more.
        """
        async with self.tools.db.transaction(call.once) as session:
            arranging, viewer = Arranging(self.tools, session, call), self.tools.viewer(call)
            row = await arranging.repository.provision(viewer, provision, lock=True, mandate=True)
            call.expect(await arranging.kind_of(row), row.id, row.version)
            owed = await _is_done(arranging, row, call.principal.subject, request.note)
            ensure_may_confirm(row.decided_by, call.principal.subject, owed=owed)
            return await arranging.keep(row)

    async def shift_changed(self, session: Session, event: Received) -> None:
        """A shift as it is now. What its officer arranged while the roster did not say so yet is
        confirmed by it: late news never stands in the way of help, and never needs a person."""
        told = event.data
        assert isinstance(told, DutyShiftChanged)
        repository = MandatesRepository(session)
        await repository.hold(told.subject, shared=False)
        shift = DutyMandateRow(
            shift_id=told.shift_id,
            subject=told.subject,
            party=told.party,
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            mandated=told.mandated,
            cancelled_at=told.cancelled_at,
            sequence=event.sequence,
            changed_at=event.at,
        )
        if not await repository.take_over(shift) or not told.mandated:
            return
        call = self.tools.own_call(_ROSTER)
        arranging = Arranging(self.tools, session, call)
        for row in await repository.unconfirmed(shift):
            row.mandate = MandateStanding.CONFIRMED
            await _is_done(arranging, row, call.principal.subject, None)
            await arranging.keep(row)


async def _is_done(
    arranging: Arranging, row: TemporaryProvisionRow, by: str, note: str | None
) -> bool:
    """The step of the mandate is done, by somebody; False where it was not owed any more."""
    steps = await arranging.repository.owed([row.id])
    for step in steps:
        if step.code == CONFIRM_MANDATE and step.done_at is None:
            step.done_at = step.changed_at = arranging.call.now
            step.done_by = by
            if note is not None:
                arranging.tools.seals().put(step, "note", note)
            follow(row, steps)
            return True
    return False
