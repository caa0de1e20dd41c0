"""The duty roster: who answers which desk, and who is reachable now (Wmo 2015 art. 2.3.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.domain import roster
from services.intake.models import DutyShiftRow
from services.intake.repository import DirectoryRepository, DutyRepository
from services.intake.service.codes import ensure_known
from services.intake.service.desk import Desk
from services.intake.service.directory import ensure_expected
from shared.auth.call import Call
from shared.calendar import is_working_day
from shared.clock import AMSTERDAM, local_date
from shared.db.database import Session
from shared.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.base import Page
from shared.schemas.duty import (
    DutyDesk,
    DutyRead,
    DutyShiftPut,
    DutyShiftRead,
    NextDuty,
    PartyOnDuty,
)
from shared.schemas.urgent_events import DUTY_SHIFT_CHANGED, DutyShiftChanged
from shared.vocabulary import Reach, ServiceName

SHIFT: Final = "duty_shift"
_CANCELLED: Final = "Deze dienst is afgezegd. Maak een nieuwe dienst."
_FAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Duty:
    """Use cases of who keeps the roster, and of everybody who needs somebody now."""

    desk: Desk
    outbox: Outbox

    async def put_shift(self, call: Call, record: UUID, request: DutyShiftPut) -> DutyShiftRead:
        """Make or change a shift; a lead for the own team, the central access for its own desk.

        Raises `UnknownCodeError`, `InvalidRequestError`, `ConflictError` for what has begun or has
        been, and `NotFoundError` for the roster of another.
        """
        ensure_known("/party", "partij", request.party, self.desk.urgent.labels)
        self._ensure_own(call, request.party, request.team_id)
        async with self.desk.db.transaction() as session:
            repository = DutyRepository(session)
            row = await repository.shift(record)
            if row is not None:
                self._ensure_own(call, row.party, row.team_id)
            ensure_expected(call, SHIFT, None if row is None else (row.id, row.version))
            if row is None:
                roster.check_new(_shift(request), call.now)
            else:
                _ensure_holds(row)
                roster.check_change(_shift(row), _shift(request), call.now)
            await _check_team(DirectoryRepository(session), request)
            row = row or DutyShiftRow(id=record)
            for name, value in request.model_dump(by_alias=False).items():
                setattr(row, name, value)
            row.changed_at = call.now
            await repository.add(row)
            await self._tell(session, call, row)
            return _read(call, row)

    async def cancel(self, call: Call, record: UUID) -> DutyShiftRead:
        """Nobody answers this desk after all: from now on it is not told that somebody does.

        Raises `ConflictError` for what is over or was cancelled before.
        """
        async with self.desk.db.transaction(call.once) as session:
            repository = DutyRepository(session)
            row = await repository.shift(record)
            if row is None:
                raise NotFoundError
            self._ensure_own(call, row.party, row.team_id)
            call.expect(SHIFT, row.id, row.version)
            _ensure_holds(row)
            roster.ensure_not_over(_shift(row), call.now)
            row.cancelled_at = row.changed_at = call.now
            await repository.add(row)
            await self._tell(session, call, row)
            return _read(call, row)

    async def shifts(
        self, call: Call, party: str, size: int, cursor: str | None
    ) -> Page[DutyShiftRead]:
        """The roster of a party from now on."""
        ensure_known("query/party", "partij", party, self.desk.urgent.labels)
        query = f"duty-shifts/{party}/{size}"
        place = call.position(query, cursor)
        since = None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))
        async with self.desk.db.transaction() as session:
            rows = await DutyRepository(session).roster(party, call.now, since, size)
        items = tuple(DutyShiftRead.model_validate(row) for row in rows[:size])
        more = None
        if len(rows) > size:
            more = call.cursor(query, [items[-1].starts_at.isoformat(), str(items[-1].id)])
        return Page(items=items, next=more)

    async def read_shift(self, call: Call, record: UUID) -> DutyShiftRead:
        """One shift of the roster."""
        async with self.desk.db.transaction() as session:
            row = await DutyRepository(session).shift(record)
        if row is None:
            raise NotFoundError
        return _read(call, row)

    async def who(self, call: Call, party: str, at: datetime | None) -> DutyRead:
        """Who of a party is reachable; when nobody is, what is open instead: never a dead end."""
        labels = self.desk.urgent.labels
        ensure_known("query/party", "partij", party, labels)
        moment = at or call.now
        if abs(moment - call.now) > _FAR:
            detail = "Dit tijdstip ligt meer dan een jaar weg. Kies een dag dichterbij."
            raise InvalidRequestError(detail, [Fault("query/at", "too-far", detail)])
        async with self.desk.db.transaction() as session:
            repository = DutyRepository(session)
            answering = await repository.answering(moment)
            coming = await repository.next_of(party, moment)
        shown = call.may(Reach.PUBLIC)
        by_party = {code: [row for row in answering if row.party == code] for code in labels}
        own, on = by_party[party], local_date(moment)
        elsewhere = [
            PartyOnDuty(party=code, label=labels[code], desks=_desks(rows, shown=shown))
            for code, rows in by_party.items()
            if rows and not own
        ]
        return DutyRead(
            party=party,
            label=labels[party],
            at=moment,
            on=on,
            working_day=is_working_day(on),
            reachable=bool(own),
            desks=_desks(own, shown=shown),
            next=None if coming is None else NextDuty.model_validate(coming),
            elsewhere=tuple(elsewhere),
            advice=self.desk.urgent.advice,
        )

    async def _tell(self, session: Session, call: Call, row: DutyShiftRow) -> None:
        """Referrals hears who has the mandate and when: help at once is arranged in the name of
        the college, and referrals cannot ask (Wmo 2.3.3, 2.6.3)."""
        changed = DutyShiftChanged(
            shift_id=row.id,
            subject=row.subject,
            party=row.party,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            mandated=row.mandated,
            cancelled_at=row.cancelled_at,
        )
        told = Notice(DUTY_SHIFT_CHANGED, row.id, changed, [ServiceName.REFERRALS])
        await self.outbox.emit(session, told, call.now)

    def _ensure_own(self, call: Call, party: str, team: UUID | None) -> None:
        """A lead keeps the own team's shifts, another door those of its party without a team."""
        if call.may(Reach.ANY):
            return
        spoken = party in self.desk.codes.spoken_for(call.principal.roles)
        of_team = call.may(Reach.OWN_TEAM) and team is not None and team == call.principal.team
        of_desk = call.may(Reach.OWN) and team is None
        if not spoken or not (of_team or of_desk):
            raise NotFoundError


