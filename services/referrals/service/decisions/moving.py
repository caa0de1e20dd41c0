"""What a decision, or its end, does to the request that was asked by it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import GRANT_WITHDRAWN
from services.referrals.domain.lifecycle import CLOSED_BY_A_NO, Mover
from services.referrals.models import GrantRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.told import ToldRepository
from services.referrals.service.closing import Closing
from services.referrals.service.decisions.granting import Granting
from services.referrals.service.movement import Movement, ToAttempt, ToRequest
from shared.vocabulary import AttemptStatus, GrantForm, ReferralStatus

_S: Final = ReferralStatus
_NEEDS_ITS_GRANT: Final = (_S.GRANTING, _S.PLACING, _S.NO_PROVIDER_LEFT, _S.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Moving:
    """Moves of the request of a decision, within its transaction. Who decides holds the
    application or the grant, and then the request."""

    granting: Granting

    async def granted(self, referral: UUID, grant: GrantRow) -> None:
        """A request that waits for the decision goes on (AMS-REF-09, 10).

        With zin to a provider; with a pgb the person finds the help, so that placing is skipped,
        visibly. A request that was closed by a no is opened again, unless another took its place.
        One that is elsewhere stays where it is; where it was granted before, by this one now.
        """
        row = await ToldRepository(self.granting.session).locked(referral)
        again = row.status in CLOSED_BY_A_NO and not await self.granting.repository.other_open(row)
        if row.status is not _S.GRANTING and not again:
            if row.grant_id is not None:
                row.grant_id = grant.id
            return
        row.grant_id = grant.id
        if again:
            await self._new_round(row)
        pgb = grant.form is GrantForm.PGB
        await self._movement.request(row, ToRequest(_S.PLACING, Mover.GRANTOR, skipped=pgb))
        if again:
            await self._movement.parties_to_tell(row, self.granting.tools)
        if pgb:
            delivering = ToRequest(_S.DELIVERING, Mover.GRANTOR, grant.form.value)
            await self._movement.request(row, delivering)

    async def refused(self, referral: UUID) -> None:
        """A request that waits for the decision ends in a no; one that is elsewhere stays."""
        row = await ToldRepository(self.granting.session).locked(referral)
        if row.status is _S.GRANTING:
            await self._close(row, None)

    async def withdrawn(self, grant: GrantRow) -> None:
        """A grant runs no more (Wmo 2.3.10): what was asked by it ends, the household stays.

        Before delivery the request ends, and what lies with a provider is closed as the team
        closes it. Help that runs is not cut off: its last day shows on the request and the
        attempt, and the provider says when it stopped.
        """
        await self.pgb_over(grant, Mover.GRANTOR, GRANT_WITHDRAWN)
        if grant.referral_id is None:
            return
        session, call = self.granting.session, self.granting.call
        row = await ToldRepository(session).locked(grant.referral_id)
        if row.grant_id != grant.id or row.status not in _NEEDS_ITS_GRANT:
            return
        attempt = await ReferralsRepository(session).open_attempt(row.id)
        if attempt is not None:
            cancelled = ToAttempt(AttemptStatus.CANCELLED, Mover.GRANTOR, GRANT_WITHDRAWN)
            await Closing(self.granting.tools, session, call).close(row, attempt, cancelled)
        await self._close(row, GRANT_WITHDRAWN)

    async def pgb_over(self, grant: GrantRow, by: Mover, code: str) -> None:
        """Help by a pgb ends with its grant: no provider says so."""
        if grant.referral_id is None or grant.form is not GrantForm.PGB:
            return
        row = await ToldRepository(self.granting.session).locked(grant.referral_id)
        attempt = await ReferralsRepository(self.granting.session).open_attempt(row.id)
        if row.status is _S.DELIVERING and attempt is None:
            await self._movement.request(row, ToRequest(_S.ENDED, by, code))

    async def _new_round(self, row: ReferralRow) -> None:
        """Who was asked before the no that fell may be asked again, along a new list."""
        if await ReferralsRepository(self.granting.session).asked(row):
            row.round += 1
            row.shortlist_number += 1

    async def _close(self, row: ReferralRow, code: str | None) -> None:
        await self._movement.request(row, ToRequest(_S.NOT_GRANTED, Mover.GRANTOR, code))
        await ReferralsRepository(self.granting.session).forget_packages(row.id)

    @property
    def _movement(self) -> Movement:
        granting = self.granting
        return Movement(granting.tools.outbox, granting.session, granting.call)
