"""What referrals asks of a plan: the basis for leading somebody, and what a provider may hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.plans.domain.consents import Given, shared_until
from services.plans.domain.disclosure import (
    Member,
    age_band,
    client_of,
    concerned,
    ensure_one_recipient,
    without_identity,
)
from services.plans.domain.households import age_on
from services.plans.models import DisclosureRow, GoalRow, PersonRow, PlanRow, SupportItemRow
from services.plans.repository import (
    ConsentsRepository,
    Leader,
    LeadingRepository,
    MemberOf,
    PersonsRepository,
    PlansRepository,
    SupportRepository,
)
from services.plans.service.agreements import is_agreed
from services.plans.service.circle import circle_read
from services.plans.service.common import PACKAGE, SUPPORT_ITEM, Parts, audit_persons
from services.plans.service.persons import address_read, bsn_place
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.db.sealing import KeyRing
from shared.errors import ConflictError, ForbiddenError, NotFoundError, RuleViolationError
from shared.identifiers import new_id
from shared.schemas.plans import (
    DisclosedPerson,
    DisclosurePackage,
    Identity,
    NeedProfile,
    PackageRequest,
    ReferralBasis,
)
from shared.stelsel.model import AT_DECISION, Stelsel
from shared.stelsel.routes import (
    clock_of,
    days_of,
    days_until_answered,
    role_speaks_for,
)
from shared.vocabulary import PlanStatus, SharingBasis, SupportStatus

_ACTIVITY: Final = "leading"
FOR_A_PROVIDER: Final = (
    "Deze gegevens zijn voor een aanbieder. Doe een aanbod; dan vraagt de dienst verwijzen ze op."
)


@dataclass(frozen=True, slots=True)
class _Question:
    """A support item, its goals, and whose help it is."""

    item: SupportItemRow
    goals: Sequence[GoalRow]
    members: Sequence[MemberOf]
    concerned: Sequence[Member]

    def persons(self) -> list[PersonRow]:
        """The persons concerned."""
        wanted = {each.person_id for each in self.concerned}
        return [each.person for each in self.members if each.person.id in wanted]

    def client(self) -> PersonRow | None:
        """Of them, the one whose age and area count."""
        found = client_of(self.concerned)
        wanted = None if found is None else found.person_id
        return next((each.person for each in self.members if each.person.id == wanted), None)


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Use cases of referrals, for the worker who leads somebody somewhere."""

    parts: Parts

    async def basis(self, call: Call, plan_id: UUID, item_id: UUID) -> ReferralBasis:
        """What must be known before leading somebody: ids, state, area and age; no name."""
        async with self.parts.db.transaction() as session:
            repository = PlansRepository(session)
            plan = await self._plan(session, call, plan_id, item_id)
            asked = await _question(session, plan, item_id)
            client = asked.client()
            circle = circle_read(plan, await repository.circle(plan.id))
            persons = [each.person_id for each in asked.concerned]
            await audit_persons(session, call, Act.READ, persons, _ACTIVITY)
            return ReferralBasis(
                plan_id=plan.id,
                version=plan.version,
                open=plan.status is PlanStatus.OPEN,
                agreed=await is_agreed(session, plan),
                coordinator=await repository.coordinator(plan.id),
                circle=circle,
                support_item_id=asked.item.id,
                support_item_status=asked.item.status,
                voorziening=asked.item.voorziening,
                member_ids=tuple(persons),
                stadsdeel=stadsdeel_of(self.parts.stelsel, client),
                wijk=open_wijk(client),
                age=None if client is None else age_on(client.birth_date, local_date(call.now)),
            )

    async def compose(
        self, call: Call, plan_id: UUID, request: PackageRequest
    ) -> DisclosurePackage:
        """Both stages of what one provider or party may hear, recorded for each person.

        Raises `ForbiddenError` for a user who asks directly: the BSN in it is for a provider,
        sealed in referrals until that provider accepts, and no screen shows it. Referrals asks
        with a key, so that a lost answer is not recorded as a second disclosure.
        """
        self._ensure_for_somebody(call, request)
        async with self.parts.db.transaction(call.once) as session:
            repository = PlansRepository(session)
            plan = await self._plan(session, call, plan_id, request.support_item_id)
            asked = await _question(session, plan, request.support_item_id)
            if plan.status is PlanStatus.CLOSED or asked.item.status is SupportStatus.STOPPED:
                raise ConflictError("Deze steun is gestopt: er is niets meer te delen.")
            persons = asked.persons()
            ids = [person.id for person in persons]
            until = await leave_until(session, call, request, ids)
            await audit_persons(session, call, Act.DISCLOSE, ids, f"{_ACTIVITY}_{request.basis}")
            disclosed = [_disclosure(call, request, each) for each in ids]
            await repository.add(*disclosed)
            identity = Identity(
                persons=tuple(disclosed_person(person, self.parts.db.ring) for person in persons),
                coordinator=await repository.coordinator(plan.id),
                result=asked.item.result,
            )
            package = DisclosurePackage(
                plan_id=plan.id,
                support_item_id=asked.item.id,
                provider_id=request.provider_id,
                party=request.party,
                composed_at=call.now,
                need_profile=self._need_profile(call, asked),
                identity=identity,
                valid_until=until,
            )
            kind, about = (PACKAGE, disclosed[0].id) if disclosed else (SUPPORT_ITEM, asked.item.id)
            return call.answer(package, kind, about)

    def _ensure_for_somebody(self, call: Call, request: PackageRequest) -> None:
        if call.principal.via is None:
            raise ForbiddenError(FOR_A_PROVIDER)
        parties = [party.code for party in self.parts.stelsel.parties]
        to_provider = request.provider_id is not None
        ensure_one_recipient(request.party, provider=to_provider, known=parties)

    async def still_shared(self, session: Session, call: Call, record: UUID) -> None:
        """Whether what was composed may be given again; `NotFoundError` where help was stopped or
        a consent ended since."""
        package = await ConsentsRepository(session).package(
            leader(call, self.parts.stelsel), record
        )
        try:
            await leave_until(session, call, package[0], [each.person_id for each in package])
        except RuleViolationError as exc:
            raise NotFoundError from exc

    async def _plan(self, session: Session, call: Call, plan: UUID, item: UUID) -> PlanRow:
        """The plan for whoever is around it, and for the party that judges or places this item."""
        return await LeadingRepository(session).plan(leader(call, self.parts.stelsel), plan, item)

    def _need_profile(self, call: Call, asked: _Question) -> NeedProfile:
        """Nobody recognisable: an area only of who has no shielded address."""
        client = asked.client()
        shielded = client is None or client.address_shielded
        names = [
            name
            for each in asked.members
            for name in (each.person.given_names, each.person.surname, each.person.street)
        ]
        return NeedProfile(
            goals=tuple(without_identity(goal.text, names) for goal in asked.goals),
            age_band=None if client is None else age_band(client.birth_date, local_date(call.now)),
            stadsdeel=None if shielded else stadsdeel_of(self.parts.stelsel, client),
            wijk=open_wijk(client),
            language=None if client is None else client.language,
            household_size=len(asked.members),
        )


