"""Asking one provider and closing what was asked: what several use cases do in a transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from services.referrals.domain.leading import is_over
from services.referrals.domain.lifecycle import Mover
from services.referrals.models import AttemptRow, ReferralRow, ShortlistEntryRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.leading import LeadingRepository
from services.referrals.repository.told import (
    CONTRACT,
    PLAN,
    PROVIDER,
    SHARING,
    ToldRepository,
    sharing_subject,
)
from services.referrals.service.closing import Closing
from services.referrals.service.movement import Movement, ToAttempt, ToRequest
from services.referrals.service.tools import PLACING, PLAN_IS_CLOSED, Tools, audit
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError
from shared.identifiers import new_id
from shared.schemas.leading import HouseholdPackageRequest
from shared.schemas.plans import DisclosurePackage, PackageRequest
from shared.vocabulary import URGENCY_RANK, AttemptStatus, ReferralStatus, SharingBasis

Packages: TypeAlias = dict[UUID, DisclosurePackage]
"""What each provider may hear, by provider."""

DECISION_OVER: Final = "decision_over"
"""Why nobody is asked: the last day of the decision is behind us."""

_NOT_NOW: Final = "Deze aanbieder kan nu niet gevraagd worden. Kies met de cliënt een andere."
_NO_LEAVE: Final = "De cliënt wil dit niet meer delen met deze aanbieder. Vraag het opnieuw."


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
    found = await asyncio.gather(*(_package(tools, call, row, each) for each in recipients))
    return {each.provider_id: package for each, package in zip(recipients, found, strict=True)}


async def _package(tools: Tools, call: Call, row: ReferralRow, to: Recipient) -> DisclosurePackage:
    if row.plan_id is not None and row.support_item_id is not None:
        asked = PackageRequest(
            support_item_id=row.support_item_id, provider_id=to.provider_id, basis=to.basis
        )
        return await tools.plans.package(row.plan_id, asked, call.behalf)
    assert row.person_id is not None, "without an item of a plan it says for whom"
    need = tools.seals().text(row, "need")
    of_person = HouseholdPackageRequest(
        person_id=row.person_id, provider_id=to.provider_id, basis=to.basis, need=need
    )
    return await tools.plans.household_package(row.household_id, of_person, call.behalf)


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
            entry.valid_until = package.valid_until

    async def offer(self, referral: ReferralRow, entry: ShortlistEntryRow) -> AttemptRow:
        """Ask the provider of this entry; date and urgency are those of the request.

        Raises `ConflictError` where something that was told forbids it.
        """
        refusal = await self.forbidden(referral, entry)
        if refusal is not None:
            raise ConflictError(refusal)
        return await self._make(referral, entry)

    async def _make(self, referral: ReferralRow, entry: ShortlistEntryRow) -> AttemptRow:
        row = AttemptRow(
            id=new_id(),
            household_id=referral.household_id,
            referral_id=referral.id,
            provider_id=entry.provider_id,
            contract_id=entry.contract_id,
            location_id=entry.location_id,
            basis=entry.basis,
            round=referral.round,
            voorziening=referral.voorziening,
            urgency=referral.urgency,
            priority=URGENCY_RANK[referral.urgency],
            first_contact_on=referral.first_contact_on,
            status=AttemptStatus.OFFERED,
            offered_at=self.call.now,
            valid_until=entry.valid_until,
            changed_at=self.call.now,
        )
        self._move_package(entry, row)
        referral.changed_at = self.call.now
        await self.movement.first_attempt_step(referral, row)
        await audit(self.session, self.call, Act.DISCLOSE, referral.household_id, PLACING)
        return row

    async def offer_following(self, referral: ReferralRow, code: str) -> None:
        """After a no: the next of the agreed shortlist, or nobody is left (AMS-REF-06)."""
        if await self.plan_closed(referral):
            return  # the plan's last coordinator has it on the desk
        today = local_date(self.call.now)
        if is_over(await LeadingRepository(self.session).decided_until(referral.id), today):
            over = ToRequest(ReferralStatus.NO_PROVIDER_LEFT, Mover.SYSTEM, DECISION_OVER)
            await self.movement.request(referral, over)
            return
        for entry in await ReferralsRepository(self.session).remaining(referral, today):
            if entry.need_profile is None:
                return  # a new list, of which nothing was composed yet: the worker asks
            if await self.forbidden(referral, entry) is None:
                await self._make(referral, entry)
                return
        no_one = ToRequest(ReferralStatus.NO_PROVIDER_LEFT, Mover.SYSTEM, code)
        await self.movement.request(referral, no_one)

    async def ensure_plan_open(self, referral: ReferralRow) -> None:
        """Raises `ConflictError` where the plan of a request was closed."""
        if await self.plan_closed(referral):
            raise ConflictError(PLAN_IS_CLOSED)

    async def plan_closed(self, referral: ReferralRow) -> bool:
        """Whether the plan is closed, held so until this transaction ends.

        What was asked without an item of the plan does not end with it.
        """
        plan = referral.plan_id
        if plan is None or referral.support_item_id is None:
            return False
        return (await ToldRepository(self.session).states([(plan, PLAN)]))[plan].blocked

    async def forbidden(self, referral: ReferralRow, entry: ShortlistEntryRow) -> str | None:
        """Why this provider may not be asked now, in words, or None.

        What was told is held as it is until this transaction ends: whoever stops a provider waits
        for the offers under way, and then finds them.
        """
        if await self.plan_closed(referral):
            return PLAN_IS_CLOSED
        sharing = sharing_subject(referral.plan_id or referral.household_id, entry.provider_id)
        wanted = [
            (entry.provider_id, PROVIDER),
            (entry.contract_id, CONTRACT),
            (sharing, SHARING),
        ]
        states = await ToldRepository(self.session).states(wanted)
        if states[entry.provider_id].blocked or states[entry.contract_id].blocked:
            return _NOT_NOW
        if entry.composed_at is None or entry.composed_at <= states[sharing].changed_at:
            return _NO_LEAVE
        return None

    async def close(self, referral: ReferralRow, row: AttemptRow, to: ToAttempt) -> None:
        """Close an attempt: reading stops, the identity is deleted, the place is given back."""
        await Closing(self.tools, self.session, self.call).close(referral, row, to)

    def _move_package(self, entry: ShortlistEntryRow, row: AttemptRow) -> None:
        """A sealed value opens in its own place only: open it there, seal it here, delete it."""
        seals = self.tools.seals()
        for column in ("need_profile", "identity"):
            text = seals.get(entry, column)
            assert text is not None, "an offer is made with what was composed for it"
            seals.put(row, column, text)
        entry.need_profile = entry.identity = None
