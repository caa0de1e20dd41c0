"""Queries about the requests that came from contacts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.intake.models import ContactRequestRow, ContactRow, RedirectRow
from shared.db.database import Session
from shared.db.newer import keep_newer


class RequestRepository:
    """What referrals told of contacts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def moves(self, row: ContactRequestRow) -> bool:
        """Take over a newer state of a request; an older or equal one answers False."""
        return await keep_newer(self._session, row)

    async def of_contact(self, contact: ContactRow) -> Sequence[ContactRequestRow]:
        """The requests of a contact, and of the one it was carried from; newest change first."""
        row = ContactRequestRow
        query = select(row).where(row.contact_id.in_([contact.id, contact.carried_from]))
        ordered = query.order_by(row.changed_at.desc(), row.referral_id)
        return list(await self._session.scalars(ordered))

    async def where_now(self, contact: UUID) -> ContactRow | None:
        """A contact where it lies now, carried over or not, locked; None: intake never had it."""
        row = RedirectRow
        place, to = contact, await self._carried_to(row, contact)
        while to is not None:
            place, to = to, await self._carried_to(row, to)
        query = select(ContactRow).where(ContactRow.id == place).with_for_update()
        found: ContactRow | None = await self._session.scalar(
            query.execution_options(populate_existing=True)
        )
        return found

    async def _carried_to(self, row: type[RedirectRow], contact: UUID) -> UUID | None:
        found: UUID | None = await self._session.scalar(
            select(row.carried_to).where(row.contact_id == contact)
        )
        return found