async def leave_until(
    session: Session,
    call: Call,
    request: PackageRequest | DisclosureRow,
    persons: Sequence[UUID],
) -> date | None:
    """Until when this provider may hear of these persons; a legal task asks for no consent, and of
    a party none is on record."""
    if request.basis is not SharingBasis.CONSENT or request.provider_id is None:
        return None
    rows = await ConsentsRepository(session).towards(request.provider_id, persons)
    known = [
        Given(row.person_id, row.status, row.valid_until)
        for row in rows
        if row.basis is SharingBasis.CONSENT
    ]
    return shared_until(persons, known, local_date(call.now))


async def _question(session: Session, plan: PlanRow, item_id: UUID) -> _Question:
    support = SupportRepository(session)
    item = await support.item(plan.id, item_id)
    wanted = set(await support.goals_of_item(item.id))
    goals = [goal for goal in await support.goals(plan.id) if goal.id in wanted]
    named = await support.members_of_goals([goal.id for goal in goals])
    members = await PersonsRepository(session).members(plan.household_id)
    people = [Member(each.person.id, each.member.role, each.person.birth_date) for each in members]
    whose = concerned(people, [person for each in named.values() for person in each])
    return _Question(item, goals, members, whose)


def leader(call: Call, stelsel: Stelsel) -> Leader:
    """Who leads, and for which parties; the teams lead from within the circle of a plan."""
    roles = call.principal.roles
    parties = {party for role in roles for party in role_speaks_for(stelsel, role)}
    objecting = timedelta(days=days_of(clock_of(stelsel, AT_DECISION)))
    helping = timedelta(days=days_until_answered(stelsel))
    return Leader(call, parties - {stelsel.front_party}, objecting, helping)


def stadsdeel_of(stelsel: Stelsel, client: PersonRow | None) -> str | None:
    """The stadsdeel of somebody's wijk, by the areas of the stelsel."""
    wijk = None if client is None else client.wijk
    return next((each.stadsdeel for each in stelsel.areas.wijken if each.code == wijk), None)


def open_wijk(client: PersonRow | None) -> str | None:
    """The wijk of somebody, unless the address is shielded."""
    return None if client is None or client.address_shielded else client.wijk


def _disclosure(call: Call, request: PackageRequest, person: UUID) -> DisclosureRow:
    return DisclosureRow(
        id=new_id(),
        person_id=person,
        support_item_id=request.support_item_id,
        provider_id=request.provider_id,
        party=request.party,
        basis=request.basis,
        composed_at=call.now,
        composed_by=call.principal.subject,
    )


def disclosed_person(person: PersonRow, ring: KeyRing) -> DisclosedPerson:
    sealed = person.bsn_sealed
    return DisclosedPerson(
        person_id=person.id,
        given_names=person.given_names,
        surname=person.surname,
        birth_date=person.birth_date,
        bsn=None if sealed is None else ring.open(sealed, bsn_place(person.id)),
        phone=person.phone,
        address=address_read(person),
        address_shielded=person.address_shielded,
    )
