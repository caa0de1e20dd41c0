"""Going back to the team: when that can be, agreed while a place is sought or help runs."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import ensure_within_a_year
from services.referrals.domain.continuity import RETURN_IN
from services.referrals.models import ReferralRow, ReturnAgreementRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.continuity import ContinuityRepository
from services.referrals.service.movement import Movement
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.leading import members_led
from services.referrals.service.tools import LEADING, REFERRAL, Tools, audit, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import ConflictError
from shared.identifiers import new_id
from shared.schemas.continuity import ReturnAgreementCreate
from shared.schemas.referrals import ReferralRead

_AGREED: Final = "return_agreed"


@dataclass(frozen=True, slots=True)
class Returning:
    """Use cases of the team around the plan (AMS-REF-11, AMS-PLN-26)."""

    tools: Tools

    async def agree(self, call: Call, record: UUID, request: ReturnAgreementCreate) -> ReferralRead:
        """Record when the person can go back to the team; what was agreed before stays on record.

        The day on which it is looked at lies on the coordinator's desk, and the provider that
        said yes reads it too.
        """
        ensure_has_been(request.agreed_on, call, "/agreedOn")
        ensure_within_a_year(request.review_on, local_date(call.now), "/reviewOn")
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).referral(viewer, record)
        await members_led(self.tools, call, seen)
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(viewer, record, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            if row.status not in RETURN_IN:
                raise ConflictError(
                    "Over teruggaan naar het buurtteam maakt u een afspraak terwijl er een plek "
                    "wordt gezocht of de hulp loopt."
                )
            before = await ContinuityRepository(session).return_agreement(row.id)
            number = 1 if before is None else before.number + 1
            await repository.add(self._agreement(call, row, request, number))
            await Movement(self.tools.outbox, session, call).anew(row, _AGREED)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    def _agreement(
        self, call: Call, row: ReferralRow, request: ReturnAgreementCreate, number: int
    ) -> ReturnAgreementRow:
        agreement = ReturnAgreementRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=call.now,
            referral_id=row.id,
            number=number,
            agreed_on=request.agreed_on,
            review_on=request.review_on,
            made_by=call.principal.subject,
        )
        self.tools.seals().put(agreement, "criteria", request.criteria)
        self.tools.seals().put(agreement, "agreed_with", request.agreed_with)
        return agreement
