"""Who this contact is about: search the register with what was told, then link or create."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.intake.clients import PlansClient
from services.intake.domain.lifecycle import ensure_open
from services.intake.models import CandidateSearchRow, ContactRow
from services.intake.repository import ContactRepository, TalkRepository
from services.intake.service.desk import ACTIVITY, CONTACT, Desk, about_persons, note
from shared.audit.records import Act, record
from shared.auth.call import Call
from shared.db.database import Session
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    RuleViolationError,
)
from shared.identifiers import new_id
from shared.outbox.outbox import Notice, Outbox
from shared.schemas.events import CONTACT_LINKED, ContactLinked
from shared.schemas.intake import (
    CandidateRead,
    Candidates,
    ContactRead,
    HouseholdLinkCreate,
    ToldPersonRead,
)
from shared.schemas.persons import HouseholdCreate, HouseholdRead, PersonMatch, PersonSearch
from shared.vocabulary import HouseholdRole, ServiceName

_SEARCH_FIRST: Final = (
    "Zoek eerst of deze persoon al bekend is. Zo komt niemand twee keer in de boeken."
)
_TALKING: Final = "Er is al een gesprek over een ander huishouden. Dat kan nu niet meer veranderen."
_NOT_A_MEMBER: Final = "Deze persoon hoort niet bij dit huishouden. Zoek opnieuw."
_ONE_OF_TWO: Final = "Noem een huishouden dat er al is, of de leden van een nieuw huishouden."
_SHORTEST_SURNAME: Final = 2


@dataclass(frozen=True, slots=True)
class Link:
    """To whom a contact is linked."""

    household: UUID
    person: UUID | None
    child: bool | None


@dataclass(frozen=True, slots=True)
class Linking:
    """Use cases of the worker who finds out who it is. Intake itself never identifies."""

    desk: Desk
    plans: PlansClient
    outbox: Outbox

    async def search(self, call: Call, contact: UUID) -> Candidates:
        """Search plans with what was told, in each way that is possible; never type twice.

        That a search was made is kept with the ids that came up (HLM-PRI-03). Searching twice is
        looking twice and changes nothing else: it takes no key, so that no answer is stored.
        """
        async with self.desk.db.transaction() as session:
            row = await ContactRepository(session).to_work_on(self.desk.seeker(call), contact)
            ensure_open(row.status)
            person = self.desk.told(row).person
        found: dict[UUID, CandidateRead] = {}
        ways, truncated = [], False
        for way, search in _ways(person):
            matches = await self.plans.search_persons(search, call.behalf)
            ways.append(way)
            truncated = truncated or matches.truncated
            for match in matches.items:
                found.setdefault(match.person_id, _candidate(match, way))
        items = tuple(found.values())
        await self._remember(call, contact, items)
        return Candidates(items=items, searched_by=tuple(ways), truncated=truncated)

    async def link(self, call: Call, contact: UUID, request: HouseholdLinkCreate) -> ContactRead:
        """Link the contact to a household of the register, or have plans make a new one.

        Raises `ConflictError` before a search was made, `NotFoundError` for a household that the
        caller does not reach and that did not come up in a search for this contact.
        """
        _check_one_of_two(request)
        async with self.desk.db.transaction() as session:
            row, searches = await self._ready(session, call, contact, request.household_id)
        link = await self._ask(call, request, searches)
        async with self.desk.db.transaction(call.once) as session:
            row, _ = await self._ready(session, call, contact, link.household)
            row.household_id, row.person_id = link.household, link.person
            self.desk.tell(row, self.desk.told(row).model_copy(update={"child": link.child}))
            row.changed_at = call.now
            await ContactRepository(session).save()
            await self._tell(session, call, row)
            await note(session, call, Act.WRITE, row)
            return await self.desk.show(session, call, row)

    async def _tell(self, session: Session, call: Call, row: ContactRow) -> None:
        """A party beside the teams may lead whom it found out about (AMS-ACC-36); client support
        may ask a decision for who authorised it (AMS-ROL-36); and what was arranged at once for
        somebody unknown finds the household it was for (Wmo 2.3.3)."""
        if row.household_id is None:
            return
        linked = ContactLinked(
            contact_id=row.id,
            carried=await ContactRepository(session).carried(row.id),
            household_id=row.household_id,
            person_id=row.person_id,
            helper=row.created_by if row.authorised_by_person else None,
            party=row.addressed_to,
            linked_by=call.principal.subject,
        )
        of_a_team = row.addressed_to == self.desk.codes.front_party
        opens = row.authorised_by_person or not of_a_team
        plans = [ServiceName.PLANS] if opens else []
        told = Notice(CONTACT_LINKED, row.id, linked, [*plans, ServiceName.REFERRALS])
        await self.outbox.emit(session, told, call.now)

    async def _ready(
        self, session: Session, call: Call, contact: UUID, household: UUID | None
    ) -> tuple[ContactRow, list[CandidateSearchRow]]:
        """The contact as the caller saw it, open, searched for, and not talked about yet."""
        repository = ContactRepository(session)
        row = await repository.to_work_on(self.desk.seeker(call), contact)
        call.expect(CONTACT, row.id, row.version)
        ensure_open(row.status)
        searches = await repository.searches(row.id)
        if not searches:
            raise ConflictError(_SEARCH_FIRST)
        talk = await TalkRepository(session).latest(row.id)
        if talk is not None and talk.household_id != household:
            raise ConflictError(_TALKING)
        return row, searches

    async def _ask(
        self, call: Call, request: HouseholdLinkCreate, searches: list[CandidateSearchRow]
    ) -> Link:
        if request.members is not None:
            made = HouseholdCreate(members=request.members)
            return _of(await self.plans.create_household(made, call.behalf), None)
        assert request.household_id is not None
        try:
            found = await self.plans.read_household(request.household_id, call.behalf)
        except NotFoundError:
            return _among(request.household_id, request.person_id, searches)
        return _of(found, request.person_id)

    async def _remember(self, call: Call, contact: UUID, items: tuple[CandidateRead, ...]) -> None:
        async with self.desk.db.transaction() as session:
            repository = ContactRepository(session)
            row = await repository.to_work_on(self.desk.seeker(call), contact)
            households = {item.household_id for item in items if item.household_id}
            search = CandidateSearchRow(
                id=new_id(),
                contact_id=contact,
                searched_at=call.now,
                searched_by=call.principal.subject,
                person_ids=sorted(str(item.person_id) for item in items),
                household_ids=sorted(str(household) for household in households),
            )
            await repository.add(search)
            await note(session, call, Act.READ, row)
            shown = about_persons([i.person_id for i in items if i.person_id != row.person_id])
            await record(session, call, Act.READ, ACTIVITY, shown)


def _ways(person: ToldPersonRead | None) -> Iterator[tuple[str, PersonSearch]]:
    """Each way of searching for which enough was told, the surest first."""
    if person is None:
        return
    if person.bsn is not None:
        yield "bsn", PersonSearch(bsn=person.bsn)
    surname = person.surname or ""
    if person.birth_date is not None and len(surname) >= _SHORTEST_SURNAME:
        search = PersonSearch(surname=surname[:100], birth_date=person.birth_date)
        yield "surname_and_birth_date", search
    if person.postcode is not None and person.house_number is not None:
        search = PersonSearch(postcode=person.postcode, house_number=person.house_number)
        yield "postcode_and_house_number", search


def _candidate(match: PersonMatch, way: str) -> CandidateRead:
    return CandidateRead(
        person_id=match.person_id,
        given_names=match.given_names,
        surname=match.surname,
        birth_date=match.birth_date,
        household_id=match.household_id,
        has_open_plan=match.has_open_plan,
        coordinator=match.coordinator,
        found_by=way,
    )


def _check_one_of_two(request: HouseholdLinkCreate) -> None:
    if (request.household_id is None) == (request.members is None):
        raise InvalidRequestError(_ONE_OF_TWO, [Fault("", "one-of-two", _ONE_OF_TWO)])
    if request.members is not None and request.person_id is not None:
        detail = "Bij een nieuw huishouden is de hoofdpersoon bekend. Laat personId weg."
        raise InvalidRequestError(detail, [Fault("/personId", "one-of-two", detail)])


def _of(household: HouseholdRead, person: UUID | None) -> Link:
    """The member who is named, else the main one."""
    members = {member.person.id: member.role for member in household.members}
    child = HouseholdRole.CHILD in members.values()
    if person is None:
        mains = [one for one, role in members.items() if role is HouseholdRole.MAIN]
        return Link(household.id, mains[0] if mains else None, child)
    if person not in members:
        raise RuleViolationError(_NOT_A_MEMBER)
    return Link(household.id, person, child)


def _among(household: UUID, person: UUID | None, searches: list[CandidateSearchRow]) -> Link:
    """A household that the caller may not open yet, but that came up in a search (no oracle)."""
    households = {known for search in searches for known in search.household_ids}
    persons = {known for search in searches for known in search.person_ids}
    if str(household) not in households or (person is not None and str(person) not in persons):
        raise NotFoundError
    return Link(household, person, None)
