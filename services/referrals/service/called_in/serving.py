"""The steps of a light request: of the party that was asked, and of the team that asked it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import decline_codes
from services.referrals.domain.service_requests import ensure_period, ensure_takes_part
from services.referrals.repository.service_requests import Seen, ServiceRequestsRepository
from services.referrals.service.called_in.service_steps import Steps, identity_for, service_answer
from services.referrals.service.tools import (
    SERVICE_REQUEST,
    Tools,
    audit_persons,
    ensure_near,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import AMSTERDAM
from shared.errors import UnknownCodeError
from shared.schemas.service_requests import (
    ServiceDeclineCreate,
    ServiceRequestRead,
    ServiceResultCreate,
    ServiceTakingUpCreate,
    ServiceWithdrawalCreate,
)
from shared.vocabulary import DeclinedBy, Reach, ServiceRequestStatus

_S: Final = ServiceRequestStatus
_NOON: Final = time(12)

Change = Callable[[Steps, Seen], Awaitable[None]]
"""What one step does, on a row that is locked and was seen in its last state."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Use cases of both sides of a light request that was asked."""

    tools: Tools

    async def take_up(
        self, call: Call, record: UUID, request: ServiceTakingUpCreate
    ) -> ServiceRequestRead:
        """A named professional takes it up, and from now on knows whom it is about; of two
        colleagues at once one does. A colleague can take over what somebody took up."""
        if request.first_meeting_on is not None:
            noon = datetime.combine(request.first_meeting_on, _NOON, AMSTERDAM)
            ensure_near(noon, call, "/firstMeetingOn")

        async def change(steps: Steps, seen: Seen) -> None:
            row, seals = seen.row, self.tools.seals()
            seals.put(row, "professional", request.professional)
            row.professional_phone = None
            if request.phone is not None:
                seals.put(row, "professional_phone", request.phone)
            row.taken_up_by, row.taken_up_at = call.principal.subject, call.now
            row.first_meeting_on = request.first_meeting_on
            await steps.move(seen, _S.TAKEN_UP)
            shown = identity_for(call, seen, seals)
            assert shown is not None, "what is taken up says whom it is about"
            await audit_persons(steps.session, call, Act.DISCLOSE, shown)

        return await self._change(call, record, change)

    async def answer(
        self, call: Call, record: UUID, request: ServiceResultCreate
    ) -> ServiceRequestRead:
        """What came of it. Whom it was about is deleted; the team reads the feedback."""
        known = [term.code for term in self.tools.stelsel.service_results]
        if request.code not in known:
            raise UnknownCodeError("/code", "uitkomst", known)
        ensure_period(request.valid_from, request.valid_until)

        async def change(steps: Steps, seen: Seen) -> None:
            row = seen.row
            ensure_takes_part(row.taken_up_by, call.principal.subject)
            row.valid_from, row.valid_until = request.valid_from, request.valid_until
            await self._end(steps, seen, _S.ANSWERED, request)

        return await self._change(call, record, change)

    async def decline(
        self, call: Call, record: UUID, request: ServiceDeclineCreate
    ) -> ServiceRequestRead:
        """This party cannot do it; the household stays with the team, which hears what would be
        right (AMS-INT-02)."""
        known = decline_codes(self.tools.stelsel, DeclinedBy.PROVIDER)
        if request.code not in known:
            raise UnknownCodeError("/code", "reden", sorted(known))

        async def change(steps: Steps, seen: Seen) -> None:
            ensure_takes_part(seen.row.taken_up_by, call.principal.subject)
            await self._end(steps, seen, _S.DECLINED, request)

        return await self._change(call, record, change)

    async def withdraw(
        self, call: Call, record: UUID, request: ServiceWithdrawalCreate
    ) -> ServiceRequestRead:
        """The team does not need it any more."""

        async def change(steps: Steps, seen: Seen) -> None:
            self.tools.seals().put(seen.row, "answered_text", request.reason)
            await steps.move(seen, _S.WITHDRAWN)

        return await self._change(call, record, change)

    async def _end(
        self,
        steps: Steps,
        seen: Seen,
        status: ServiceRequestStatus,
        said: ServiceResultCreate | ServiceDeclineCreate,
    ) -> None:
        seen.row.code = said.code
        self.tools.seals().put(seen.row, "answered_text", said.text)
        await steps.move(seen, status)

    async def _change(self, call: Call, record: UUID, change: Change) -> ServiceRequestRead:
        """One step of somebody who saw the last state. Who asks from within a circle must be in it
        now, as plans knows it."""
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            kept = await ServiceRequestsRepository(session).service_request(viewer, record)
        around = call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)
        if kept.asks and around:
            await self.tools.plans.circle(kept.row.plan_id, call.behalf)
        async with self.tools.db.transaction(call.once) as session:
            repository = ServiceRequestsRepository(session)
            seen = await repository.service_request(viewer, record, lock=True)
            call.expect(SERVICE_REQUEST, seen.row.id, seen.row.version)
            await change(Steps(self.tools, session, call), seen)
            return await service_answer(session, call, seen, self.tools, Act.WRITE)
