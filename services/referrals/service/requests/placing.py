"""The shortlist the client agreed to, the offers along it, and ending a request."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import CANCEL_CODES, ENDING_CODES
from services.referrals.domain.leading import (
    ensure_decision_holds,
    ensure_may_end,
    ensure_places,
)
from services.referrals.domain.lifecycle import BEFORE_DELIVERY, Mover
from services.referrals.domain.placing import (
    Wanted,
    ensure_contracted,
    ensure_no_doubles,
    ensure_not_asked_before,
    ensure_of_household,
)
from services.referrals.models import ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.leading import LeadingRepository
from services.referrals.repository.reach import Viewer
from services.referrals.service.decisions.opening import drop_application
from services.referrals.service.movement import ToAttempt, ToRequest
from services.referrals.service.requests.answers import referral_answer
from services.referrals.service.requests.contributing import ensure_cost_told
from services.referrals.service.requests.leading import members_led
from services.referrals.service.requests.listing import entries_of, offers_of, shortlist_of
from services.referrals.service.requests.offering import (
    Offering,
    Packages,
    Recipient,
    compose,
)
from services.referrals.service.tools import (
    PLACING,
    REFERRAL,
    Tools,
    audit,
    ensure_has_been,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, StaleVersionError, UnknownCodeError
from shared.schemas.providers import MatchSearch
from shared.schemas.referrals import (
    CancellationCreate,
    EndingCreate,
    OfferCreate,
    ReferralRead,
    ShortlistCreate,
)
from shared.vocabulary import AttemptStatus, Reach, ReferralStatus

_S: Final = ReferralStatus


@dataclass(frozen=True, slots=True)
class Placing:
    """Use cases of the worker who finds a provider together with the client."""

    tools: Tools

    async def agree(self, call: Call, referral: UUID, request: ShortlistCreate) -> ReferralRead:
        """Record the shortlist the client agreed to; offers go along it and nowhere else.

        Raises `RuleViolationError` for an entry that is not contracted now, or that was asked.
        """
        wanted = [Wanted(e.provider_id, e.contract_id, e.location_id) for e in request.entries]
        ensure_no_doubles(wanted)
        ensure_has_been(request.agreed_on, call, "/agreedOn")
        ensure_has_been(request.contribution_told_on, call, "/contributionToldOn")
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            seen = await repository.referral(viewer, referral)
            call.expect(REFERRAL, seen.id, seen.version)
            self._ensure_ours(call, seen, viewer)
            _ensure_placing(seen)
            ensure_cost_told(self.tools.stelsel, seen, request)
            ensure_not_asked_before(wanted, await repository.asked(seen))
            waiting = await repository.open_attempt(seen.id)
        members = await members_led(self.tools, call, seen)
        ensure_of_household(request.agreed_by, members)
        search = MatchSearch(voorziening=seen.voorziening)
        matches = await self.tools.providers.matches(search, call.behalf)
        ensure_contracted(wanted, offers_of(matches))
        packages: Packages = {}
        if waiting is not None:
            # A provider is thinking about it: its no must find the new list ready.
            recipients = [Recipient(e.provider_id, e.basis) for e in request.entries]
            packages = await compose(self.tools, call, seen, recipients)
        return await self._keep(call, referral, request, packages)

    async def _keep(
        self, call: Call, referral: UUID, request: ShortlistCreate, packages: Packages
    ) -> ReferralRead:
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), referral, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            offering = Offering(self.tools, session, call)
            await offering.ensure_plan_open(row)
            await repository.forget_packages(row.id)
            row.shortlist_number += 1
            row.changed_at = call.now
            row.contribution_told_on = row.contribution_told_on or request.contribution_told_on
            entries = entries_of(call, row, request)
            if packages:
                offering.keep(entries, packages)
            agreed = shortlist_of(call, row, request)
            self.tools.seals().put(agreed, "how", request.how)
            await repository.add(agreed, *entries, row)
            if row.status is _S.NO_PROVIDER_LEFT:
                await offering.movement.request(row, ToRequest(_S.PLACING, Mover.TEAM))
            about = [
                About(SubjectKind.HOUSEHOLD, row.household_id),
                About(SubjectKind.PERSON, request.agreed_by),
            ]
            await record(session, call, Act.WRITE, PLACING, about)
            return await referral_answer(session, call, row, self.tools)

    async def offer(self, call: Call, referral: UUID, request: OfferCreate) -> ReferralRead:
        """Ask the next provider of the shortlist that was not asked yet; never one twice."""
        del request
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            seen = await repository.referral(viewer, referral)
            call.expect(REFERRAL, seen.id, seen.version)
            self._ensure_ours(call, seen, viewer)
            await _ensure_can_offer(session, seen, call)
            entries = await repository.remaining(seen, local_date(call.now))
        recipients = [Recipient(entry.provider_id, entry.basis) for entry in entries]
        packages = await compose(self.tools, call, seen, recipients)
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(viewer, referral, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            offering = Offering(self.tools, session, call)
            await offering.ensure_plan_open(row)
            await _ensure_can_offer(session, row, call)
            # What may be asked again since the packages were composed waits for a next time.
            entries = [
                each
                for each in await repository.remaining(row, local_date(call.now))
                if each.provider_id in packages
            ]
            if not entries:
                raise StaleVersionError
            offering.keep(entries, packages)
            await offering.offer(row, entries[0])
            return await referral_answer(session, call, row, self.tools)

    async def cancel(self, call: Call, referral: UUID, request: CancellationCreate) -> ReferralRead:
        """Take back what lies with a provider, also what it accepted, until help begins.

        The provider's reading stops, its place is given back, and the request goes on: the worker
        asks the next of the list, or where the list is at its end nobody is left. That reading had
        stopped before, by a consent taken back, changes nothing here (OPN-31).
        """
        if request.code not in CANCEL_CODES:
            raise UnknownCodeError(
                "/code", "reden om een aanbod terug te nemen", list(CANCEL_CODES)
            )
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).referral(viewer, referral)
        self._ensure_ours(call, seen, viewer)
        await members_led(self.tools, call, seen)
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(viewer, referral, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            waiting = await repository.open_attempt(row.id)
            if waiting is None:
                raise ConflictError("Er ligt geen aanbod bij een aanbieder. U kunt er een vragen.")
            offering = Offering(self.tools, session, call)
            cancelled = ToAttempt(AttemptStatus.CANCELLED, Mover.TEAM, request.code)
            await offering.close(row, waiting, cancelled)
            if not await repository.remaining(row, local_date(call.now)):
                no_one = ToRequest(_S.NO_PROVIDER_LEFT, Mover.SYSTEM, request.code)
                await offering.movement.request(row, no_one)
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return await referral_answer(session, call, row, self.tools)

    async def end(self, call: Call, referral: UUID, request: EndingCreate) -> ReferralRead:
        """End a request before delivery. An open offer is cancelled, disclosure ends with it.

        Raises `NotFoundError` for who has left the circle of the plan, as plans knows it now.
        """
        if request.code not in ENDING_CODES:
            raise UnknownCodeError("/code", "reden om te beëindigen", list(ENDING_CODES))
        async with self.tools.db.transaction() as session:
            seen = await ReferralsRepository(session).referral(self.tools.viewer(call), referral)
        on_plan = seen.support_item_id is not None
        ensure_may_end(self.tools.stelsel, on_plan=on_plan, around=_around(call))
        if call.reaches != {Reach.OWN}:
            await members_led(self.tools, call, seen)
        async with self.tools.db.transaction(call.once) as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), referral, lock=True)
            call.expect(REFERRAL, row.id, row.version)
            _ensure_before_delivery(row)
            offering = Offering(self.tools, session, call)
            waiting = await repository.open_attempt(row.id)
            if waiting is not None:
                cancelled = ToAttempt(AttemptStatus.CANCELLED, Mover.TEAM, request.code)
                await offering.close(row, waiting, cancelled)
            self.tools.seals().put(row, "ending_motivation", request.motivation)
            await drop_application(self.tools, session, row)
            ended = ToRequest(ReferralStatus(request.code), Mover.TEAM, request.code)
            await offering.movement.request(row, ended)
            await repository.forget_packages(row.id)
            await audit(session, call, Act.WRITE, row.household_id, PLACING)
            return await referral_answer(session, call, row, self.tools)

    def _ensure_ours(self, call: Call, row: ReferralRow, viewer: Viewer) -> None:
        """Who places finds the provider: the team of the plan, or the party the route names."""
        stelsel = self.tools.stelsel
        ensure_places(row.placing_party, viewer.parties, stelsel, around=_around(call))


def _around(call: Call) -> bool:
    """Whether the caller works around plans: what another party places is theirs to see only."""
    return call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)


def _ensure_placing(row: ReferralRow) -> None:
    if row.status not in {_S.PLACING, _S.NO_PROVIDER_LEFT}:
        raise ConflictError(
            "Aanbieders kiest u na het oordeel over de toegang, zolang de hulp nog niet loopt."
        )


async def _ensure_can_offer(session: Session, row: ReferralRow, call: Call) -> None:
    repository = ReferralsRepository(session)
    if row.status is not _S.PLACING:
        raise ConflictError("Een aanbod kan pas als de aanvraag zover is, en er een lijst is.")
    if await repository.open_attempt(row.id) is not None:
        raise ConflictError("Er ligt al een aanbod bij een aanbieder. Wacht op het antwoord.")
    today = local_date(call.now)
    ensure_decision_holds(await LeadingRepository(session).decided_until(row.id), today)
    if not await repository.remaining(row, today):
        raise ConflictError("Er staat niemand meer op de lijst. Spreek met de cliënt een lijst af.")


def _ensure_before_delivery(row: ReferralRow) -> None:
    if row.status not in BEFORE_DELIVERY:
        raise ConflictError(
            "Deze aanvraag is al beëindigd, of de hulp loopt al. Lopende hulp stopt de aanbieder."
        )
