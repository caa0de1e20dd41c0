"""Who else is around a contact: told, asked or come along, and with the story only on purpose."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.intake.domain.lifecycle import ensure_open
from services.intake.models import ContactRow, InvolvementRow
from services.intake.repository import ContactRepository, DirectoryRepository, DutyRepository
from services.intake.service.codes import ensure_known
from services.intake.service.desk import CONTACT, Desk, note
from services.intake.service.told import InvolvementTold
from shared.audit.records import Act
from shared.auth.call import Call
from shared.calendar import LONG_AGO
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import Fault, InvalidRequestError
from shared.identifiers import new_id
from shared.schemas.duty import InvolvementCreate, InvolvementRead
from shared.vocabulary import ContactStatus

_WHY: Final = "Schrijf op waarom u het verhaal deelt."
_COMES_ALONG: Final = (
    "entry",
    "channel",
    "urgency",
    "anonymous",
    "first_contact_on",
    "wijk",
)
"""The story, its first day and how soon; no household, no plan, no legal term: those stay."""


@dataclass(frozen=True, slots=True)
class Involvements:
    """Use cases of who has the contact (AMS-ROL-42, AMS-REF-14)."""

    desk: Desk

    async def add(self, call: Call, contact: UUID, request: InvolvementCreate) -> InvolvementRead:
        """Write down that a party is involved; with `share` it gets a contact of its own.

        The contact stays where it is. Raises `UnknownCodeError` for a party that cannot take one
        up, `ConflictError` once the contact is carried over or done.
        """
        self._check(call, request)
        async with self.desk.db.transaction(call.once) as session:
            repository = ContactRepository(session)
            row = await repository.to_work_on(self.desk.seeker(call), contact)
            ensure_open(row.status)
            others = set(self.desk.urgent.labels) - {row.addressed_to}
            ensure_known("/party", "andere partij", request.party, others)
            found = self._row(call, row, request)
            if request.share:
                shared = await self._share(session, call, row, request.party)
                found.shared_to = shared.id
            row.changed_at = call.now
            await DutyRepository(session).add(found)
            await note(session, call, Act.WRITE, row)
            return call.answer(self.desk.involvement(found), CONTACT, row.id)

    def _check(self, call: Call, request: InvolvementCreate) -> None:
        known = self.desk.codes.takers if request.share else self.desk.urgent.labels
        ensure_known("/party", "partij", request.party, known)
        faults = []
        if request.share and request.reason is None:
            faults.append(Fault("/reason", "reason-missing", _WHY))
        if request.at is not None and not call.now - LONG_AGO <= request.at <= call.now:
            detail = "Dit moment is al geweest, niet langer dan tien jaar geleden."
            faults.append(Fault("/at", "not-in-the-past", detail))
        if faults:
            raise InvalidRequestError("Dit klopt nog niet.", faults)

    def _row(self, call: Call, row: ContactRow, request: InvolvementCreate) -> InvolvementRow:
        found = InvolvementRow(
            id=new_id(),
            contact_id=row.id,
            party=request.party,
            how=request.how,
            meldcode_step=request.meldcode_step,
            at=request.at or call.now,
            recorded_at=call.now,
            recorded_by=call.principal.subject,
        )
        if request.reason is not None:
            told = InvolvementTold(reason=request.reason)
            found.told = self.desk.seals.seal(told, InvolvementRow.__tablename__, found.id)
        return found

    async def _share(self, session: Session, call: Call, row: ContactRow, party: str) -> ContactRow:
        """A contact of that party's own: what was told by the person, not what we made of it."""
        shared = ContactRow(
            **{name: getattr(row, name) for name in _COMES_ALONG},
            id=new_id(),
            status=ContactStatus.RECEIVED,
            addressed_to=party,
            team_id=await DirectoryRepository(session).serving(
                party, row.wijk, local_date(call.now)
            ),
            melding=False,
            authorised_by_person=False,
            received_at=call.now,
            signals=[],
            markers=list(row.markers),
            created_by=call.principal.subject,
            changed_at=call.now,
        )
        own = {"triage_note": None, "advice": None}
        self.desk.tell(shared, self.desk.told(row).model_copy(update=own))
        await ContactRepository(session).add(shared)
        await note(session, call, Act.DISCLOSE, shared)
        return shared
