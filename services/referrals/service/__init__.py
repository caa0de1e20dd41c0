"""Use cases of the referrals service. Each public method is one use case."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.service.access import Access
from services.referrals.service.attempts import Attempts
from services.referrals.service.circle import Circles
from services.referrals.service.judging import Judging
from services.referrals.service.news import News
from services.referrals.service.placing import Placing
from services.referrals.service.reading import Reading
from services.referrals.service.requests import Requests
from services.referrals.service.tools import Tools
from shared.auth.call import Call

__all__ = ["ReferralsService", "Tools"]


@dataclass(frozen=True, slots=True)
class ReferralsService:
    """The use cases, by subject."""

    access: Access
    requests: Requests
    judging: Judging
    placing: Placing
    attempts: Attempts
    reading: Reading
    circles: Circles
    news: News

    @classmethod
    def build(cls, tools: Tools) -> "ReferralsService":
        """All use cases with the same collaborators."""
        return cls(
            Access(tools),
            Requests(tools),
            Judging(tools),
            Placing(tools),
            Attempts(tools),
            Reading(tools),
            Circles(tools),
            News(tools),
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        return await self.reading.can_reach(call, kind, record)
