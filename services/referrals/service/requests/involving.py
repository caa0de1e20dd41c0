"""Parties that must be around a request hear that there is one, never about whom it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.involving import ensure_under_way, party_of
from services.referrals.domain.lifecycle import CLOSED_REQUESTS
from services.referrals.models import InvolvementRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.involving import InvolvingRepository, Spot
from services.referrals.service.movement import Movement
from services.referrals.service.tools import INVOLVEMENT, LEADING, Tools, audit
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.schemas.base import Page
from shared.schemas.involving import InvolvementItem, InvolvementReceiptCreate
from shared.vocabulary import InvolvementHow


@dataclass(frozen=True, slots=True)
class Involving:
    """Use cases of a party that is involved and does not judge (AMS-REF-14, AMS-ACC-07)."""

    tools: Tools

    async def page(self, call: Call, size: int, cursor: str | None) -> Page[InvolvementItem]:
        """What the caller's party must know of and nobody there took up yet. Nobody recognisable:
        whoever takes it up calls who coordinates."""
        query = f"involvements/{size}"
        after = call.place(query, cursor, _spot)
        async with self.tools.db.transaction() as session:
            found = await InvolvingRepository(session).lying(self.tools.viewer(call), after, size)
            shown = found[:size]
            about = {each.referral.household_id for each in shown}
            kept = [About(SubjectKind.HOUSEHOLD, household) for household in sorted(about)]
            await record(session, call, Act.READ, LEADING, kept)
            items = await _items(session, call, [(each.referral, each.party) for each in shown])
        more = None
        if len(found) > size:
            last = shown[-1]
            day = last.referral.first_contact_on.isoformat()
            more = call.cursor(query, [str(last.rank), day, str(last.referral.id), last.party])
        return Page(items=tuple(items), next=more)

    async def take_up(
        self, call: Call, referral: UUID, request: InvolvementReceiptCreate
    ) -> InvolvementItem:
        """A party took it up: once, whoever of it says so; the coordinator sees it.

        Raises `NotFoundError` where no party of the caller is involved.
        """
        async with self.tools.db.transaction(call.once) as session:
            repository = InvolvingRepository(session)
            row, lying = await repository.of_referral(self.tools.viewer(call), referral)
            party = party_of(request.party, lying)
            known = await repository.told([row.id])
            if not any(_took_up(each, party) for each in known):
                ensure_under_way(closed=row.status in CLOSED_REQUESTS)
            if await repository.take_up(_receipt(call, row, party)):
                row = await repository.held(row.id)
                row.changed_at = call.now
                await ReferralsRepository(session).add(row)
                movement = Movement(self.tools.outbox, session, call)
                await movement.involved(row, party, how=InvolvementHow.TAKEN_UP)
            await audit(session, call, Act.WRITE, row.household_id, LEADING)
            (item,) = await _items(session, call, [(row, party)])
            return call.answer(item, INVOLVEMENT, row.id)

    async def can_reach(self, call: Call, kind: str, found: UUID) -> bool:
        """Whether a party of this caller is involved still."""
        assert kind == INVOLVEMENT
        async with self.tools.db.transaction() as session:
            try:
                await InvolvingRepository(session).of_referral(self.tools.viewer(call), found)
            except NotFoundError:
                return False
        return True


def _receipt(call: Call, row: ReferralRow, party: str) -> InvolvementRow:
    return InvolvementRow(
        household_id=row.household_id,
        changed_at=call.now,
        referral_id=row.id,
        party=party,
        how=InvolvementHow.TAKEN_UP,
        informed_on=local_date(call.now),
        recorded_by=call.principal.subject,
        recorded_at=call.now,
    )


def _took_up(row: InvolvementRow, party: str) -> bool:
    return row.party == party and row.how is InvolvementHow.TAKEN_UP


async def _items(
    session: Session, call: Call, lying: Sequence[tuple[ReferralRow, str]]
) -> list[InvolvementItem]:
    plans = [row.plan_id for row, _ in lying if row.plan_id is not None]
    coordinators = await ReferralsRepository(session).coordinators(plans, call.now)
    told = await InvolvingRepository(session).told([row.id for row, _ in lying])
    items = []
    for row, party in lying:
        own = [each for each in told if each.referral_id == row.id and each.party == party]
        taken = next((each for each in own if _took_up(each, party)), None)
        coordinator = None if row.plan_id is None else coordinators.get(row.plan_id)
        items.append(
            InvolvementItem(
                referral_id=row.id,
                party=party,
                voorziening=row.voorziening,
                entry=row.entry,
                urgency=row.urgency,
                first_contact_on=row.first_contact_on,
                asked_at=row.created_at,
                who_to_call=coordinator or row.coordinator or row.created_by,
                told_on=min((e.informed_on for e in own if e is not taken), default=None),
                taken_up_at=None if taken is None else taken.recorded_at,
                taken_up_by=None if taken is None else taken.recorded_by,
            )
        )
    return items


def _spot(rank: str, day: str, last: str, party: str) -> Spot:
    return Spot(int(rank), date.fromisoformat(day), UUID(last), party)
