"""Use cases of the providers service. Each public method is one use case, one transaction."""

from dataclasses import dataclass
from uuid import UUID

from services.providers.service.calendar import Calendar
from services.providers.service.endings import Endings
from services.providers.service.matching import Matching
from services.providers.service.registry import Registry
from services.providers.service.reservations import KIND as RESERVATION
from services.providers.service.reservations import Reservations
from shared.auth.call import Call
from shared.db.database import Database
from shared.outbox.outbox import Outbox


@dataclass(frozen=True, slots=True)
class ProvidersService:
    """The use cases, by subject."""

    registry: Registry
    matching: Matching
    reservations: Reservations
    calendar: Calendar
    endings: Endings

    @classmethod
    def build(cls, db: Database, outbox: Outbox, reservation_days: int) -> "ProvidersService":
        """All use cases on one database."""
        calendar, endings = Calendar(db, outbox), Endings(db, outbox)
        return cls(
            Registry(db, calendar, endings),
            Matching(db),
            Reservations(db, outbox, reservation_days),
            calendar,
            endings,
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """A reservation is seen by who may still ask for it; all else here is public knowledge."""
        return kind != RESERVATION or await self.reservations.in_reach(call, record)
