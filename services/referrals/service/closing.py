"""Closing what one provider was asked: reading stops, and its place is given back."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.models import AttemptRow, ReferralRow
from services.referrals.service.movement import Movement, ToAttempt
from services.referrals.service.tools import GIVE_BACK, RETURN_PLACE, Tools
from shared.auth.call import Call
from shared.db.database import Session
from shared.vocabulary import AttemptStatus


@dataclass(frozen=True, slots=True)
class Closing:
    """Closing attempts within one transaction of one call, by whoever may."""

    tools: Tools
    session: Session
    call: Call

    async def close(self, referral: ReferralRow, row: AttemptRow, to: ToAttempt) -> None:
        """Close an attempt: reading stops, the identity is deleted, the place is given back."""
        row.code = to.code
        row.revoked_at = self.call.now
        row.identity = None
        if to.status is not AttemptStatus.STOPPED:
            row.decided_at = self.call.now
        await Movement(self.tools.outbox, self.session, self.call).attempt(referral, row, to)
        reason = to.code or to.status.value
        if row.reservation_id is not None:
            await self.give_back(row.reservation_id, reason)
        else:
            # A yes may have held a place and been cut off before it was written down here.
            await self.tools.jobs.defer(
                self.session, RETURN_PLACE, str(row.id), attempt=str(row.id), reason=reason
            )

    async def give_back(self, reservation: UUID, reason: str) -> None:
        """Have the place given back once this transaction has committed, retried until it is."""
        await self.tools.jobs.defer(
            self.session, GIVE_BACK, str(reservation), reservation=str(reservation), reason=reason
        )
