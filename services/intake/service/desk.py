"""What every use case of intake needs: the database, the codes, who asks, and how to show."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.intake.models import (
    ClockRow,
    ContactRow,
    HandbackRow,
    InvolvementRow,
    RedirectRow,
)
from services.intake.repository import (
    ContactRepository,
    DutyRepository,
    RequestRepository,
    Seeker,
    TalkRepository,
)
from services.intake.service.codes import Codes
from services.intake.service.told import ContactTold, HandbackTold, InvolvementTold, Seals
from services.intake.service.urgent import Urgent
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.db.database import Database, Session
from shared.schemas.duty import HandbackRead, InvolvementRead
from shared.schemas.intake import ContactRead, ContactReceipt, LegalClock
from shared.vocabulary import ContactStatus, RedirectStatus

CONTACT = "contact"
RECEIPT = "receipt"
ACTIVITY = "intake"


@dataclass(frozen=True, slots=True)
class Desk:
    """The common ground of the use cases."""

    db: Database
    codes: Codes
    urgent: Urgent
    accepted_lag: timedelta

    @property
    def seals(self) -> Seals:
        """What was told goes in and out sealed."""
        return Seals(self.db.ring)

    def seeker(self, call: Call) -> Seeker:
        """Who asks, as the queries want it."""
        principal = call.principal
        return Seeker(
            subject=principal.subject,
            team=principal.team,
            provider=principal.provider,
            parties=self.codes.spoken_for(principal.roles),
            reaches=call.reaches,
            now=call.now,
            stale_before=call.now - self.accepted_lag,
        )

    def told(self, row: ContactRow) -> ContactTold:
        """What was told at a contact."""
        return self.seals.open(ContactTold, row.told, ContactRow.__tablename__, row.id)

    def tell(self, row: ContactRow, told: ContactTold) -> None:
        """Keep what was told, sealed for this row."""
        row.told = self.seals.seal(told, ContactRow.__tablename__, row.id)

    async def show(self, session: Session, call: Call, row: ContactRow) -> ContactRead:
        """The contact with everything in it, as the answer to this call."""
        told = self.told(row)
        talk = await TalkRepository(session).latest(row.id)
        clocks = await ContactRepository(session).clocks([row.id])
        involved = await DutyRepository(session).involvements(row.id)
        handed_back = (await self._handbacks(session, [row])).get(row.id)
        found = ContactRead.model_validate(
            {
                **{name: getattr(row, name) for name in _CLEAR},
                **told.model_dump(exclude={"child"}),
                "clarification_id": None if talk is None else talk.id,
                "clocks": clock_reads(clocks),
                "involvements": tuple(self.involvement(each) for each in involved),
                "owed": self.urgent.owed(row, clocks, told.child, {i.party for i in involved}),
                "handed_back": handed_back,
                "requests": tuple(await RequestRepository(session).of_contact(row)),
            }
        )
        return call.answer(found, CONTACT, row.id, row.version)

    async def work_list(self, session: Session, rows: list[ContactRow]) -> list[ContactReceipt]:
        """The receipts for whoever works on them: with what was done out of hours."""
        handed_back = await self._handbacks(session, rows)
        return [
            receipt.model_copy(update={"handed_back": handed_back.get(receipt.id)})
            for receipt in await self.receipts(session, rows)
        ]

    def involvement(self, row: InvolvementRow) -> InvolvementRead:
        """Who else is around a contact, and why they were told."""
        reason = None
        if row.told is not None:
            table = InvolvementRow.__tablename__
            reason = self.seals.open(InvolvementTold, row.told, table, row.id).reason
        return InvolvementRead(
            id=row.id,
            party=row.party,
            how=row.how,
            meldcode_step=row.meldcode_step,
            at=row.at,
            recorded_by=row.recorded_by,
            shared=row.shared_to is not None,
            reason=reason,
            receipt=None if row.shared_to is None else receipt_href(row.shared_to),
        )

    def handback(self, row: HandbackRow) -> HandbackRead:
        """Who handed a contact back, when and with what."""
        told = self.seals.open(HandbackTold, row.told, HandbackRow.__tablename__, row.id)
        return HandbackRead(
            id=row.id,
            contact_id=row.contact_id,
            at=row.at,
            by=row.by,
            to_party=row.to_party,
            to_team_id=row.to_team_id,
            note=told.note,
            readable_until=row.readable_until,
        )

    async def _handbacks(
        self, session: Session, rows: list[ContactRow]
    ) -> dict[UUID, HandbackRead]:
        found = await DutyRepository(session).handbacks([row.id for row in rows])
        return {contact: self.handback(row) for contact, row in found.items()}

    async def receipts(self, session: Session, rows: list[ContactRow]) -> list[ContactReceipt]:
        """The same contacts without their content, in this order."""
        repository = ContactRepository(session)
        ids = [row.id for row in rows]
        clocks = await repository.clocks(ids)
        names = await repository.team_names({row.team_id for row in rows if row.team_id})
        carried = {redirect.contact_id: redirect for redirect in await repository.redirects_of(ids)}
        return [
            ContactReceipt(
                id=row.id,
                status=row.status,
                addressed_to=row.addressed_to,
                team_id=row.team_id,
                team_name=names.get(row.team_id) if row.team_id else None,
                first_contact_on=row.first_contact_on,
                received_at=row.received_at,
                taken_up=_taken_up(row, carried.get(row.id)),
                clocks=clock_reads([clock for clock in clocks if clock.contact_id == row.id]),
                href=receipt_href(row.id),
            )
            for row in rows
        ]


_CLEAR = tuple(
    sorted(
        set(ContactRead.model_fields)
        - set(ContactTold.model_fields)
        - {"clarification_id", "clocks", "involvements", "owed", "handed_back", "requests"}
    )
)


def receipt_href(contact: UUID) -> str:
    """Where a contact is followed without its content."""
    return f"/intake/v1/contacts/{contact}/receipt"


def clock_reads(clocks: list[ClockRow]) -> tuple[LegalClock, ...]:
    """Legal terms as they are answered."""
    return tuple(LegalClock.model_validate(clock) for clock in clocks)


def _taken_up(row: ContactRow, carried: RedirectRow | None) -> bool:
    if carried is not None:
        return carried.status is RedirectStatus.TAKEN_UP
    return row.status is not ContactStatus.RECEIVED


def subjects(*rows: ContactRow) -> list[About]:
    """Whose data a contact holds: its own, and of who it was linked to."""
    found = [About(SubjectKind.CONTACT, row.id) for row in rows]
    found += [About(SubjectKind.PERSON, row.person_id) for row in rows if row.person_id]
    found += [About(SubjectKind.HOUSEHOLD, row.household_id) for row in rows if row.household_id]
    return found


async def note(session: Session, call: Call, act: Act, *rows: ContactRow) -> None:
    """Record who did what with these contacts."""
    await record(session, call, act, ACTIVITY, subjects(*rows))


def about_persons(persons: list[UUID]) -> list[About]:
    """Persons of the register that were shown as candidates."""
    return [About(SubjectKind.PERSON, person) for person in persons]
