"""Use cases of the providers service. Each public method is one use case, one transaction."""

from dataclasses import dataclass
from uuid import UUID

from services.providers.service.calendar import Calendar
from services.providers.service.endings import Endings
from services.providers.service.matching import Matching
from services.providers.service.places import Codes, Places
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
    places: Places

    @classmethod
    def build(
        cls, db: Database, outbox: Outbox, reservation_days: int, codes: Codes
    ) -> "ProvidersService":
        """All use cases on one database; `codes` are those of the stelsel."""
        calendar, endings, matching = Calendar(db, outbox), Endings(db, outbox), Matching(db)
        return cls(
            Registry(db, calendar, endings, codes.voorzieningen),
            matching,
            Reservations(db, outbox, reservation_days),
            calendar,
            endings,
            Places(matching, codes),
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """A reservation is seen by who may still ask for it; all else here is public knowledge."""
        return kind != RESERVATION or await self.reservations.in_reach(call, record)
