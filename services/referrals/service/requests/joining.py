"""A plan is opened for whom a request was made without one: from then on it is shared work."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.models import HelperRow, InvolvementRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.helping import HelpersRepository
from services.referrals.repository.leading import LeadingRepository, lock_household
from services.referrals.repository.transfers import TransfersRepository
from services.referrals.service.movement import Movement
from services.referrals.service.requests.following import Following
from services.referrals.service.tools import LEADING, Tools, audit
from shared.audit.records import Act
from shared.clock import local_date
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.schemas.events import ContactLinked
from shared.vocabulary import InvolvementHow


@dataclass(frozen=True, slots=True)
class Joining:
    """Use cases of the worker that hears of plans: the coordinator sees what is under way."""

    tools: Tools

    async def join(self, session: Session, household: UUID, plan: UUID) -> None:
        """Open requests of this household take the plan over (AMS-ACC-35, 39, AMS-REF-08).

        The caller holds the household. Who judges meanwhile waits or is told that it changed.
        """
        call = self.tools.own_call("receive_event")
        # First these: who decides locks the application first, and then its request.
        await Following(self.tools, session, call).join(household, plan)
        for row in await LeadingRepository(session).to_join(household, plan):
            row.plan_id = plan
            row.facts = {**row.facts, "hasPlan": True}
            movement = Movement(self.tools.outbox, session, call)
            await movement.anew(row)
            await tell_team(movement, row, self.tools.stelsel.front_party)
            await movement.parties_to_tell(row, self.tools)
            await audit(session, call, Act.WRITE, household, LEADING)
        # And once more: a judgement that was waited for may have asked a decision.
        await Following(self.tools, session, call).join(household, plan)

    async def contact_linked(self, session: Session, event: Received) -> None:
        """A contact turned out to be of this household: so is what was arranged for it at once.
        Client support that took it in follows what it asks for who authorised it (AMS-ROL-36)."""
        told = event.data
        assert isinstance(told, ContactLinked)
        if told.helper is not None:
            helper = HelperRow(
                contact_id=told.contact_id,
                household_id=told.household_id,
                person_id=told.person_id,
                subject=told.helper,
                sequence=event.sequence,
                changed_at=event.at,
            )
            await HelpersRepository(session).linked(helper, told.carried)
        await lock_household(session, told.household_id, shared=False)
        contacts = [told.contact_id, *told.carried]
        await TransfersRepository(session).link(contacts, told.household_id, event.at)
        following = Following(self.tools, session, self.tools.own_call("receive_event"))
        await following.found(contacts, told.household_id)
        plan = await LeadingRepository(session).open_plan(told.household_id)
        if plan is not None:
            await following.join(told.household_id, plan)

    async def sweep(self) -> int:
        """Whatever an event did not bring together; how many households."""
        async with self.tools.db.transaction() as session:
            found = await LeadingRepository(session).left_alone()
        for household, plan in found:
            async with self.tools.db.transaction() as session:
                await lock_household(session, household, shared=False)
                await self.join(session, household, plan)
        return len(found)


async def tell_team(movement: Movement, row: ReferralRow, team: str) -> None:
    """The teams are told by the plan itself: it lies on the coordinator's desk (AMS-ACC-07)."""
    if not any(each["party"] == team for each in row.access_check["involve"]):
        return
    call = movement.call
    told = InvolvementRow(
        household_id=row.household_id,
        changed_at=call.now,
        referral_id=row.id,
        party=team,
        how=InvolvementHow.TOLD,
        informed_on=local_date(call.now),
        recorded_by=call.principal.subject,
        recorded_at=call.now,
    )
    await ReferralsRepository(movement.session).add(told)
