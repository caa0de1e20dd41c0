"""Questions about what the other services told, and what it stops here."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.referrals.domain.lifecycle import BEFORE_DELIVERY, OPEN_ATTEMPTS
from services.referrals.models import (
    AttemptRow,
    ReferralRow,
    ShortlistEntryRow,
    ToldStateRow,
)
from shared.db.database import Session
from shared.db.newer import keep_newer
from shared.identifiers import derived_key
from shared.vocabulary import ReferralStatus

SHARING: Final = "sharing"
"""The kind of state that says when a provider last lost the leave to hear of a plan."""

PLAN: Final = "plan"
PROVIDER: Final = "provider"
CONTRACT: Final = "contract"
"""The kinds of states that the other services tell, and that stop an offer."""

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def sharing_subject(plan: UUID, provider: UUID) -> UUID:
    """Under which id is kept what a provider may hear of a plan, or of a household without one."""
    return derived_key(plan, str(provider))


class ToldRepository:
    """What was told of a plan, a provider, a contract or a room; and whom it concerns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take_over(self, state: ToldStateRow) -> bool:
        """A newer state; an older or equal one changes nothing (answers False).

        Waits for every offer under way that was made by the state before.
        """
        return await keep_newer(self._session, state)

    async def stop_sharing(self, subject: UUID, at: datetime) -> None:
        """From this moment nothing composed before may be shared."""
        row = ToldStateRow
        statement = insert(row).values(
            subject=subject, kind=SHARING, blocked=False, sequence=0, changed_at=at
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[row.subject],
                set_={"changed_at": func.greatest(row.changed_at, at)},
            )
        )

    async def states(self, subjects: Sequence[tuple[UUID, str]]) -> dict[UUID, ToldStateRow]:
        """What is known of these, held as it is until this transaction ends.

        Of what nobody told anything a row is made, so that there is something to hold.
        """
        row = ToldStateRow
        values = [
            {
                "subject": subject,
                "kind": kind,
                "blocked": False,
                "sequence": 0,
                "changed_at": _LONG_AGO,
            }
            for subject, kind in sorted(subjects)
        ]
        await self._session.execute(insert(row).values(values).on_conflict_do_nothing())
        query = (
            select(row)
            .where(row.subject.in_([subject for subject, _ in subjects]))
            .order_by(row.subject)
            .with_for_update(read=True)
            .execution_options(populate_existing=True)
        )
        return {found.subject: found for found in await self._session.scalars(query)}

    async def referrals_of_open_attempts(self, subjects: Collection[UUID]) -> Sequence[UUID]:
        """The requests with an open attempt at one of these providers or contracts."""
        row = AttemptRow
        theirs = or_(row.provider_id.in_(subjects), row.contract_id.in_(subjects))
        query = select(row.referral_id).where(theirs, row.status.in_(OPEN_ATTEMPTS)).distinct()
        return list(await self._session.scalars(query.order_by(row.referral_id)))

    async def of_plan(self, plan: UUID) -> Sequence[UUID]:
        """The requests of a plan, in the order in which they are locked."""
        row = ReferralRow
        query = select(row.id).where(row.plan_id == plan).order_by(row.id)
        return list(await self._session.scalars(query))

    async def undelivered_of_plan(self, plan: UUID) -> Sequence[ReferralRow]:
        """The requests of a plan that are still going somewhere."""
        row = ReferralRow
        query = select(row).where(row.plan_id == plan, row.status.in_(BEFORE_DELIVERY))
        return list(await self._session.scalars(query.order_by(row.id)))

    async def without_provider(self, voorziening: str, since: datetime) -> Sequence[ReferralRow]:
        """The requests for a voorziening for which nobody was left to ask before this moment.

        Whose list came to its end later finds the room by matching.
        """
        row = ReferralRow
        left = row.status == ReferralStatus.NO_PROVIDER_LEFT
        query = select(row).where(row.voorziening == voorziening, left, row.changed_at <= since)
        return list(await self._session.scalars(query.order_by(row.id)))

    async def locked(self, referral: UUID) -> ReferralRow:
        """A request, locked."""
        query = select(ReferralRow).where(ReferralRow.id == referral).with_for_update()
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one()

    async def attempt(self, record: UUID) -> tuple[ReferralRow, AttemptRow] | None:
        """An attempt and its request, the request locked first."""
        row = AttemptRow
        referral = await self._session.scalar(select(row.referral_id).where(row.id == record))
        if referral is None:
            return None
        locked = await self.locked(referral)
        query = select(row).where(row.id == record).with_for_update()
        found = await self._session.scalars(query.execution_options(populate_existing=True))
        return locked, found.one()

    async def entries(self, referral: UUID, provider: UUID) -> Sequence[ShortlistEntryRow]:
        """What was composed for a provider, on any shortlist of a request."""
        row = ShortlistEntryRow
        query = select(row).where(row.referral_id == referral, row.provider_id == provider)
        return list(await self._session.scalars(query))

    async def close_disclosure(self, attempt: UUID, need: bytes, at: datetime) -> None:
        """Nothing of an attempt can be read any more, and what was sealed in it is gone.

        The version stays: the provider can still end what it saw last.
        """
        row = AttemptRow
        closing = update(row).where(row.id == attempt, row.revoked_at.is_(None))
        await self._session.execute(
            closing.values(need_profile=need, identity=None, revoked_at=at, changed_at=at)
        )
