"""What was decided and arranged without a plan follows the plan that is opened afterwards."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.referrals.repository.joining import JoiningApplications
from services.referrals.repository.provisions import ProvisionsRepository
from services.referrals.service.decisions.granting import Granting
from services.referrals.service.tools import Tools
from services.referrals.service.urgent.arranging import Arranging
from shared.auth.call import Call
from shared.db.database import Session


@dataclass(frozen=True, slots=True)
class Following:
    """Applications, grants and help at once of a household that has a plan now."""

    tools: Tools
    session: Session
    call: Call

    async def found(self, contacts: Collection[UUID], household: UUID) -> None:
        """What was arranged for somebody unknown is known to be for this household from now on."""
        repository = ProvisionsRepository(self.session)
        arranging = Arranging(self.tools, self.session, self.call)
        for provision in await repository.of_contacts(contacts):
            provision.household_id = provision.subject_id = household
            for owed in await repository.owed([provision.id]):
                owed.subject_id = household
            await arranging.keep(provision)

    async def join(self, household: UUID, plan: UUID) -> None:
        """The coordinator sees them from now on, with their days on the desk.

        The caller holds the household.
        """
        granting = Granting(self.tools, self.session, self.call)
        joining = JoiningApplications(self.session)
        for application in await joining.applications(household):
            application.plan_id = plan
            await granting.keep(application, shown=False)
        for grant in await joining.grants(household):
            grant.plan_id = plan
            await granting.tell_grant(grant)
        arranging = Arranging(self.tools, self.session, self.call)
        for provision in await ProvisionsRepository(self.session).without_plan(household):
            provision.plan_id = plan
            await arranging.keep(provision)
