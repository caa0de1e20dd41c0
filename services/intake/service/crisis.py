"""Somebody needs help now: three fields, and everything that is owed afterwards."""

from dataclasses import dataclass

from services.intake.domain.lifecycle import after
from services.intake.models import ContactRow, DutyShiftRow
from services.intake.repository import ContactRepository, DirectoryRepository, DutyRepository
from services.intake.service import clocks
from services.intake.service.codes import ensure_known
from services.intake.service.contacts import Contacts
from services.intake.service.desk import RECEIPT, Desk, note
from services.intake.service.on_duty import taken_in
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.schemas.crisis import CrisisContactCreate, CrisisReceipt
from shared.schemas.intake import ContactCreate, ToldPerson
from shared.vocabulary import ContactAction, Urgency


@dataclass(frozen=True, slots=True)
class Crisis:
    """Use cases of who answers when somebody cannot wait (Wmo 2015 art. 2.3.3)."""

    desk: Desk
    contacts: Contacts

    async def create(self, call: Call, request: CrisisContactCreate) -> CrisisReceipt:
        """Take in a crisis: a melding from today, and what must follow with its dates.

        Raises `UnknownCodeError` and `InvalidRequestError`; there is no other no.
        """
        told = self._told(call, request)
        self.contacts.check(call, told)
        if self.desk.codes.wijken:
            ensure_known("/wijk", "wijk", request.wijk, self.desk.codes.wijken)
        async with self.desk.db.transaction(call.once) as session:
            row = await self.contacts.new(session, call, told)
            shift = await DutyRepository(session).shift_of(call.principal.subject, call.now)
            await self._lay(session, call, row, shift)
            if request.children_involved is not None:
                known = self.desk.told(row)
                self.desk.tell(row, known.model_copy(update={"child": request.children_involved}))
            repository = ContactRepository(session)
            await repository.add(row)
            terms = clocks.started(self.desk.codes.clocks, row.id, row.first_contact_on, call.now)
            await repository.add(*terms)
            await taken_in(session, call, row)
            await note(session, call, Act.WRITE, row)
            return await self._receipt(session, call, row, shift)

    async def _receipt(
        self, session: Session, call: Call, row: ContactRow, shift: DutyShiftRow | None
    ) -> CrisisReceipt:
        (receipt,) = await self.desk.receipts(session, [row])
        terms = await ContactRepository(session).clocks([row.id])
        found = CrisisReceipt(
            **receipt.model_dump(by_alias=False),
            kept=row.assigned_to == call.principal.subject,
            duty_shift_id=None if shift is None else shift.id,
            owed=self.desk.urgent.owed(row, terms, self.desk.told(row).child, ()),
        )
        call.headers["Location"] = found.href
        return call.answer(found, RECEIPT, row.id, row.version)

    async def _lay(
        self, session: Session, call: Call, row: ContactRow, shift: DutyShiftRow | None
    ) -> None:
        """With the team of the wijk; on duty, or where no team is known, with the caller first.

        Who cannot take a contact up, such as a provider, brings it to the front party.
        """
        codes, own = self.desk.codes, self._own_parties(call)
        takers = [party for party in own if party in codes.takers]
        directory, today = DirectoryRepository(session), local_date(call.now)
        for party in (*takers, codes.front_party):
            team = await directory.serving(party, row.wijk, today)
            if team is not None:
                row.addressed_to, row.team_id = party, team
                break
        else:
            row.addressed_to, row.team_id = (*takers, codes.front_party)[0], None
        if takers and (shift is not None or row.team_id is None):
            row.status = after(row.status, ContactAction.TAKE_UP)
            row.assigned_to = call.principal.subject
            own_team = call.principal.team
            if row.team_id is None and own_team is not None:
                known = await directory.team(own_team)
                row.team_id = None if known is None else known.id

    def _told(self, call: Call, request: CrisisContactCreate) -> ContactCreate:
        own = self._own_parties(call)
        where = {"whereabouts": request.whereabouts, "phone": request.phone}
        person = request.person or ToldPerson()
        given = {name: value for name, value in where.items() if value is not None}
        return ContactCreate(
            entry=request.entry or (*own, self.desk.codes.front_party)[0],
            channel=request.channel or self.desk.urgent.channel,
            question=request.question,
            melding=True,
            urgency=Urgency.CRISIS,
            wijk=request.wijk,
            person=person.model_copy(update=given),
            voorziening=request.voorziening,
        )

    def _own_parties(self, call: Call) -> tuple[str, ...]:
        """For whom the caller speaks, in the order of the stelsel."""
        voices = self.desk.codes.voices
        roles = sorted(call.principal.roles)
        return tuple(dict.fromkeys(party for role in roles for party in voices[role.value]))
