"""Questions about direct registrations: each provider's own, never by person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.referrals.domain.registrations import OPEN
from services.referrals.models import (
    ONE_OPEN_REGISTRATION,
    DirectRegistrationRow,
    DirectRegistrationStepRow,
    WithId,
)
from shared.auth.call import Call
from shared.db.database import Session, violates
from shared.errors import ConflictError, NotFoundError
from shared.vocabulary import Reach

ALREADY_HERE: Final = (
    "Deze cliënt staat bij u voor dit contract al ingeschreven. Werk die inschrijving bij."
)


class RegistrationsRepository:
    """Direct registrations and their steps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, *rows: WithId) -> None:
        """Store rows, or what was changed in them; a client who is there already is answered in
        words."""
        self._session.add_all(rows)
        try:
            await self._session.flush()
        except IntegrityError as exc:
            if violates(exc, ONE_OPEN_REGISTRATION):
                raise ConflictError(ALREADY_HERE) from exc
            raise

    async def registration(
        self, call: Call, record: UUID, *, lock: bool = False
    ) -> DirectRegistrationRow:
        """One registration of the caller's provider, else `NotFoundError`."""
        row = DirectRegistrationRow
        query = select(row).where(row.id == record, _own(call))
        return await self._one(query.with_for_update() if lock else query)

    async def registrations(
        self, call: Call, after: tuple[datetime, UUID] | None, size: int
    ) -> Sequence[DirectRegistrationRow]:
        """A page of the caller's provider and one row more, the newest first."""
        row = DirectRegistrationRow
        place = (row.registered_at, row.id)
        query = select(row).where(_own(call))
        if after is not None:
            query = query.where(tuple_(*place) < after)
        query = query.order_by(row.registered_at.desc(), row.id.desc()).limit(size + 1)
        return list(await self._session.scalars(query))

    async def steps(self, records: Collection[UUID]) -> Sequence[DirectRegistrationStepRow]:
        """The steps of these registrations, in order."""
        row = DirectRegistrationStepRow
        query = select(row).where(row.direct_registration_id.in_(records))
        ordered = query.order_by(row.direct_registration_id, row.number)
        return list(await self._session.scalars(ordered))

    async def known(self, record: UUID, *, lock: bool = False) -> DirectRegistrationRow | None:
        """A registration, whoever asks: for the worker of this service."""
        query = select(DirectRegistrationRow).where(DirectRegistrationRow.id == record)
        try:
            return await self._one(query.with_for_update() if lock else query)
        except NotFoundError:
            return None

    async def ensure_new(self, contract: UUID, client: bytes) -> None:
        """This client is not registered at this contract now; the database holds it as well."""
        row = DirectRegistrationRow
        query = select(row.id).where(
            row.contract_id == contract, row.client_index == client, row.status.in_(OPEN)
        )
        if await self._session.scalar(query) is not None:
            raise ConflictError(ALREADY_HERE)

    async def _one(self, query: Select[Any]) -> DirectRegistrationRow:
        found: DirectRegistrationRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFoundError
        return found


def _own(call: Call) -> ColumnElement[bool]:
    """Registered by the caller's provider; nobody else has any."""
    provider = call.principal.provider
    if provider is None or not call.may(Reach.OWN_PROVIDER):
        return false()
    return DirectRegistrationRow.provider_id == provider
