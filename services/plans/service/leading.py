"""Leading somebody without a plan: what referrals asks of a household, and what it tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.plans.domain.disclosure import age_band, without_identity
from services.plans.domain.households import age_on
from services.plans.domain.support import has_ended
from services.plans.models import (
    DisclosureRow,
    HouseholdEntryRow,
    HouseholdHelperRow,
    HouseholdRequestRow,
    PersonRow,
    PlanRow,
)
from services.plans.repository import (
    LeadingRepository,
    MemberOf,
    PersonsRepository,
    PlansRepository,
    WorkRepository,
)
from services.plans.service.circle import circle_read
from services.plans.service.common import HOUSEHOLD_PACKAGE, Happened, Parts, audit_persons
from services.plans.service.disclosures import (
    FOR_A_PROVIDER,
    disclosed_person,
    leader,
    leave_until,
    open_wijk,
    stadsdeel_of,
)
from services.plans.service.telling import lay_on_desk, plan_told_of, tell
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ForbiddenError, NotFoundError, RuleViolationError
from shared.identifiers import new_id
from shared.outbox.inbox import Received
from shared.schemas.events import ContactLinked, ReferralMoved
from shared.schemas.leading import HouseholdBasis, HouseholdPackageRequest
from shared.schemas.plans import DisclosurePackage, Identity, NeedProfile
from shared.vocabulary import ReferralStatus, WorkItemKind

_ACTIVITY: Final = "leading"
_S: Final = ReferralStatus
_ENDED_BY_TEAM: Final = (
    _S.WITHDRAWN,
    _S.NO_LONGER_NEEDED,
    _S.MOVED_OUT,
    _S.DECEASED,
    _S.REDIRECTED,
)
"""Ends that need nobody's next step."""


@dataclass(frozen=True, slots=True)
class _Led:
    """Somebody who is led, and with whom they live."""

    person: PersonRow
    members: Sequence[MemberOf]


