"""After the night: give what was done to the team of the area, and have it looked at (design 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.domain.lifecycle import after
from services.intake.models import ContactRow, DutyContactRow, HandbackRow
from services.intake.repository import (
    ContactRepository,
    DirectoryRepository,
    DutyRepository,
    OnDuty,
)
from services.intake.service.codes import ensure_known
from services.intake.service.desk import CONTACT, RECEIPT, Desk, note, receipt_href
from services.intake.service.told import HandbackTold, ReviewTold
from services.intake.service.urgent import end_of_next_working_day
from shared.audit.records import Act
from shared.auth.call import Call
from shared.calendar import next_working_day
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.identifiers import new_id
from shared.schemas.base import Page
from shared.schemas.duty import (
    DutyReviewCreate,
    DutyReviewRead,
    HandbackCreate,
    HandbackRead,
)
from shared.vocabulary import ContactAction

REVIEW: Final = "duty_review"
_ONE_OF_TWO: Final = "Noem een team, of de wijk; dan zoeken wij het team dat daar werkt."
_NO_TEAM: Final = "Dit team is er niet, of het pakt geen aanmeldingen op. Kijk in de lijst."
_LOOKED_AT: Final = "Iemand heeft hier al naar gekeken."
_OWN_WORK: Final = "U nam dit zelf aan. Een collega kijkt mee; vraag er een."


@dataclass(frozen=True, slots=True)
class Handbacks:
    """Use cases of the duty officer in the morning, and of who looks along."""

    desk: Desk

    async def hand_back(self, call: Call, contact: UUID, request: HandbackCreate) -> HandbackRead:
        """Give a contact to the team of the area, with what was done; nothing else changes.

        Where no team serves the wijk it goes to the queue of the front party: never nowhere.
        """
        self._check(request)
        async with self.desk.db.transaction(call.once) as session:
            repository, duty = ContactRepository(session), DutyRepository(session)
            row = await repository.to_work_on(self.desk.seeker(call), contact)
            call.expect(CONTACT, row.id, row.version)
            row.status = after(row.status, ContactAction.HAND_BACK)
            await self._to_team(session, call, row, request)
            row.assigned_to, row.changed_at = None, call.now
            kept = await duty.of_contact(row.id)
            if kept is not None:
                kept.handed_back_at = kept.changed_at = call.now
                kept.readable_until = end_of_next_working_day(call.now)
            found = self._row(call, row, kept, request)
            await duty.add(found)
            await note(session, call, Act.WRITE, row)
            return call.answer(self.desk.handback(found), RECEIPT, row.id)

    async def reviews(self, call: Call, size: int, cursor: str | None) -> Page[DutyReviewRead]:
        """What was taken in on duty and nobody looked at yet, the oldest first."""
        query = f"duty-reviews/{size}"
        place = call.position(query, cursor)
        since = None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))
        async with self.desk.db.transaction() as session:
            found = await DutyRepository(session).to_look_at(self.desk.seeker(call), since, size)
            shown = found[:size]
            await note(session, call, Act.READ, *(each.contact for each in shown))
        more = None
        if len(found) > size:
            last = shown[-1].duty
            more = call.cursor(query, [last.taken_in_at.isoformat(), str(last.contact_id)])
        return Page(items=tuple(_review(call, each) for each in shown), next=more)

    async def review(self, call: Call, contact: UUID, request: DutyReviewCreate) -> DutyReviewRead:
        """Somebody else looked at what was done; once, and never the maker.

        Raises `NotFoundError` for what was not taken in on duty, `ConflictError` a second time.
        """
        async with self.desk.db.transaction(call.once) as session:
            found = await DutyRepository(session).reviewable(self.desk.seeker(call), contact)
            row = found.duty
            if row.reviewed_at is not None:
                raise ConflictError(_LOOKED_AT)
            if row.subject == call.principal.subject:
                raise RuleViolationError(_OWN_WORK)
            row.reviewed_at = row.changed_at = call.now
            row.reviewed_by = call.principal.subject
            if request.remark is not None:
                told = ReviewTold(remark=request.remark)
                table = DutyContactRow.__tablename__
                row.told = self.desk.seals.seal(told, table, row.contact_id)
            await DutyRepository(session).add(row)
            await note(session, call, Act.WRITE, found.contact)
            return call.answer(_review(call, found), REVIEW, row.contact_id, row.version)

    def _check(self, request: HandbackCreate) -> None:
        if (request.to_team_id is None) == (request.wijk is None):
            raise InvalidRequestError(_ONE_OF_TWO, [Fault("", "one-of-two", _ONE_OF_TWO)])
        if self.desk.codes.wijken:
            ensure_known("/wijk", "wijk", request.wijk, self.desk.codes.wijken)

    async def _to_team(
        self, session: Session, call: Call, row: ContactRow, request: HandbackCreate
    ) -> None:
        directory = DirectoryRepository(session)
        if request.to_team_id is not None:
            team = await directory.team(request.to_team_id)
            if team is None or team.party not in self.desk.codes.takers:
                raise InvalidRequestError(_NO_TEAM, [Fault("/toTeamId", "no-team", _NO_TEAM)])
            row.addressed_to, row.team_id = team.party, team.id
            return
        front = self.desk.codes.front_party
        row.wijk = row.wijk or request.wijk
        row.addressed_to = front
        row.team_id = await directory.serving(front, request.wijk, local_date(call.now))

    def _row(
        self, call: Call, row: ContactRow, kept: DutyContactRow | None, request: HandbackCreate
    ) -> HandbackRow:
        identity = new_id()
        told = HandbackTold(note=request.note)
        return HandbackRow(
            id=identity,
            contact_id=row.id,
            at=call.now,
            by=call.principal.subject,
            to_party=row.addressed_to,
            to_team_id=row.team_id,
            readable_until=None if kept is None else kept.readable_until,
            told=self.desk.seals.seal(told, HandbackRow.__tablename__, identity),
        )


def _review(call: Call, found: OnDuty) -> DutyReviewRead:
    row = found.duty
    review_by = next_working_day(local_date(row.taken_in_at) + timedelta(days=1))
    return DutyReviewRead(
        contact_id=row.contact_id,
        href=receipt_href(row.contact_id),
        made_by=row.subject,
        party=found.shift.party,
        desk_name=found.shift.desk_name,
        taken_in_at=row.taken_in_at,
        handed_back_at=row.handed_back_at,
        readable_until=row.readable_until,
        review_by=review_by,
        overdue=row.reviewed_at is None and local_date(call.now) > review_by,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
    )
