"""What a provider's own client let the team know: heard always in the same way (design 8)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.plans.models import ToldProgressRow
from services.plans.repository import GrantsRepository, PersonsRepository
from services.plans.service.common import Happened, Parts, audit_persons
from services.plans.service.persons import bsn_index
from services.plans.service.telling import lay_on_desk, plan_told_of, tell
from shared.audit.records import Act
from shared.auth.call import Call
from shared.db.database import Session
from shared.identifiers import fold_name
from shared.schemas.registrations import (
    RegisteredPerson,
    RegistrationNotice,
    RegistrationNoticeReceipt,
)
from shared.vocabulary import PlanStatus, WorkItemKind

NOTICE: Final = "registration_notice"
_ACTIVITY: Final = "direct_registration"
_ONCE: Final = 1


@dataclass(frozen=True, slots=True)
class Notices:
    """The use case of referrals, for a client who agreed that the coordinator hears."""

    parts: Parts

    async def hear(self, call: Call, request: RegistrationNotice) -> RegistrationNoticeReceipt:
        """Lay it on the desk of the coordinator, if this is exactly one person with one open plan.

        The answer never says so. Told again, it is heard once (DIS-02, OPN-11).
        """
        async with self.parts.db.transaction(call.once) as session:
            found = await self._plan_of(session, request.person)
            if found is not None:
                person, plan_id = found
                await self._tell(session, call, request, plan_id)
                await audit_persons(session, call, Act.WRITE, [person], _ACTIVITY)
            receipt = RegistrationNoticeReceipt()
            return call.answer(receipt, NOTICE, request.registration_id)

    async def heard(self, call: Call, record: UUID) -> None:
        """The receipt shows nothing of anybody: it is given again to whoever may tell."""

    async def _plan_of(self, session: Session, told: RegisteredPerson) -> tuple[UUID, UUID] | None:
        """The one person this is, and the one open plan of that person."""
        repository = PersonsRepository(session)
        found = None
        if told.bsn is not None:
            found = await repository.only_by_bsn(bsn_index(self.parts.db.ring, told.bsn))
        if found is None:
            found = await repository.only_by_name(fold_name(told.surname), told.birth_date)
            if found is not None and told.bsn is not None and found.bsn_index is not None:
                return None  # the same name and day of birth, and another BSN: somebody else
        if found is None:
            return None
        plan = await repository.only_open_plan(found.id)
        return None if plan is None else (found.id, plan)

    async def _tell(
        self, session: Session, call: Call, request: RegistrationNotice, plan_id: UUID
    ) -> None:
        plan = await plan_told_of(session, plan_id)
        told = ToldProgressRow(
            subject=request.registration_id, plan_id=plan.id, sequence=_ONCE, changed_at=call.now
        )
        if plan.status is not PlanStatus.OPEN or not await GrantsRepository(session).told(told):
            return
        kind = WorkItemKind.DIRECT_REGISTRATION
        happened = Happened(kind.value, request.voorziening, request.registration_id)
        await lay_on_desk(session, plan, kind, happened, call.now)
        await tell(session, plan, happened, call.now)
