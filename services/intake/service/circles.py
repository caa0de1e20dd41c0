"""Who is around a plan, as plans tells it: the projection on which the reach over a plan rests."""

from dataclasses import dataclass

from shared.clock import Clock
from shared.db.circle import Circle, apply_circle
from shared.db.database import Session
from shared.outbox.inbox import Received
from shared.schemas.events import CircleChanged


@dataclass(frozen=True, slots=True)
class Circles:
    """The use case of the worker that applies events."""

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
