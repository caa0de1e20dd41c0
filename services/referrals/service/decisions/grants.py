"""A grant while it runs: read, changed, looked at again, withdrawn, and at its last day ended."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import (
    Period,
    ensure_grant_moves,
    ensure_grants,
    ensure_period,
    ensure_within_a_year,
)
from services.referrals.domain.lifecycle import Mover
from services.referrals.models import GrantRow
from services.referrals.repository.applications import ApplicationsRepository
from services.referrals.service.decisions.application_answers import grant_answer, grant_read
from services.referrals.service.decisions.asked import Happening
from services.referrals.service.decisions.granting import GRANTING, Granting
from services.referrals.service.decisions.moving import Moving
from services.referrals.service.tools import GRANT, Tools, audit
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.schemas.applications import (
    GrantChangeCreate,
    GrantRead,
    GrantWithdrawalCreate,
    ReexaminationCreate,
)
from shared.schemas.base import Page
from shared.vocabulary import GrantEventKind, GrantStatus

_G: Final = GrantStatus
_K: Final = GrantEventKind
_END: Final = "end_grants"
_GRANT_ENDED: Final = "grant_ended"


@dataclass(frozen=True, slots=True)
class Grants:
    """Use cases around a grant; only the party that granted changes it (Wmo 2.3.9, 2.3.10)."""

    tools: Tools

    async def read(self, call: Call, grant: UUID) -> GrantRead:
        """One grant with everything that happened to it."""
        async with self.tools.db.transaction() as session:
            row = await ApplicationsRepository(session).grant(self.tools.viewer(call), grant)
            await _audit(session, call, Act.READ, row)
            return await self._answer(Granting(self.tools, session, call), row)

    async def of_plan(self, call: Call, plan: UUID) -> Page[GrantRead]:
        """Every grant of a plan, the newest first; a plan has few of them."""
        async with self.tools.db.transaction() as session:
            repository = ApplicationsRepository(session)
            rows = await repository.grants_of_plan(self.tools.viewer(call), plan)
            events = await repository.grant_events([row.id for row in rows])
            for row in rows:
                await _audit(session, call, Act.READ, row)
        seals = self.tools.seals()
        return Page(items=tuple(grant_read(row, events, seals) for row in rows), next=None)

    async def change(self, call: Call, grant: UUID, request: GrantChangeCreate) -> GrantRead:
        """Change a running grant; what is left out stays (Wmo 2.3.9)."""
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, grant)
            if request.valid_until is not None:
                row.valid_until, row.withdrawn_from = request.valid_until, None
            row.reexamination_on = request.reexamination_on or row.reexamination_on
            row.form = request.form or row.form
            row.reference = request.reference
            ensure_period(Period(row.valid_from, row.valid_until, row.reexamination_on))
            changed = Happening(_K.CHANGED, request.reference, request.reasons)
            return await self._keep(granting, row, changed)

    async def reexamine(self, call: Call, grant: UUID, request: ReexaminationCreate) -> GrantRead:
        """The grant was looked at again (Wmo 2.3.9). What it comes to is a decision of its own."""
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, grant)
            if request.next_on is not None:
                ensure_within_a_year(request.next_on, granting.today, "/nextOn")
            row.reexamination_on = request.next_on
            ensure_period(Period(row.valid_from, row.valid_until, row.reexamination_on))
            text = f"{request.outcome}: {request.text}"
            return await self._keep(granting, row, Happening(_K.REEXAMINED, text=text))

    async def withdraw(self, call: Call, grant: UUID, request: GrantWithdrawalCreate) -> GrantRead:
        """Withdraw a grant, with its ground and what now (Wmo 2.3.10).

        From a day to come it runs until then, and ends by the clock. What was asked by it and does
        not run yet ends with it, and help by a pgb.
        """
        async with self.tools.db.transaction(call.once) as session:
            granting, row = await self._locked(session, call, grant)
            text = f"{request.reasons}\n\n{request.what_now}"
            row.valid_until = max(request.on, row.valid_from)
            row.withdrawn_from = request.on
            row.reexamination_on = None
            if request.on > granting.today:
                ensure_within_a_year(request.on, granting.today, "/on")
                return await self._keep(
                    granting, row, Happening(_K.CHANGED, request.reference, text)
                )
            withdrawn = Happening(_K.WITHDRAWN, request.reference, text, _G.WITHDRAWN)
            await Moving(granting).withdrawn(row)
            return await self._keep(granting, row, withdrawn)

    async def end_due(self) -> None:
        """End every grant whose last day is over; done by the clock, once each."""
        call = self.tools.own_call(_END)
        today = local_date(call.now)
        async with self.tools.db.transaction() as session:
            found = await ApplicationsRepository(session).over(today)
        for grant in found:
            async with self.tools.db.transaction() as session:
                granting = Granting(self.tools, session, call)
                row = await granting.repository.running(grant)
                if row is None or row.valid_until is None or row.valid_until >= today:
                    continue  # withdrawn, or made longer meanwhile
                await _end(granting, row)
                await _audit(session, call, Act.WRITE, row)

    async def _locked(self, session: Session, call: Call, grant: UUID) -> tuple[Granting, GrantRow]:
        granting = Granting(self.tools, session, call)
        viewer = self.tools.viewer(call)
        row = await granting.repository.grant(viewer, grant, lock=True)
        call.expect(GRANT, row.id, row.version)
        ensure_grants(row.grantor_party, viewer.parties, self.tools.stelsel)
        ensure_grant_moves(row.status, _G.RUNNING)
        return granting, row

    async def _keep(self, granting: Granting, row: GrantRow, what: Happening) -> GrantRead:
        await granting.happens(row, what)
        await _audit(granting.session, granting.call, Act.WRITE, row)
        return await self._answer(granting, row)

    async def _answer(self, granting: Granting, row: GrantRow) -> GrantRead:
        events = await granting.repository.grant_events([row.id])
        return grant_answer(granting.call, row, events, self.tools.seals())


async def _end(granting: Granting, row: GrantRow) -> None:
    """Its last day is over, or that of a withdrawal from a day to come."""
    if row.withdrawn_from is None:
        await Moving(granting).pgb_over(row, Mover.SYSTEM, _GRANT_ENDED)
        await granting.happens(row, Happening(_K.ENDED, status=_G.ENDED))
    else:
        await Moving(granting).withdrawn(row)
        await granting.happens(row, Happening(_K.WITHDRAWN, status=_G.WITHDRAWN))


async def _audit(session: Session, call: Call, act: Act, row: GrantRow) -> None:
    await audit(session, call, act, row.household_id, GRANTING)
    await record(session, call, act, GRANTING, [About(SubjectKind.PERSON, row.person_id)])
