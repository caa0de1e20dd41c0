"""What every repository does: find a row, store a row, and name the rule that was broken."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.plans.models import (
    BSN_ONCE,
    MAIN_HOUSEHOLD,
    MEMBER_ONCE,
    ONE_CONSENT,
    ONE_COORDINATOR,
    ONE_MAIN_MEMBER,
    ONE_OPEN_PLAN,
    PART_ONCE,
    PlansRow,
)
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError

RowT = TypeVar("RowT", bound=PlansRow)

_BROKEN: Final[Mapping[str, str]] = {
    BSN_ONCE: "Deze persoon staat al in het register. Zoek de persoon eerst op.",
    MAIN_HOUSEHOLD: "Deze persoon is al hoofdpersoon van een huishouden. Zoek dat huishouden op.",
    ONE_MAIN_MEMBER: "Dit huishouden heeft al een hoofdpersoon.",
    MEMBER_ONCE: "Deze persoon hoort al bij dit huishouden.",
    ONE_OPEN_PLAN: "Dit huishouden heeft al een plan.",
    ONE_CONSENT: "Hiervoor is al toestemming vastgelegd. Trek die eerst in, of laat haar staan.",
    ONE_COORDINATOR: "Dit plan heeft al een coördinator.",
    PART_ONCE: "Deze medewerker doet dit al in dit plan.",
}


class Repository:
    """Questions to the database, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, kind: type[RowT], record: UUID) -> RowT:
        """One row by its id, else `NotFoundError`."""
        row = await self._session.get(kind, record)
        if row is None:
            raise NotFoundError
        return row

    async def add(self, *rows: PlansRow) -> None:
        """Store new rows; a rule that the database holds is answered in words."""
        self._session.add_all(rows)
        await self.flush()

    async def flush(self) -> None:
        """Write what is pending, so that versions and rules are known."""
        try:
            await self._session.flush()
        except IntegrityError as exc:
            for constraint, detail in _BROKEN.items():
                if violates(exc, constraint):
                    raise ConflictError(detail) from exc
            raise

    async def add_each(self, rows: Sequence[PlansRow]) -> None:
        """Store rows that point to one another, in this order."""
        for row in rows:
            await self.add(row)
