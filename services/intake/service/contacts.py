"""Taking contacts in, reading them, and following their receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.intake.domain.lifecycle import OPEN, ensure_open
from services.intake.models import ContactRow
from services.intake.repository import ContactRepository, DirectoryRepository, Place
from services.intake.service import clocks
from services.intake.service.codes import ensure_known
from services.intake.service.desk import CONTACT, RECEIPT, Desk, note
from services.intake.service.on_duty import taken_in
from services.intake.service.told import ContactTold
from shared.audit.records import Act
from shared.auth.call import Call
from shared.calendar import LONG_AGO
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import Fault, InvalidRequestError
from shared.identifiers import is_bsn, new_id
from shared.schemas.base import Page
from shared.schemas.intake import (
    ContactChange,
    ContactCreate,
    ContactRead,
    ContactReceipt,
    ReporterRead,
    ToldPerson,
    ToldPersonRead,
)
from shared.vocabulary import URGENCY_RANK, ContactStatus, Reach

_NOBODY: Final[Mapping[str, UUID]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contacts:
    """Use cases of every door, and of the team that has the contact."""

    desk: Desk

    async def create(self, call: Call, request: ContactCreate) -> ContactReceipt:
        """Take in anything that reaches a door (AMS-INT-01); a melding starts the legal terms.

        Raises `UnknownCodeError` and `InvalidRequestError`; there is no other no.
        """
        self.check(call, request)
        async with self.desk.db.transaction(call.once) as session:
            row = await self.new(session, call, request)
            repository = ContactRepository(session)
            await repository.add(row)
            if row.melding:
                terms = self.desk.codes.clocks
                await repository.add(*clocks.started(terms, row.id, row.first_contact_on, call.now))
            await taken_in(session, call, row)
            await note(session, call, Act.WRITE, row)
            receipt = await self._receipt(session, call, row)
            call.headers["Location"] = receipt.href
            return call.answer(receipt, RECEIPT, row.id, row.version)

    async def read(self, call: Call, record: UUID) -> ContactRead:
        """A contact with what was told."""
        async with self.desk.db.transaction() as session:
            row = await ContactRepository(session).to_read(self.desk.seeker(call), record)
            await note(session, call, Act.READ, row)
            return await self.desk.show(session, call, row)

    async def read_receipt(self, call: Call, record: UUID) -> ContactReceipt:
        """Where a contact is now, without its content."""
        async with self.desk.db.transaction() as session:
            row = await ContactRepository(session).to_follow(self.desk.seeker(call), record)
            await note(session, call, Act.READ, row)
            return await self._receipt(session, call, row, await self._whom(session, call, row))

    async def change(self, call: Call, record: UUID, request: ContactChange) -> ContactRead:
        """Write down what was told later, while somebody still works on the contact (HLM-PRI-03).

        Raises `InvalidRequestError` and, once it is carried over or done, `ConflictError`.
        """
        faults = _check_bsn(request.person)
        if request.reporter is not None:
            kind = request.reporter.kind
            ensure_known("/reporter/kind", "soort melder", kind, self.desk.codes.reporters)
        if faults:
            raise InvalidRequestError("Deze aanmelding klopt nog niet.", faults)
        async with self.desk.db.transaction(call.once) as session:
            repository = ContactRepository(session)
            row = await repository.to_work_on(self.desk.seeker(call), record)
            call.expect(CONTACT, row.id, row.version)
            ensure_open(row.status)
            later = {name: part for name, part in _later(request) if part is not None}
            self.desk.tell(row, self.desk.told(row).model_copy(update=later))
            named = request.person is not None and _recognisable(request.person)
            row.anonymous = row.anonymous and not named
            row.changed_at = call.now
            await repository.save()
            await note(session, call, Act.WRITE, row)
            return await self.desk.show(session, call, row)

    async def work_list(
        self, call: Call, status: ContactStatus | None, size: int, cursor: str | None
    ) -> Page[ContactReceipt]:
        """What lies with the team, crisis first, then the longest waiting; open unless asked."""
        query = f"contacts/{status}/{size}"
        after = call.place(query, cursor, _place)
        statuses = OPEN if status is None else frozenset({status})
        async with self.desk.db.transaction() as session:
            seeker = self.desk.seeker(call)
            rows = await ContactRepository(session).work_list(seeker, statuses, after, size)
            shown = rows[:size]
            await note(session, call, Act.READ, *shown)
            items = await self.desk.work_list(session, shown)
        more = call.cursor(query, _position(shown[-1])) if len(rows) > size else None
        return Page(items=tuple(items), next=more)

    async def _receipt(
        self, session: Session, call: Call, row: ContactRow, whom: Mapping[str, UUID] = _NOBODY
    ) -> ContactReceipt:
        (receipt,) = await self.desk.receipts(session, [row])
        found = receipt.model_copy(update=dict(whom))
        return call.answer(found, RECEIPT, row.id, row.version)

    async def _whom(self, session: Session, call: Call, row: ContactRow) -> Mapping[str, UUID]:
        """For client support whom the person authorised: for whom a decision can be asked, once the
        contact was linked where it lies now (AMS-ROL-36). For anybody else nothing."""
        own = row.created_by == call.principal.subject
        if not (call.may(Reach.AUTHORISED) and own and row.authorised_by_person):
            return _NOBODY
        now = await ContactRepository(session).where_it_lies(row)
        if now.household_id is None or now.person_id is None:
            return _NOBODY
        await note(session, call, Act.READ, now)
        return {"household_id": now.household_id, "person_id": now.person_id}

    async def new(self, session: Session, call: Call, request: ContactCreate) -> ContactRow:
        """The contact as it came in, not stored yet."""
        principal, today = call.principal, local_date(call.now)
        party = request.addressed_to or self.desk.codes.front_party
        row = ContactRow(
            id=new_id(),
            status=ContactStatus.RECEIVED,
            entry=request.entry,
            channel=request.channel,
            addressed_to=party,
            team_id=await DirectoryRepository(session).serving(party, request.wijk, today),
            urgency=request.urgency,
            anonymous=request.anonymous,
            melding=request.melding,
            first_contact_on=request.first_contact_on or today,
            received_at=call.now,
            wijk=request.wijk,
            signals=[],
            markers=[],
            nominated_by_provider_id=request.nominated_by_provider_id or principal.provider,
            voorziening=request.voorziening,
            authorised_by_person=request.authorised_by_person,
            created_by=principal.subject,
            created_by_provider=principal.provider,
            changed_at=call.now,
        )
        self.desk.tell(row, _told(request))
        return row

    def check(self, call: Call, request: ContactCreate) -> None:
        """Raises `UnknownCodeError` and `InvalidRequestError`, before anything is asked."""
        codes = self.desk.codes
        ensure_known("/entry", "ingang", request.entry, self._doors(call))
        ensure_known("/channel", "manier van contact", request.channel, codes.channels)
        ensure_known(
            "/addressedTo", "partij die aanmeldingen oppakt", request.addressed_to, codes.takers
        )
        ensure_known("/voorziening", "voorziening", request.voorziening, codes.voorzieningen)
        if codes.wijken:  # a stelsel may have no list of areas; then every code is taken
            ensure_known("/wijk", "wijk", request.wijk, codes.wijken)
        if request.reporter is not None:
            kind = request.reporter.kind
            ensure_known("/reporter/kind", "soort melder", kind, codes.reporters)
        faults = [
            *check_first_day(request.first_contact_on, local_date(call.now)),
            *_check_person(request),
            *_check_authorised(call, request),
            *_check_provider(call, request),
        ]
        if faults:
            raise InvalidRequestError("Deze aanmelding klopt nog niet.", faults)

    def _doors(self, call: Call) -> tuple[str, ...]:
        """Your own door; a team worker, and who has no door, may record for every door."""
        own = self.desk.codes.spoken_for(call.principal.roles)
        every = tuple(sorted(self.desk.codes.parties))
        return every if call.may(Reach.OWN_TEAM) or not own else own


def check_first_day(first_day: date | None, today: date) -> list[Fault]:
    """The first contact has been, not long ago: a day that must still come, or one that would
    put a contact before everybody who waits, is a mistake in the year."""
    if first_day is None or today - LONG_AGO <= first_day <= today:
        return []
    if first_day < today:
        told = "De dag van het eerste contact ligt meer dan tien jaar terug. Kijk het jaar na."
        return [Fault("/firstContactOn", "too-long-ago", told)]
    detail = "De dag van het eerste contact ligt in de toekomst. Kies vandaag of eerder."
    return [Fault("/firstContactOn", "in-the-future", detail)]


def _check_person(request: ContactCreate) -> list[Fault]:
    person = request.person
    if person is None:
        return []
    if request.anonymous and _recognisable(person):
        detail = (
            "Bij een anonieme aanmelding horen geen naam, geboortedatum, BSN of telefoonnummer. "
            "Laat die weg, of maak de aanmelding niet anoniem."
        )
        return [Fault("/person", "not-anonymous", detail)]
    return _check_bsn(person)


def _check_authorised(call: Call, request: ContactCreate) -> list[Fault]:
    """Only client support acts for a person who asked them to; others have a door of their own."""
    if not request.authorised_by_person or call.may(Reach.AUTHORISED):
        return []
    detail = "Dit veld is voor onafhankelijke cliëntondersteuning. Laat het weg."
    return [Fault("/authorisedByPerson", "only-client-support", detail)]


def _check_bsn(person: ToldPerson | None) -> list[Fault]:
    if person is None or person.bsn is None or is_bsn(person.bsn):
        return []
    return [Fault("/person/bsn", "bsn-invalid", "Dit is geen geldig BSN.")]


def _recognisable(person: ToldPerson) -> bool:
    """By a name, a birth date or a number somebody can be found again, by a telephone too."""
    known = (person.given_names, person.surname, person.birth_date, person.bsn, person.phone)
    return any(known)


def _check_provider(call: Call, request: ContactCreate) -> list[Fault]:
    own, named = call.principal.provider, request.nominated_by_provider_id
    if own is None or named is None or named == own:
        return []
    detail = "U kunt iemand alleen aanmelden namens uw eigen organisatie. Laat dit veld weg."
    return [Fault("/nominatedByProviderId", "not-your-provider", detail)]


def _told(request: ContactCreate) -> ContactTold:
    return ContactTold(question=request.question).model_copy(update=dict(_later(request)))


def _later(
    request: ContactCreate | ContactChange,
) -> list[tuple[str, ToldPersonRead | ReporterRead | str | None]]:
    """The parts of what is told that may come at once or later."""
    person, reporter = request.person, request.reporter
    return [
        ("person", None if person is None else ToldPersonRead.model_validate(person)),
        ("reporter", None if reporter is None else ReporterRead.model_validate(reporter)),
        ("household_sketch", request.household_sketch),
    ]


def _position(row: ContactRow) -> list[str]:
    return [str(URGENCY_RANK[row.urgency]), row.first_contact_on.isoformat(), str(row.id)]


def _place(rank: str, day: str, last: str) -> Place:
    return Place(int(rank), date.fromisoformat(day), UUID(last))
