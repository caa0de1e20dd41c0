"""What the provider does with what is addressed to it: no, yes, meet, start, stop."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import STOP_CODES, decline_codes, goes_on
from services.referrals.domain.lifecycle import (
    CLOSED_ATTEMPTS,
    OPEN_ATTEMPTS,
    SAID_AT_PROVIDER,
    Mover,
    ensure_attempt_moves,
)
from services.referrals.models import AttemptRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.told import ToldRepository
from services.referrals.service.closing import Closing
from services.referrals.service.contributions import Periods, of_request
from services.referrals.service.movement import ToAttempt, ToNote, ToRequest
from services.referrals.service.requests.answers import attempt_read, receipt
from services.referrals.service.requests.offering import Offering
from services.referrals.service.tools import (
    ATTEMPT,
    CONFIRM,
    PLACING,
    Tools,
    audit,
    audit_persons,
    ensure_has_been,
    ensure_near,
)
from services.referrals.service.transfers.entry_steps import Steps, help_stops
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    UnknownCodeError,
)
from shared.schemas.providers import ReservationCreate, ReservationRead
from shared.schemas.referrals import (
    AcceptanceCreate,
    AttemptRead,
    AttemptReceipt,
    DeclineCreate,
    IntakeAppointmentCreate,
    StartCreate,
    StopCreate,
)
from shared.stelsel.model import DeclineCode
from shared.vocabulary import AttemptStatus, ReferralStatus, WorkItemKind

_A: Final = AttemptStatus
_NO_PLACE: Final = "no_place"


@dataclass(frozen=True, slots=True)
class Attempts:
    """Use cases of the provider an attempt is addressed to."""

    tools: Tools

    async def decline(self, call: Call, record: UUID, request: DeclineCreate) -> AttemptReceipt:
        """No, with a code. Where the code says so the next of the shortlist is asked at once.

        First contact and urgency stay those of the request. Reading stops with this answer.
        """
        code = self._decline_code(request)
        async with self.tools.db.transaction(call.once) as session:
            offering = Offering(self.tools, session, call)
            referral, row = await self._locked(offering, record, disclosed=False)
            row.declined_by = request.declined_by
            self._note(row, request.note)
            await offering.close(
                referral, row, ToAttempt(_A.DECLINED, Mover.PROVIDER, request.code)
            )
            if goes_on(code) and referral.status is ReferralStatus.PLACING:
                await offering.offer_following(referral, request.code)
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return receipt(call, row)

    def _decline_code(self, request: DeclineCreate) -> DeclineCode:
        if request.declined_by not in SAID_AT_PROVIDER:
            detail = "Een aanbieder legt een nee vast van de cliënt of van zichzelf."
            raise InvalidRequestError(detail, [Fault("/declinedBy", "not-yours", detail)])
        known = decline_codes(self.tools.stelsel, request.declined_by)
        if request.code not in known:
            raise UnknownCodeError("/code", "reden om nee te zeggen", list(known))
        return known[request.code]

    async def accept(self, call: Call, record: UUID, request: AcceptanceCreate) -> AttemptRead:
        """Yes: a place is held in the registry first, then the identity is disclosed.

        Raises `ConflictError` when the registry has no room. When the request turns out to be
        ended meanwhile, the place is given back.
        """
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).attempt(viewer, record, OPEN_ATTEMPTS)
        call.expect(ATTEMPT, seen.id, seen.version)
        ensure_attempt_moves(seen.status, _A.ACCEPTED, Mover.PROVIDER)
        place = await self._reserve(call, seen)
        try:
            return await self._accept(call, record, request, place.id)
        except Exception:
            await self._undo(call, record, place.id)
            raise

    async def _reserve(self, call: Call, row: AttemptRow) -> ReservationRead:
        wanted = ReservationCreate(
            attempt_id=row.id, contract_id=row.contract_id, location_id=row.location_id
        )
        try:
            return await self.tools.providers.reserve(wanted, call.behalf)
        except NotFoundError as exc:
            raise ConflictError(
                "Voor dit aanbod staat bij u geen contract of plek meer. Vraag het de gemeente."
            ) from exc

    async def _accept(
        self, call: Call, record: UUID, request: AcceptanceCreate, place: UUID
    ) -> AttemptRead:
        async with self.tools.db.transaction(call.once) as session:
            offering = Offering(self.tools, session, call)
            referral, row = await self._locked(offering, record)
            row.reservation_id = place
            row.decided_at = row.disclosed_at = call.now
            self._note(row, request.note)
            await offering.movement.attempt(referral, row, ToAttempt(_A.ACCEPTED, Mover.PROVIDER))
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return await self._shown(offering, referral, row, Act.DISCLOSE)

    async def _undo(self, call: Call, record: UUID, place: UUID) -> None:
        """A place was held and the acceptance did not come about.

        Where the attempt is closed the place is given back now; where it is still open the place
        stays noted on it, for the next try, and is given back when the attempt closes.
        """
        async with self.tools.db.transaction() as session:
            status = await ReferralsRepository(session).remember_place(record, place)
            if status in CLOSED_ATTEMPTS:
                await Closing(self.tools, session, call).give_back(place, "not_accepted")

    async def plan_intake(
        self, call: Call, record: UUID, request: IntakeAppointmentCreate
    ) -> AttemptRead:
        """When and where provider and person meet; a second appointment replaces the first."""
        ensure_near(request.at, call, "/at")
        async with self.tools.db.transaction(call.once) as session:
            offering = Offering(self.tools, session, call)
            referral, row = await self._locked(offering, record)
            row.intake_at = request.at
            self.tools.seals().put(row, "intake_place", request.place)
            await offering.movement.attempt(
                referral, row, ToAttempt(_A.INTAKE_PLANNED, Mover.PROVIDER)
            )
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return await self._shown(offering, referral, row, Act.READ)

    async def start(self, call: Call, record: UUID, request: StartCreate) -> AttemptRead:
        """Delivery has begun; the request is `delivering` from now on."""
        ensure_has_been(request.on, call, "/on")
        async with self.tools.db.transaction(call.once) as session:
            offering = Offering(self.tools, session, call)
            referral, row = await self._locked(offering, record)
            row.started_on = request.on
            movement = offering.movement
            await movement.attempt(referral, row, ToAttempt(_A.STARTED, Mover.PROVIDER))
            delivering = ToRequest(ReferralStatus.DELIVERING, Mover.PROVIDER)
            await movement.request(referral, delivering)
            await ReferralsRepository(session).forget_packages(referral.id)
            await Periods(session, call.now).start(of_request(referral), request.on)
            await self.tools.jobs.defer(
                session,
                CONFIRM,
                str(row.reservation_id),
                attempt=str(row.id),
                reservation=str(row.reservation_id),
                # No place was held before the yes; help that began earlier uses it from then on.
                on=max(request.on, local_date(row.decided_at or call.now)).isoformat(),
            )
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return await self._shown(offering, referral, row, Act.READ)

    async def stop(self, call: Call, record: UUID, request: StopCreate) -> AttemptReceipt:
        """Delivery has ended: the request ends, the place is given back, disclosure ends."""
        ensure_has_been(request.on, call, "/on")
        if request.code not in STOP_CODES:
            raise UnknownCodeError("/code", "reden om te stoppen", list(STOP_CODES))
        async with self.tools.db.transaction(call.once) as session:
            offering = Offering(self.tools, session, call)
            referral, row = await self._locked(offering, record, disclosed=False)
            if row.started_on is not None and request.on < row.started_on:
                detail = (
                    "De hulp kan niet stoppen voor zij begon. Kies de dag van het begin of later."
                )
                raise InvalidRequestError(detail, [Fault("/on", "before-start", detail)])
            row.stopped_on = request.on
            await help_stops(Steps(self.tools, session, call), row.id, request.code)
            await offering.close(referral, row, ToAttempt(_A.STOPPED, Mover.PROVIDER, request.code))
            ended = ToRequest(ReferralStatus.ENDED, Mover.PROVIDER, request.code)
            await offering.movement.request(referral, ended)
            await Periods(session, call.now).stop(referral.id, request.on)
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return receipt(call, row)

    async def give_place_back(self, reservation: str, reason: str) -> None:
        """Tell the registry that a place is free again; done by the worker, retried until heard."""
        await self.tools.providers.release(UUID(reservation), reason)

    async def return_place(self, attempt: str, reason: str) -> None:
        """Tell the registry that nothing is to be held for an attempt; retried until heard."""
        await self.tools.providers.return_place(UUID(attempt), reason)

    async def confirm_place(self, attempt: str, reservation: str, on: str) -> None:
        """Tell the registry that help began; done by the worker, retried until heard.

        Where the place was lost meanwhile, the coordinator has it on the desk: help runs where
        the registry has no place for it.
        """
        try:
            await self.tools.providers.confirm(UUID(reservation), date.fromisoformat(on))
        except ConflictError:
            async with self.tools.db.transaction() as session:
                found = await ToldRepository(session).attempt(UUID(attempt))
                if found is None or found[1].status is not _A.STARTED:
                    return
                movement = Offering(self.tools, session, self.tools.own_call(CONFIRM)).movement
                referral, row = found
                await movement.note(referral, ToNote(WorkItemKind.PLACE_LOST, _NO_PLACE, row))

    async def _locked(
        self, offering: Offering, record: UUID, *, disclosed: bool = True
    ) -> tuple[ReferralRow, AttemptRow]:
        """The request and its attempt, as the caller saw the attempt last."""
        call = offering.call
        repository = ReferralsRepository(offering.session)
        referral, row = await repository.locked_attempt(
            self.tools.viewer(call), record, disclosed=disclosed
        )
        call.expect(ATTEMPT, row.id, row.version)
        return referral, row

    def _note(self, row: AttemptRow, note: str | None) -> None:
        if note is not None:
            self.tools.seals().put(row, "note", note)

    async def _shown(
        self, offering: Offering, referral: ReferralRow, row: AttemptRow, act: Act
    ) -> AttemptRead:
        call = offering.call
        found = await attempt_read(offering.session, call, row, referral, self.tools.seals())
        if found.identity is not None:
            await audit_persons(offering.session, call, act, found.identity)
        return call.answer(found, ATTEMPT, row.id, row.version)