async def _check_team(directory: DirectoryRepository, request: DutyShiftPut) -> None:
    if request.team_id is None:
        return
    team = await directory.team(request.team_id)
    if team is None or team.party != request.party:
        detail = "Dit team is er niet, of het hoort niet bij deze partij."
        raise InvalidRequestError(detail, [Fault("/teamId", "not-of-party", detail)])


def _read(call: Call, row: DutyShiftRow) -> DutyShiftRead:
    return call.answer(DutyShiftRead.model_validate(row), SHIFT, row.id, row.version)


def _ensure_holds(row: DutyShiftRow) -> None:
    if row.cancelled_at is not None:
        raise ConflictError(_CANCELLED)


def _shift(found: DutyShiftPut | DutyShiftRow) -> roster.Shift:
    return roster.Shift(
        found.subject, found.starts_at.astimezone(AMSTERDAM), found.ends_at.astimezone(AMSTERDAM)
    )


def _desks(rows: list[DutyShiftRow], *, shown: bool) -> tuple[DutyDesk, ...]:
    """The desks that answer; who sits there only for colleagues (a provider rings the desk)."""
    return tuple(
        DutyDesk(
            desk_name=row.desk_name,
            phone=row.phone,
            until=row.ends_at,
            team_id=row.team_id,
            subject=row.subject if shown else None,
            mandated=row.mandated,
        )
        for row in rows
    )
