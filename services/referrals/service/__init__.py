"""Use cases of the referrals service. Each public method is one use case."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.service.access import Access
from services.referrals.service.advice.advising import Advising
from services.referrals.service.advice.asking import Asking
from services.referrals.service.advice.consultations import Consultations
from services.referrals.service.advice.passing import Passing
from services.referrals.service.called_in.service_requests import ServiceRequests
from services.referrals.service.called_in.serving import Serving
from services.referrals.service.circle import Circles
from services.referrals.service.contributions import Contributions
from services.referrals.service.decisions.applications import Applications
from services.referrals.service.decisions.applying import Applying
from services.referrals.service.decisions.deciding import Deciding
from services.referrals.service.decisions.grants import Grants
from services.referrals.service.decisions.opening import Dropping
from services.referrals.service.direct.registering import Registering
from services.referrals.service.direct.registrations import Registrations
from services.referrals.service.news import News
from services.referrals.service.requests.aftercare import Aftercare
from services.referrals.service.requests.attempts import Attempts
from services.referrals.service.requests.contributing import Contributing
from services.referrals.service.requests.creating import Requests
from services.referrals.service.requests.involving import Involving
from services.referrals.service.requests.joining import Joining
from services.referrals.service.requests.judging import Judging
from services.referrals.service.requests.placing import Placing
from services.referrals.service.requests.preparing import Preparing
from services.referrals.service.requests.queue import Queue
from services.referrals.service.requests.reading import Reading
from services.referrals.service.requests.returning import Returning
from services.referrals.service.tools import (
    APPLICATION,
    APPLICATION_IN_PART,
    ATTEMPT,
    CONSULTATION,
    DIRECT_REGISTRATION,
    GRANT,
    INVOLVEMENT,
    OBJECTION,
    PROVISION_FOR_MANDATE,
    RECEIPT,
    REFERRAL,
    REGISTRATION_BY_NAME,
    SERVICE_BY_NAME,
    SERVICE_REQUEST,
    TEMPORARY_PROVISION,
    TRANSFER_BATCH,
    TRANSFER_ENTRY,
    Tools,
)
from services.referrals.service.transfers.batches import TransferBatches
from services.referrals.service.transfers.entries import TransferEntries
from services.referrals.service.transfers.reminding import TransferReminders
from services.referrals.service.transfers.taking_over import TakingOver
from services.referrals.service.urgent.mandates import Mandates
from services.referrals.service.urgent.provisions import Provisions
from shared.auth.call import Call

__all__ = ["ReferralsService", "Tools"]


@dataclass(frozen=True, slots=True)
class ReferralsService:
    """The use cases, by subject."""

    access: Access
    requests: Requests
    preparing: Preparing
    involving: Involving
    judging: Judging
    placing: Placing
    attempts: Attempts
    returning: Returning
    aftercare: Aftercare
    reading: Reading
    queue: Queue
    circles: Circles
    joining: Joining
    news: News
    applying: Applying
    applications: Applications
    deciding: Deciding
    grants: Grants
    dropping: Dropping
    provisions: Provisions
    mandates: Mandates
    asking: Asking
    advising: Advising
    passing: Passing
    consultations: Consultations
    service_requests: ServiceRequests
    serving: Serving
    registering: Registering
    registrations: Registrations
    contributing: Contributing
    contributions: Contributions
    transfer_batches: TransferBatches
    transfer_entries: TransferEntries
    taking_over: TakingOver
    transfer_reminders: TransferReminders

    @classmethod
    def build(cls, tools: Tools) -> "ReferralsService":
        """All use cases with the same collaborators."""
        return cls(
            Access(tools),
            Requests(tools),
            Preparing(tools),
            Involving(tools),
            Judging(tools),
            Placing(tools),
            Attempts(tools),
            Returning(tools),
            Aftercare(tools),
            Reading(tools),
            Queue(tools),
            Circles(tools),
            Joining(tools),
            News(tools),
            Applying(tools),
            Applications(tools),
            Deciding(tools),
            Grants(tools),
            Dropping(tools),
            Provisions(tools),
            Mandates(tools),
            Asking(tools),
            Advising(tools),
            Passing(tools),
            Consultations(tools),
            ServiceRequests(tools),
            Serving(tools),
            Registering(tools),
            Registrations(tools),
            Contributing(tools),
            Contributions(tools),
            TransferBatches(tools),
            TransferEntries(tools),
            TakingOver(tools),
            TransferReminders(tools),
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        may_see = {
            REFERRAL: self.reading.can_reach,
            ATTEMPT: self.reading.can_reach,
            RECEIPT: self.reading.can_reach,
            APPLICATION: self.applications.can_reach,
            APPLICATION_IN_PART: self.applications.can_reach,
            OBJECTION: self.applications.can_reach,
            GRANT: self.applications.can_reach,
            TEMPORARY_PROVISION: self.provisions.can_reach,
            PROVISION_FOR_MANDATE: self.provisions.can_reach,
            INVOLVEMENT: self.involving.can_reach,
            CONSULTATION: self.consultations.can_reach,
            SERVICE_REQUEST: self.service_requests.can_reach,
            SERVICE_BY_NAME: self.service_requests.can_reach,
            DIRECT_REGISTRATION: self.registrations.can_reach,
            REGISTRATION_BY_NAME: self.registrations.can_reach,
            TRANSFER_BATCH: self.transfer_batches.can_reach,
            TRANSFER_ENTRY: self.transfer_entries.can_reach,
        }
        return await may_see[kind](call, kind, record)
