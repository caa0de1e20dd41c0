"""Asking one provider and closing what was asked: what several use cases do in a transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from services.referrals.domain.lifecycle import Mover
from services.referrals.models import AttemptRow, ReferralRow, ShortlistEntryRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.movement import Movement, ToAttempt, ToRequest
from services.referrals.service.tools import GIVE_BACK, PLACING, Tools, audit
from shared.audit.records import Act
from shared.auth.call import Call
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.plans import DisclosurePackage, PackageRequest
from shared.vocabulary import AttemptStatus, ReferralStatus, SharingBasis, Urgency

Packages: TypeAlias = dict[UUID, DisclosurePackage]
"""What each provider may hear, by provider."""

_PRIORITY: Final = {Urgency.CRISIS: 0, Urgency.SOON: 1, Urgency.NORMAL: 2}
_FIRST_ROUND: Final = 1


@dataclass(frozen=True, slots=True)
class Recipient:
    """A provider of a shortlist, and on which ground it may receive data."""

    provider_id: UUID
    basis: SharingBasis


async def compose(
    tools: Tools, call: Call, row: ReferralRow, recipients: Sequence[Recipient]
) -> Packages:
    """Ask plans what each provider may hear, with the worker's authority, for all at once.

    The next offer after a decline must not wait for a worker; nobody sees a package before its
    own attempt is there.
    """
    requests = [
        PackageRequest(
            support_item_id=row.support_item_id, provider_id=each.provider_id, basis=each.basis
        )
        for each in recipients
    ]
    found = await asyncio.gather(
        *(tools.plans.package(row.plan_id, request, call.behalf) for request in requests)
    )
    return {each.provider_id: package for each, package in zip(recipients, found, strict=True)}


@dataclass(frozen=True, slots=True)
class Offering:
    """Offers within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    @property
    def movement(self) -> Movement:
        """Setting states in the same transaction."""
        return Movement(self.tools.outbox, self.session, self.call)

    def keep(self, entries: Sequence[ShortlistEntryRow], packages: Packages) -> None:
        """Seal what was composed beside the entry it was composed for."""
        seals = self.tools.seals()
        for entry in entries:
            package = packages[entry.provider_id]
            seals.put(entry, "need_profile", package.need_profile.model_dump_json())
            seals.put(entry, "identity", package.identity.model_dump_json())
            entry.composed_at = package.composed_at

    async def offer(self, referral: ReferralRow, entry: ShortlistEntryRow) -> AttemptRow:
        """Ask the provider of this entry; date and urgency are those of the request."""
        row = AttemptRow(
            id=new_id(),
            household_id=referral.household_id,
            referral_id=referral.id,
            provider_id=entry.provider_id,
            contract_id=entry.contract_id,
            location_id=entry.location_id,
            basis=entry.basis,
            round=_FIRST_ROUND,
            voorziening=referral.voorziening,
            urgency=referral.urgency,
            priority=_PRIORITY[referral.urgency],
            first_contact_on=referral.first_contact_on,
            status=AttemptStatus.OFFERED,
            offered_at=self.call.now,
            changed_at=self.call.now,
        )
        self._move_package(entry, row)
        referral.changed_at = self.call.now
        await self.movement.first_attempt_step(referral, row)
        await audit(self.session, self.call, Act.DISCLOSE, referral.household_id, PLACING)
        return row

    async def offer_following(self, referral: ReferralRow, code: str) -> None:
        """After a no: the next of the agreed shortlist, or nobody is left (AMS-REF-06)."""
        entries = await ReferralsRepository(self.session).remaining(referral)
        if not entries:
            no_one = ToRequest(ReferralStatus.NO_PROVIDER_LEFT, Mover.SYSTEM, code)
            await self.movement.request(referral, no_one)
        elif entries[0].need_profile is not None:
            await self.offer(referral, entries[0])

    async def close(self, referral: ReferralRow, row: AttemptRow, to: ToAttempt) -> None:
        """Close an attempt: reading stops, the identity is deleted, the place is given back."""
        row.code = to.code
        row.revoked_at = self.call.now
        row.identity = None
        if to.status is not AttemptStatus.STOPPED:
            row.decided_at = self.call.now
        await self.movement.attempt(referral, row, to)
        if row.reservation_id is not None:
            await self.give_back(row.reservation_id, to.code or to.status.value)

    async def give_back(self, reservation: UUID, reason: str) -> None:
        """Have the place given back once this transaction has committed, retried until it is."""
        await self.tools.jobs.defer(
            self.session, GIVE_BACK, str(reservation), reservation=str(reservation), reason=reason
        )

    def _move_package(self, entry: ShortlistEntryRow, row: AttemptRow) -> None:
        """A sealed value opens in its own place only: open it there, seal it here, delete it."""
        seals = self.tools.seals()
        for column in ("need_profile", "identity"):
            text = seals.get(entry, column)
            assert text is not None, "an offer is made with what was composed for it"
            seals.put(row, column, text)
        entry.need_profile = entry.identity = None