@dataclass(frozen=True, slots=True)
class Leading:
    """Use cases of whoever leads somebody for whom no item of a plan says what is needed."""

    parts: Parts

    async def basis(self, call: Call, household: UUID, person: UUID) -> HouseholdBasis:
        """What must be known before leading somebody: ids, area, age, and the open plan; no name.

        Raises `NotFoundError` for a household out of reach, and for who is not in it now.
        """
        async with self.parts.db.transaction() as session:
            led = await self._led(session, call, household, person)
            plans = PlansRepository(session)
            open_plan = await PersonsRepository(session).open_plan_of(household)
            plan = None if open_plan is None else await plans.get(PlanRow, open_plan)
            await audit_persons(session, call, Act.READ, [person], _ACTIVITY)
            return HouseholdBasis(
                household_id=household,
                person_id=person,
                member_ids=tuple(each.person.id for each in led.members),
                open_plan_id=open_plan,
                coordinator=None if plan is None else await plans.coordinator(plan.id),
                circle=None if plan is None else circle_read(plan, await plans.circle(plan.id)),
                stadsdeel=stadsdeel_of(self.parts.stelsel, led.person),
                wijk=open_wijk(led.person),
                age=age_on(led.person.birth_date, local_date(call.now)),
            )

    async def compose(
        self, call: Call, household: UUID, request: HouseholdPackageRequest
    ) -> DisclosurePackage:
        """Both stages of what one provider may hear, recorded as a disclosure of this person.

        Raises `ForbiddenError` for a user who asks directly, as a package of a plan does.
        """
        if call.principal.via is None:
            raise ForbiddenError(FOR_A_PROVIDER)
        async with self.parts.db.transaction(call.once) as session:
            led = await self._led(session, call, household, request.person_id)
            row = DisclosureRow(
                id=new_id(),
                person_id=request.person_id,
                household_id=household,
                provider_id=request.provider_id,
                basis=request.basis,
                composed_at=call.now,
                composed_by=call.principal.subject,
            )
            until = await leave_until(session, call, row, [row.person_id])
            activity = f"{_ACTIVITY}_{request.basis}"
            await audit_persons(session, call, Act.DISCLOSE, [row.person_id], activity)
            await LeadingRepository(session).add(row)
            package = DisclosurePackage(
                plan_id=await PersonsRepository(session).open_plan_of(household),
                provider_id=request.provider_id,
                composed_at=call.now,
                need_profile=self._need_profile(call, led, request.need),
                identity=Identity(
                    persons=(disclosed_person(led.person, self.parts.db.ring),),
                    coordinator=await self._desk(session, call, household),
                    result=None,
                ),
                valid_until=until,
            )
            return call.answer(package, HOUSEHOLD_PACKAGE, row.id)

    async def still_shared(self, session: Session, call: Call, record: UUID) -> None:
        """Whether what was composed may be given again; `NotFoundError` where reach or consent
        ended since."""
        row = await LeadingRepository(session).disclosed(leader(call, self.parts.stelsel), record)
        try:
            await leave_until(session, call, row, [row.person_id])
        except RuleViolationError as exc:
            raise NotFoundError from exc

    async def contact_linked(self, session: Session, event: Received) -> None:
        """A party outside the teams found out for whom its contact is: it may lead them. Client
        support that took it in may ask a formal decision for who authorised it (AMS-ROL-36)."""
        told = event.data
        assert isinstance(told, ContactLinked)
        helper = HouseholdHelperRow(
            contact_id=told.contact_id,
            household_id=told.household_id,
            person_id=told.person_id,
            subject=told.helper,
            linked_at=event.at,
            sequence=event.sequence,
        )
        if told.helper is not None:
            await LeadingRepository(session).helped(helper, told.carried)
        if told.party == self.parts.stelsel.front_party:
            return  # the teams lead from within the circle of a plan
        entry = HouseholdEntryRow(
            contact_id=told.contact_id,
            household_id=told.household_id,
            party=told.party,
            linked_by=told.linked_by,
            linked_at=event.at,
            sequence=event.sequence,
        )
        await LeadingRepository(session).entered(entry)

    async def _led(self, session: Session, call: Call, household: UUID, person: UUID) -> _Led:
        await LeadingRepository(session).household(leader(call, self.parts.stelsel), household)
        members = await PersonsRepository(session).members(household)
        found = next((each.person for each in members if each.person.id == person), None)
        if found is None:
            raise NotFoundError
        return _Led(found, members)

    async def _desk(self, session: Session, call: Call, household: UUID) -> str:
        """Whom the provider calls: the coordinator, else the desk of the party that leads."""
        open_plan = await PersonsRepository(session).open_plan_of(household)
        if open_plan is not None:
            return await PlansRepository(session).coordinator(open_plan)
        own = sorted(leader(call, self.parts.stelsel).parties)
        return own[0] if own else call.principal.subject

    def _need_profile(self, call: Call, led: _Led, need: str) -> NeedProfile:
        """Nobody recognisable: an area only of who has no shielded address."""
        person = led.person
        names = [
            name
            for each in led.members
            for name in (each.person.given_names, each.person.surname, each.person.street)
        ]
        shielded = person.address_shielded
        return NeedProfile(
            goals=(without_identity(need, names),),
            age_band=age_band(person.birth_date, local_date(call.now)),
            stadsdeel=None if shielded else stadsdeel_of(self.parts.stelsel, person),
            wijk=open_wijk(person),
            language=person.language,
            household_size=len(led.members),
        )


async def remember_request(
    session: Session, event: Received, told: ReferralMoved, household: UUID
) -> bool:
    """Who outside the teams judges a request and places for it; False for an older state."""
    row = HouseholdRequestRow(
        referral_id=told.referral_id,
        household_id=household,
        plan_id=told.plan_id,
        support_item_id=told.support_item_id,
        judge_party=told.judge_party,
        placing_party=told.placing_party,
        status=told.status,
        sequence=event.sequence,
        changed_at=event.at,
    )
    newer = await LeadingRepository(session).request_moves(row)
    if newer and has_ended(told.status):
        # What has ended asks nobody to tell a party any more.
        await WorkRepository(session).finish(WorkItemKind.PARTY_TO_TELL, told.referral_id, event.at)
    return newer


async def request_without_item(
    session: Session, event: Received, told: ReferralMoved
) -> PlanRow | None:
    """Without a plan only what gives reach is kept; with one its coordinator sees every step: on
    the timeline and on the desk, since it is shared work on one case (AMS-ACC-35, 39).

    Answers the plan on which something newer was told.
    """
    plan = None if told.plan_id is None else await plan_told_of(session, told.plan_id)
    household = told.household_id if plan is None else plan.household_id
    assert household is not None, "a request is known by its plan or by its household"
    newer = await remember_request(session, event, told, household)
    if plan is None or not newer:
        return None
    await WorkRepository(session).finish(WorkItemKind.DIRECT_ENTRY, told.referral_id, event.at)
    if told.status not in _ENDED_BY_TEAM:
        what = Happened("direct_entry", told.status, told.referral_id)
        await lay_on_desk(session, plan, WorkItemKind.DIRECT_ENTRY, what, event.at)
    happened = Happened(f"referral_{told.status}", told.code, told.referral_id)
    await tell(session, plan, happened, event.at)
    return plan
