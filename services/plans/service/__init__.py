"""Use cases of the plans service. Each public method is one use case, one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from services.plans.repository import (
    ConsentsRepository,
    PersonsRepository,
    PlansRepository,
    SupportRepository,
    WorkRepository,
)
from services.plans.service.agreements import Agreements
from services.plans.service.circle import Circle
from services.plans.service.common import (
    CONSENT,
    GOAL,
    GRANT_PROJECTION,
    HOUSEHOLD,
    HOUSEHOLD_PACKAGE,
    PACKAGE,
    PLAN,
    SUPPORT_ITEM,
    WORK_ITEM,
    Parts,
)
from services.plans.service.consents import ConsentCases
from services.plans.service.consultation_events import ConsultationEvents
from services.plans.service.disclosures import Disclosures
from services.plans.service.evaluations import Evaluations
from services.plans.service.events import Events
from services.plans.service.goals import Goals
from services.plans.service.grant_events import GrantEvents
from services.plans.service.grants import Grants
from services.plans.service.households import Households
from services.plans.service.involvement_events import InvolvementEvents
from services.plans.service.leading import Leading
from services.plans.service.notices import NOTICE, Notices
from services.plans.service.persons import Persons
from services.plans.service.plans import Plans
from services.plans.service.service_events import ServiceEvents
from services.plans.service.support import Support
from services.plans.service.work import Work
from shared.auth.call import Call
from shared.db.database import Database
from shared.errors import NotFoundError
from shared.outbox.outbox import Outbox
from shared.stelsel.model import Stelsel


@dataclass(frozen=True, slots=True)
class PlansService:
    """The use cases, by subject."""

    parts: Parts
    persons: Persons
    households: Households
    plans: Plans
    circle: Circle
    goals: Goals
    support: Support
    agreements: Agreements
    evaluations: Evaluations
    disclosures: Disclosures
    leading: Leading
    grants: Grants
    consents: ConsentCases
    work: Work
    events: Events
    grant_events: GrantEvents
    consultation_events: ConsultationEvents
    involvement_events: InvolvementEvents
    service_events: ServiceEvents
    notices: Notices

    @classmethod
    def build(
        cls,
        db: Database,
        outbox: Outbox,
        stelsel: Stelsel,
        warn_before: timedelta = timedelta(days=56),
    ) -> "PlansService":
        """All use cases on one database."""
        parts = Parts(db, outbox, stelsel, warn_before)
        return cls(
            parts=parts,
            persons=Persons(parts),
            households=Households(parts),
            plans=Plans(parts),
            circle=Circle(parts),
            goals=Goals(parts),
            support=Support(parts),
            agreements=Agreements(parts),
            evaluations=Evaluations(parts),
            disclosures=Disclosures(parts),
            leading=Leading(parts),
            grants=Grants(parts),
            consents=ConsentCases(parts),
            work=Work(parts),
            events=Events(stelsel, warn_before),
            grant_events=GrantEvents(warn_before),
            consultation_events=ConsultationEvents(),
            involvement_events=InvolvementEvents(),
            service_events=ServiceEvents(outbox),
            notices=Notices(parts),
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see a record, by the reach of the present operation."""
        async with self.parts.db.transaction() as session:
            reads: Mapping[str, Callable[[Call, UUID], Awaitable[object]]] = {
                PLAN: PlansRepository(session).plan,
                HOUSEHOLD: PersonsRepository(session).household,
                GOAL: SupportRepository(session).goal_seen,
                SUPPORT_ITEM: SupportRepository(session).item_seen,
                CONSENT: ConsentsRepository(session).seen,
                PACKAGE: partial(self.disclosures.still_shared, session),
                HOUSEHOLD_PACKAGE: partial(self.leading.still_shared, session),
                GRANT_PROJECTION: partial(self.grants.still_shown, session),
                WORK_ITEM: WorkRepository(session).item,
                NOTICE: self.notices.heard,
            }
            try:
                await reads[kind](call, record)
            except NotFoundError:
                return False
            return True
