"""A provider's own registrations: reading them, and how they go on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import STOP_CODES, decline_codes
from services.referrals.domain.registrations import (
    ensure_registration_moves,
    ensure_stops_after_start,
)
from services.referrals.models import DirectRegistrationRow
from services.referrals.repository.registrations import RegistrationsRepository
from services.referrals.service.contributions import Periods, of_registration
from services.referrals.service.direct.registration_steps import (
    CONFIRM_REGISTRATION,
    Steps,
    audit_clients,
    registration_read,
)
from services.referrals.service.tools import (
    DIRECT_REGISTRATION,
    GIVE_BACK,
    REGISTRATION_BY_NAME,
    Tools,
    ensure_has_been,
)
from services.referrals.service.transfers.entry_steps import Steps as TransferSteps
from services.referrals.service.transfers.entry_steps import help_stops
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, NotFoundError, UnknownCodeError
from shared.schemas.base import Page
from shared.schemas.providers import ReservationCreate
from shared.schemas.registrations import (
    DirectRegistrationRead,
    RegisteredPerson,
    RegistrationDeclineCreate,
    RegistrationNotice,
    RegistrationStartCreate,
    RegistrationStopCreate,
)
from shared.vocabulary import DeclinedBy, DirectRegistrationStatus

_S: Final = DirectRegistrationStatus

Change = Callable[[Steps, DirectRegistrationRow], Awaitable[None]]
"""What one step does, on a row that is locked and was seen in its last state."""


@dataclass(frozen=True, slots=True)
class Registrations:
    """Use cases of the provider that registered, and of the worker that follows it up."""

    tools: Tools

    async def read(self, call: Call, record: UUID) -> DirectRegistrationRead:
        """One registration of the caller's provider."""
        async with self.tools.db.transaction() as session:
            row = await RegistrationsRepository(session).registration(call, record)
            return await self._answer(session, call, row, Act.READ)

    async def list_all(
        self, call: Call, size: int, cursor: str | None
    ) -> Page[DirectRegistrationRead]:
        """The registrations of the caller's provider, the newest first; never by person."""
        query = f"direct-registrations/{call.principal.provider}/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            repository = RegistrationsRepository(session)
            found = await repository.registrations(call, after, size)
            shown = found[:size]
            steps = await repository.steps([row.id for row in shown])
            await audit_clients(session, call, Act.READ, shown)
        more = None
        if len(found) > size:
            more = call.cursor(query, [shown[-1].registered_at.isoformat(), str(shown[-1].id)])
        seals = self.tools.seals()
        return Page(items=tuple(registration_read(row, steps, seals) for row in shown), next=more)

    async def start(
        self, call: Call, record: UUID, request: RegistrationStartCreate
    ) -> DirectRegistrationRead:
        """Help began. A place that was lost meanwhile is taken again, else `ConflictError`."""
        ensure_has_been(request.on, call, "/on")
        async with self.tools.db.transaction() as session:
            seen = await RegistrationsRepository(session).registration(call, record)
        call.expect(DIRECT_REGISTRATION, seen.id, seen.version)
        ensure_registration_moves(seen.status, _S.STARTED)
        wanted = ReservationCreate(
            attempt_id=seen.id, contract_id=seen.contract_id, location_id=seen.location_id
        )
        place = await self.tools.providers.reserve(wanted, call.behalf)

        async def change(steps: Steps, row: DirectRegistrationRow) -> None:
            row.started_on, row.reservation_id, row.place_lost_at = request.on, place.id, None
            await steps.move(row, _S.STARTED)
            await Periods(steps.session, call.now).start(of_registration(row), request.on)
            # No place was held before; help that began earlier uses it from then on.
            begun = max(request.on, local_date(place.held_at))
            await self.tools.jobs.defer(
                steps.session,
                CONFIRM_REGISTRATION,
                str(place.id),
                registration=str(row.id),
                reservation=str(place.id),
                on=begun.isoformat(),
            )

        return await self._change(call, record, change)

    async def stop(
        self, call: Call, record: UUID, request: RegistrationStopCreate
    ) -> DirectRegistrationRead:
        """Help ended: the place is given back, and who it was is deleted."""
        ensure_has_been(request.on, call, "/on")
        if request.code not in STOP_CODES:
            raise UnknownCodeError("/code", "reden om te stoppen", list(STOP_CODES))

        async def change(steps: Steps, row: DirectRegistrationRow) -> None:
            ensure_stops_after_start(row.started_on, request.on)
            row.stopped_on = request.on
            await Periods(steps.session, call.now).stop(row.id, request.on)
            moving = TransferSteps(self.tools, steps.session, steps.call)
            await help_stops(moving, row.id, request.code)
            await self._end(steps, row, _S.STOPPED, request.code)

        return await self._change(call, record, change)

    async def decline(
        self, call: Call, record: UUID, request: RegistrationDeclineCreate
    ) -> DirectRegistrationRead:
        """It cannot be done here after all; the client was told where to go (AMS-INT-02)."""
        known = decline_codes(self.tools.stelsel, DeclinedBy.PROVIDER)
        if request.code not in known:
            raise UnknownCodeError("/code", "reden", sorted(known))

        async def change(steps: Steps, row: DirectRegistrationRow) -> None:
            if request.note is not None:
                self.tools.seals().put(row, "note", request.note)
            await self._end(steps, row, _S.DECLINED, request.code)

        return await self._change(call, record, change)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about; one that showed the
        client is not given again once that is over."""
        async with self.tools.db.transaction() as session:
            try:
                row = await RegistrationsRepository(session).registration(call, record)
            except NotFoundError:
                return False
        return kind != REGISTRATION_BY_NAME or row.person is not None

    async def confirm_place(self, registration: str, reservation: str, on: str) -> None:
        """Tell the registry that help began; done by the worker, retried until heard. Where the
        place was lost meanwhile, the provider sees that on its registration."""
        try:
            await self.tools.providers.confirm(UUID(reservation), date.fromisoformat(on))
        except ConflictError:
            async with self.tools.db.transaction() as session:
                await self.lose_place(session, UUID(registration), _S.STARTED)

    async def lose_place(
        self, session: Session, record: UUID, status: DirectRegistrationStatus
    ) -> None:
        """The registry has no place any more for who is in this state; the provider sees that."""
        row = await RegistrationsRepository(session).known(record, lock=True)
        if row is not None and row.status is status:
            row.place_lost_at = row.changed_at = self.tools.clock()
            await RegistrationsRepository(session).add(row)

    async def return_unregistered(self, registration: str) -> None:
        """Give back what was held for a registration that did not come about; by the worker."""
        async with self.tools.db.transaction() as session:
            row = await RegistrationsRepository(session).known(UUID(registration))
        if row is None:
            await self.tools.providers.return_place(UUID(registration), "not_registered")

    async def tell_team(self, registration: str) -> None:
        """Tell plans, which tells the coordinator if there is one; retried until heard. What is
        over meanwhile is not told any more."""
        call = self.tools.own_call("tell_team")
        async with self.tools.db.transaction() as session:
            row = await RegistrationsRepository(session).known(UUID(registration))
            told = None if row is None else self.tools.seals().get(row, "person")
            if row is None or told is None:
                return
            await audit_clients(session, call, Act.DISCLOSE, [row])
        notice = RegistrationNotice(
            registration_id=row.id,
            voorziening=row.voorziening,
            provider_id=row.provider_id,
            registered_on=local_date(row.registered_at),
            person=RegisteredPerson.model_validate_json(told),
        )
        await self.tools.plans.notice(notice)

    async def _end(
        self, steps: Steps, row: DirectRegistrationRow, to: DirectRegistrationStatus, code: str
    ) -> None:
        await steps.end(row, to, code)
        place = str(row.reservation_id)
        await self.tools.jobs.defer(steps.session, GIVE_BACK, place, reservation=place, reason=code)

    async def _change(self, call: Call, record: UUID, change: Change) -> DirectRegistrationRead:
        async with self.tools.db.transaction(call.once) as session:
            row = await RegistrationsRepository(session).registration(call, record, lock=True)
            call.expect(DIRECT_REGISTRATION, row.id, row.version)
            await change(Steps(session, call), row)
            return await self._answer(session, call, row, Act.WRITE)

    async def _answer(
        self, session: Session, call: Call, row: DirectRegistrationRow, act: Act
    ) -> DirectRegistrationRead:
        steps = await RegistrationsRepository(session).steps([row.id])
        await audit_clients(session, call, act, [row])
        found = registration_read(row, steps, self.tools.seals())
        call.answer(found, DIRECT_REGISTRATION, row.id, row.version)
        if found.person is None:
            return found
        return call.answer(found, REGISTRATION_BY_NAME, row.id)


def _place(moment: str, last: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(moment), UUID(last)
