"""What plans tells of who is around a plan."""

from dataclasses import dataclass

from services.referrals.repository.leading import lock_household
from services.referrals.service.requests.joining import Joining
from services.referrals.service.tools import Tools
from shared.db.circle import Circle, apply_circle
from shared.db.database import Session
from shared.outbox import circle as projection
from shared.outbox.inbox import Received
from shared.schemas.events import CircleChanged


@dataclass(frozen=True, slots=True)
class Circles:
    """Use cases of the worker that keeps the projection."""

    tools: Tools

    async def apply(self, session: Session, event: Received) -> None:
        """Take over the whole circle of a plan; an older one changes nothing.

        Of an open plan: requests that were made for this household without it join it.
        """
        data = event.data
        assert isinstance(data, CircleChanged)
        circle = Circle(
            plan_id=data.plan_id,
            household_id=data.household_id,
            team_id=data.team_id,
            open=data.open,
            sequence=event.sequence,
            people=data.circle,
        )
        await lock_household(session, data.household_id, shared=False)
        await apply_circle(session, circle, self.tools.clock())
        if data.open:
            await Joining(self.tools).join(session, data.household_id, data.plan_id)

    async def rebuild(self) -> int:
        """Take over from plans every circle that is newer than what is known here; how many."""
        tools = self.tools
        found = await projection.rebuild(tools.db, tools.plans.circles, tools.clock)
        await Joining(tools).sweep()
        return found
