"""Carrying a contact over to another door with its story and its first day (OPN-10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.domain.lifecycle import after
from services.intake.models import ContactRow, RedirectRow
from services.intake.repository import (
    ContactRepository,
    DirectoryRepository,
    DutyRepository,
    TalkRepository,
)
from services.intake.service import clocks
from services.intake.service.codes import ensure_known
from services.intake.service.desk import ACTIVITY, CONTACT, Desk, note
from services.intake.service.told import RedirectTold
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.base import Page
from shared.schemas.events import (
    CONTACT_CONCLUDED,
    CONTACT_REDIRECTED,
    CONTACT_TAKEN_UP,
    ContactConcluded,
    ContactRedirected,
    ContactTakenUp,
)
from shared.schemas.intake import RedirectCreate, RedirectRead
from shared.vocabulary import (
    ContactAction,
    ContactStatus,
    RedirectStatus,
    ServiceName,
    Urgency,
)

REDIRECT: Final = "redirect"


@dataclass(frozen=True, slots=True)
class Redirects:
    """Use cases of both doors."""

    desk: Desk
    outbox: Outbox

    async def redirect(self, call: Call, contact: UUID, request: RedirectCreate) -> RedirectRead:
        """Carry a contact over. It stays in sight of this door until it is taken up there."""
        async with self.desk.db.transaction(call.once) as session:
            repository = ContactRepository(session)
            row = await repository.to_work_on(self.desk.seeker(call), contact)
            call.expect(CONTACT, row.id, row.version)
            others = self.desk.codes.takers - {row.addressed_to}
            ensure_known("/toParty", "andere partij die oppakt", request.to_party, others)
            row.status = after(row.status, ContactAction.REDIRECT)
            sent = await self._send(session, call, row, request)
            call.headers["Location"] = _href(sent.id)
            found = self._read(call, sent, row.urgency)
            return call.answer(found, REDIRECT, sent.id, sent.version)

    async def carry_to(
        self, session: Session, call: Call, row: ContactRow, where: tuple[str, str]
    ) -> None:
        """Carry a contact over that the caller holds locked, because of what happened elsewhere.

        `where`: the party and why. Also one that was concluded: somebody goes on with it.
        """
        party, reason = where
        if row.status is not ContactStatus.CONCLUDED:
            row.status = after(row.status, ContactAction.REDIRECT)
        request = RedirectCreate(to_party=party, reason=reason, person_informed=False)
        await self._send(session, call, row, request)

    async def _send(
        self, session: Session, call: Call, row: ContactRow, request: RedirectCreate
    ) -> RedirectRow:
        row.changed_at = call.now
        carried = await self._carry(session, call, row, request.to_party)
        sent = self._sent(call, row, carried, request)
        await ContactRepository(session).add(sent)
        await TalkRepository(session).move(row.id, carried.id)
        await DutyRepository(session).move(row.id, carried.id)
        await self._tell_plans(session, call, row, sent)
        await note(session, call, Act.WRITE, row, carried)
        return sent

    async def waiting(self, call: Call, size: int, cursor: str | None) -> Page[RedirectRead]:
        """What this door sent away and nobody took up yet: the longest waiting first."""
        query = f"redirects/{size}"
        place = call.position(query, cursor)
        since = None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))
        async with self.desk.db.transaction() as session:
            repository = ContactRepository(session)
            found = await repository.sent_away(self.desk.seeker(call), since, size)
            shown = found[:size]
            urgency = await repository.urgencies([row.contact_id for row in shown])
            about = [About(SubjectKind.CONTACT, row.contact_id) for row in shown]
            await record(session, call, Act.READ, ACTIVITY, about)
        items = tuple(self._read(call, row, urgency[row.contact_id]) for row in shown)
        more = None
        if len(found) > size:
            more = call.cursor(query, [shown[-1].sent_at.isoformat(), str(shown[-1].id)])
        return Page(items=items, next=more)

    async def read(self, call: Call, redirect: UUID) -> RedirectRead:
        """Where a redirect stands. No content: both doors may read it."""
        async with self.desk.db.transaction() as session:
            repository = ContactRepository(session)
            row = await repository.redirect(self.desk.seeker(call), redirect)
            urgency = await repository.urgencies([row.contact_id])
            about = [About(SubjectKind.CONTACT, row.contact_id)]
            await record(session, call, Act.READ, ACTIVITY, about)
            found = self._read(call, row, urgency[row.contact_id])
            return call.answer(found, REDIRECT, row.id, row.version)

    async def settle(self, session: Session, call: Call, row: ContactRow) -> None:
        """Somebody does something with a carried contact: every door it came by hears it, once."""
        repository, origin = ContactRepository(session), row
        while origin.carried_from is not None:
            sent = await repository.redirect_to(origin.id)
            if sent is None or sent.status is RedirectStatus.TAKEN_UP:
                return
            sent.status, sent.taken_up_at = RedirectStatus.TAKEN_UP, call.now
            sent.changed_at = call.now
            await repository.save()
            taken = ContactTakenUp(
                contact_id=row.id, carried_from=sent.contact_id, plan_id=row.plan_id
            )
            told = Notice(CONTACT_TAKEN_UP, sent.contact_id, taken, [ServiceName.PLANS])
            await self.outbox.emit(session, told, call.now)
            origin = await repository.by_id(sent.contact_id)

    async def tell_concluded(self, session: Session, call: Call, row: ContactRow) -> None:
        """A contact ended in a plan: the plan hears with which contact it began."""
        if row.plan_id is None or row.outcome is None:
            return
        data = ContactConcluded(contact_id=row.id, plan_id=row.plan_id, outcome=row.outcome)
        told = Notice(CONTACT_CONCLUDED, row.id, data, [ServiceName.PLANS])
        await self.outbox.emit(session, told, call.now)

    async def _carry(self, session: Session, call: Call, row: ContactRow, party: str) -> ContactRow:
        """The contact at its new door: the same story, sealed for its own row."""
        directory = DirectoryRepository(session)
        carried = ContactRow(
            **{name: getattr(row, name) for name in _GOES_ALONG},
            id=new_id(),
            status=ContactStatus.RECEIVED,
            addressed_to=party,
            team_id=await directory.serving(party, row.wijk, local_date(call.now)),
            carried_from=row.id,
            changed_at=call.now,
        )
        self.desk.tell(carried, self.desk.told(row))
        repository = ContactRepository(session)
        terms = await repository.clocks([row.id])
        await repository.add(carried)
        await repository.add(*clocks.copied(terms, carried.id, call.now))
        return carried

    def _sent(
        self, call: Call, row: ContactRow, carried: ContactRow, request: RedirectCreate
    ) -> RedirectRow:
        identity = new_id()
        reason = RedirectTold(reason=request.reason)
        return RedirectRow(
            id=identity,
            contact_id=row.id,
            carried_to=carried.id,
            from_party=row.addressed_to,
            from_team_id=row.team_id,
            to_party=carried.addressed_to,
            to_team_id=carried.team_id,
            status=RedirectStatus.SENT,
            told=self.desk.seals.seal(reason, RedirectRow.__tablename__, identity),
            person_informed=request.person_informed,
            first_contact_on=row.first_contact_on,
            sent_at=call.now,
            sent_by=call.principal.subject,
            changed_at=call.now,
        )

    def _read(self, call: Call, row: RedirectRow, urgency: Urgency) -> RedirectRead:
        follow_up_on = self.desk.urgent.follow_up_on(row, urgency)
        return RedirectRead(
            id=row.id,
            contact_id=row.contact_id,
            carried_to=row.carried_to,
            to_party=row.to_party,
            to_team_id=row.to_team_id,
            status=row.status,
            sent_at=row.sent_at,
            taken_up_at=row.taken_up_at,
            first_contact_on=row.first_contact_on,
            follow_up_on=follow_up_on,
            overdue=follow_up_on is not None and local_date(call.now) > follow_up_on,
            href=_href(row.id),
        )

    async def _tell_plans(
        self, session: Session, call: Call, row: ContactRow, sent: RedirectRow
    ) -> None:
        data = ContactRedirected(
            contact_id=row.id,
            carried_to=sent.carried_to,
            to_party=sent.to_party,
            to_team_id=sent.to_team_id,
            plan_id=row.plan_id,
        )
        told = Notice(CONTACT_REDIRECTED, row.id, data, [ServiceName.PLANS])
        await self.outbox.emit(session, told, call.now)


_GOES_ALONG: Final = (
    "entry",
    "channel",
    "urgency",
    "anonymous",
    "melding",
    "first_contact_on",
    "received_at",
    "wijk",
    "signals",
    "markers",
    "nominated_by_provider_id",
    "voorziening",
    "authorised_by_person",
    "household_id",
    "person_id",
    "plan_id",
    "created_by",
    "created_by_provider",
)


def _href(redirect: UUID) -> str:
    return f"/intake/v1/redirects/{redirect}"
