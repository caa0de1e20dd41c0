"""Arranging help at once, and accounting for it afterwards: Friday 17:00, and 25 December."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.provisions import (
    TEMPORARY_END_CODES,
    ensure_not_mandate,
    ensure_one_subject,
    ensure_provision_moves,
    ensure_whole_place,
    mandate_owed,
)
from services.referrals.models import TemporaryProvisionRow
from services.referrals.repository.provisions import ProvisionsRepository
from services.referrals.service.tools import (
    GIVE_BACK,
    PROVISION_FOR_MANDATE,
    TEMPORARY_PROVISION,
    Tools,
    ensure_has_been,
)
from services.referrals.service.urgent.arranging import (
    Arranging,
    follow,
    for_mandate,
    provision_read,
)
from services.referrals.service.urgent.making import Making
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, NotFoundError, UnknownCodeError
from shared.schemas.applications import (
    TemporaryEndingCreate,
    TemporaryFollowUpCreate,
    TemporaryProvisionCreate,
    TemporaryProvisionRead,
)
from shared.schemas.base import Page
from shared.vocabulary import MandateStanding, TemporaryProvisionStatus

_S: Final = TemporaryProvisionStatus
CONFIRM_TEMPORARY: Final = "confirm_temporary_place"
"""Work that is deferred, by name."""


@dataclass(frozen=True, slots=True)
class Provisions:
    """Use cases of the officer who has the mandate to arrange help at once (Wmo 2.3.3)."""

    tools: Tools

    async def arrange(
        self, call: Call, request: TemporaryProvisionCreate
    ) -> TemporaryProvisionRead:
        """Arrange help now; everything that must follow is listed with its last day.

        A place is held in the registry first, for the id that this request will get: sent again
        with the same key it is the same place, and one that nobody came for lapses there. Raises
        `ConflictError` when there is no room.
        """
        named = (request.contact_id, request.household_id, request.plan_id)
        ensure_one_subject([each is not None for each in named])
        ensure_whole_place(
            contract=request.contract_id is not None, location=request.location_id is not None
        )
        making = Making(self.tools, call, request)
        row, owed = await making.made()
        row.reservation_id = await making.reserve(row.id)
        async with self.tools.db.transaction(call.once) as session:
            arranging = Arranging(self.tools, session, call)
            await arranging.find_plan(row)
            row.mandate = await arranging.standing(row)
            if row.mandate is MandateStanding.NOT_ON_ROSTER:
                owed = (*owed, mandate_owed(local_date(call.now)))
            await arranging.repository.add(row)
            await arranging.repository.add(*making.owed(row, owed))
            if row.reservation_id is not None:
                await self.tools.jobs.defer(
                    session,
                    CONFIRM_TEMPORARY,
                    str(row.reservation_id),
                    reservation=str(row.reservation_id),
                    on=local_date(call.now).isoformat(),
                )
            return await arranging.keep(row)

    async def read(self, call: Call, provision: UUID) -> TemporaryProvisionRead:
        """One provision with everything that is still owed."""
        async with self.tools.db.transaction() as session:
            arranging, viewer = Arranging(self.tools, session, call), self.tools.viewer(call)
            row = await arranging.repository.provision(viewer, provision, mandate=True)
            await arranging.audit(Act.READ, [row])
            return await arranging.answer(row)

    async def list_running(
        self, call: Call, size: int, cursor: str | None
    ) -> Page[TemporaryProvisionRead]:
        """What has not ended, of the caller, its team, its party or its plans."""
        query = f"temporary-provisions/{size}"
        after = call.place(query, cursor, _day_and_id)
        async with self.tools.db.transaction() as session:
            arranging, viewer = Arranging(self.tools, session, call), self.tools.viewer(call)
            rows = await arranging.repository.running(viewer, after, size)
            shown = rows[:size]
            ids = [row.id for row in shown]
            owed = await arranging.repository.owed(ids)
            whole = await arranging.repository.arranged(viewer, ids)
            await arranging.audit(Act.READ, shown)
        more = None
        if len(rows) > size:
            more = call.cursor(query, [shown[-1].until.isoformat(), str(shown[-1].id)])
        seals, today = self.tools.seals(), local_date(call.now)
        reads = ((row, provision_read(row, owed, seals, today)) for row in shown)
        items = tuple(read if row.id in whole else for_mandate(read) for row, read in reads)
        return Page(items=items, next=more)

    async def follow_up(
        self, call: Call, provision: UUID, request: TemporaryFollowUpCreate
    ) -> TemporaryProvisionRead:
        """One thing that was owed is done, by which record; when all is done, it is followed up."""
        ensure_not_mandate(request.code)
        async with self.tools.db.transaction(call.once) as session:
            arranging, row = await self._locked(session, call, provision)
            steps = await arranging.repository.owed([row.id])
            step = next((each for each in steps if each.code == request.code), None)
            if step is None:
                raise UnknownCodeError("/code", "stap", [each.code for each in steps])
            if step.done_at is not None:
                raise ConflictError("Deze stap is al gedaan.")
            step.done_at = step.changed_at = call.now
            step.done_by, step.record_id = call.principal.subject, request.record_id
            if request.note is not None:
                self.tools.seals().put(step, "note", request.note)
            follow(row, steps)
            return await arranging.keep(row)

    async def end(
        self, call: Call, provision: UUID, request: TemporaryEndingCreate
    ) -> TemporaryProvisionRead:
        """The help ended; its place is given back. What is owed stays owed."""
        ensure_has_been(request.on, call, "/on")
        if request.code not in TEMPORARY_END_CODES:
            raise UnknownCodeError("/code", "reden om te eindigen", list(TEMPORARY_END_CODES))
        async with self.tools.db.transaction(call.once) as session:
            arranging, row = await self._locked(session, call, provision)
            ensure_provision_moves(row.status, _S.ENDED)
            row.status, row.ended_on, row.ending_code = _S.ENDED, request.on, request.code
            if request.text is not None:
                self.tools.seals().put(row, "ending_text", request.text)
            if row.reservation_id is not None:
                place = str(row.reservation_id)
                await self.tools.jobs.defer(
                    session, GIVE_BACK, place, reservation=place, reason=request.code
                )
            return await arranging.keep(row)

    async def confirm_place(self, reservation: str, on: str) -> None:
        """Tell the registry that the place is used; done by the worker, retried until heard.

        A place that was lost meanwhile is for a person to see: it shows in the registry.
        """
        day = date.fromisoformat(on)
        await self.tools.providers.confirm(UUID(reservation), day)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        part = kind == PROVISION_FOR_MANDATE
        async with self.tools.db.transaction() as session:
            repository, viewer = ProvisionsRepository(session), self.tools.viewer(call)
            try:
                await repository.provision(viewer, record, mandate=part)
            except NotFoundError:
                return False
        return True

    async def _locked(
        self, session: Session, call: Call, provision: UUID
    ) -> tuple[Arranging, TemporaryProvisionRow]:
        arranging = Arranging(self.tools, session, call)
        row = await arranging.repository.provision(self.tools.viewer(call), provision, lock=True)
        call.expect(TEMPORARY_PROVISION, row.id, row.version)
        return arranging, row


def _day_and_id(day: str, last: str) -> tuple[date, UUID]:
    return date.fromisoformat(day), UUID(last)
