"""What became of the request that a contact led to: who is told no stays with the teams."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from services.intake.models import ContactRequestRow
from services.intake.repository import RequestRepository
from services.intake.service.redirects import Redirects
from shared.auth.call import Call, Trace
from shared.auth.principal import Principal
from shared.clock import Clock
from shared.db.database import Session
from shared.http.peer import OnBehalf
from shared.outbox.inbox import Received
from shared.schemas.events import ReferralMoved
from shared.vocabulary import Reach, ReferralStatus, ServiceName

_TOLD_NO: Final = frozenset({ReferralStatus.NOT_ADMITTED, ReferralStatus.NOT_GRANTED})
_TO_JUDGE: Final = frozenset({ReferralStatus.PREPARING, ReferralStatus.JUDGING})
_NO: Final = "Op de aanvraag kwam een nee. Het buurtteam blijft betrokken en kijkt wat wel kan."
_JUDGE: Final = "Het buurtteam oordeelt over de aanvraag, samen met de cliënt, en maakt een plan."


@dataclass(frozen=True, slots=True)
class Requests:
    """Use cases of the worker that hears of referrals."""

    redirects: Redirects
    clock: Clock

    async def follow(self, session: Session, received: Received) -> None:
        """Keep where a request stands. Without a plan a no, and what the teams must judge, brings
        the contact to the teams, with its story and its first day (DIS-27, AMS-INT-02)."""
        told = received.data
        assert isinstance(told, ReferralMoved)
        if told.contact_id is None:
            return
        repository = RequestRepository(session)
        contact = await repository.where_now(told.contact_id)
        if contact is None or contact.household_id != told.household_id:
            return  # not the contact of this household: nothing of it is touched or shown
        state = ContactRequestRow(
            referral_id=told.referral_id,
            contact_id=told.contact_id,
            status=told.status,
            sequence=received.sequence,
            changed_at=received.at,
        )
        if not await repository.moves(state) or told.plan_id is not None:
            return
        team = self.redirects.desk.codes.front_party
        reason = _NO if told.status in _TOLD_NO else None
        if told.judge_party == team and told.status in _TO_JUDGE:
            reason = _JUDGE
        if reason is not None and contact.addressed_to != team:
            await self.redirects.carry_to(session, self._call(), contact, (team, reason))

    def _call(self) -> Call:
        """This service at work by itself: nobody asked, so nothing is answered."""
        trace = Trace(token_hex(16), token_hex(8))
        return Call(
            principal=Principal.of_service(ServiceName.INTAKE.value),
            operation="receive_event",
            reaches=frozenset({Reach.ANY}),
            now=self.clock(),
            trace=trace,
            behalf=OnBehalf(traceparent=trace.traceparent()),
            keyed_hash=self.redirects.desk.db.ring.keyed_hash,
        )
