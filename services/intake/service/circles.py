"""Who is around a plan, as plans tells it: the projection on which the reach over a plan rests."""

from dataclasses import dataclass

from services.intake.clients import PlansClient
from shared.clock import Clock
from shared.db.circle import Circle, apply_circle
from shared.db.database import Database, Session
from shared.outbox import circle as projection
from shared.outbox.inbox import Received
from shared.schemas.events import CircleChanged


@dataclass(frozen=True, slots=True)
class Circles:
    """The use cases of the worker that keeps the projection."""

    db: Database
    plans: PlansClient
    clock: Clock

    async def follow(self, session: Session, received: Received) -> None:
        """Take over the circle of a plan when it is newer than what is known here."""
        data = received.data
        assert isinstance(data, CircleChanged)
        circle = Circle(
            plan_id=data.plan_id,
            household_id=data.household_id,
            team_id=data.team_id,
            open=data.open,
            sequence=received.sequence,
            people=data.circle,
        )
        await apply_circle(session, circle, self.clock())

    async def rebuild(self) -> int:
        """Take over from plans every circle that is newer than what is known here; how many."""
        return await projection.rebuild(self.db, self.plans.circles, self.clock)
