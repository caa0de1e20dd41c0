"""Telling what help costs, before anything is agreed; in urgency afterwards."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.contributions import (
    contribution_of,
    costs,
    ensure_told,
    ensure_told_first,
    ensure_told_since,
)
from services.referrals.domain.judging import cannot_wait
from services.referrals.models import ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.tools import LEADING, REFERRAL, Tools, audit, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.errors import ConflictError
from shared.schemas.contributions import ContributionNoticeCreate
from shared.schemas.referrals import ReferralRead, ShortlistCreate
from shared.stelsel.model import Stelsel

_NOTHING: Final = "Voor deze hulp betaalt de cliënt niets. Er is niets te melden."


@dataclass(frozen=True, slots=True)
class Contributing:
    """The use case of whoever tells the person what help costs."""

    tools: Tools

    async def tell(
        self, call: Call, referral: UUID, request: ContributionNoticeCreate
    ) -> ReferralRead:
        """Record that the person was told what it costs; telling it again keeps the first day."""
        ensure_has_been(request.told_on, call, "/toldOn")
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), referral, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            if not costs(contribution_of(row.judged_check, row.access_check)):
                raise ConflictError(_NOTHING)
            ensure_told_since(request.told_on, row.first_contact_on, "/toldOn")
            row.contribution_told_on = row.contribution_told_on or request.told_on
            row.changed_at = call.now
            await repository.add(row)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)


def ensure_cost_told(stelsel: Stelsel, row: ReferralRow, request: ShortlistCreate) -> None:
    """Who agrees to a provider knows what it costs; in urgency that follows (Wmo 2.3.3)."""
    told_on = request.contribution_told_on
    ensure_told_since(told_on, row.first_contact_on, "/contributionToldOn")
    urgent = cannot_wait(row.urgency, row.facts, stelsel)
    told = row.contribution_told_on or told_on
    ensure_told(contribution_of(row.judged_check, row.access_check), told, waits=urgent)
    if not urgent:
        ensure_told_first(told, request.agreed_on)
