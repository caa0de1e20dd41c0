"""Reading: the coordinator its requests, the provider its inbox and attempts."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.referrals.domain.lifecycle import OPEN_ATTEMPTS
from services.referrals.repository import ReferralsRepository, Whose
from services.referrals.service.requests.answers import attempt_read, referral_answer, referral_read
from services.referrals.service.tools import (
    ATTEMPT,
    LEADING,
    PLACING,
    RECEIPT,
    REFERRAL,
    Tools,
    audit,
    audit_persons,
)
from services.referrals.views import Asked, Place, inbox
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import Fault, InvalidRequestError, NotFoundError
from shared.schemas.base import Page
from shared.schemas.referrals import AttemptRead, CoordinationRead, ReferralRead
from shared.vocabulary import AttemptStatus


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose requests somebody asks for: exactly one of both."""

    plan: UUID | None
    household: UUID | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Use cases that change nothing but the record of who looked."""

    tools: Tools

    async def referral(self, call: Call, record: UUID) -> ReferralRead:
        """One request with every step (AMS-REF-08)."""
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            row = await repository.referral(self.tools.viewer(call), record)
            await audit(session, call, Act.READ, row.household_id, LEADING)
            return await referral_answer(session, call, row, self.tools)

    async def referrals(
        self, call: Call, asking: Asking, size: int, cursor: str | None
    ) -> Page[ReferralRead]:
        """The requests of a plan or household, newest first; several may run (AMS-REF-18)."""
        whose = _whose(asking)
        query = f"referrals/{whose.record}/{whose.household}/{size}"
        after = call.place(query, cursor, _moment_and_id)
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            rows = await repository.referrals_of(self.tools.viewer(call), whose, after, size)
            shown = rows[:size]
            details = await repository.details(shown, call.now)
            if shown:
                await audit(session, call, Act.READ, shown[0].household_id, LEADING)
        more = None
        if len(rows) > size:
            last = shown[-1]
            more = call.cursor(query, [last.created_at.isoformat(), str(last.id)])
        items = tuple(referral_read(row, details, self.tools) for row in shown)
        return Page(items=items, next=more)

    async def inbox(self, call: Call, size: int, cursor: str | None) -> bytes:
        """A page of what lies with the caller's provider, as JSON that PostgreSQL built.

        Whose attempts are on it is recorded before it leaves.
        """
        query = f"attempts/{size}"
        after = call.place(query, cursor, _place)
        asked = Asked(call.principal.provider, local_date(call.now))
        head, items = await inbox(self.tools.db, asked, after, size)
        seen = json.loads(head)
        about = [About(SubjectKind.HOUSEHOLD, UUID(each)) for each in seen["households"]]
        async with self.tools.db.transaction() as session:
            await record(session, call, Act.READ, PLACING, about)
        more = "null" if seen["last"] is None else json.dumps(call.cursor(query, seen["last"]))
        return b'{"items":' + items + b',"next":' + more.encode() + b"}"

    async def attempt(self, call: Call, record: UUID) -> AttemptRead:
        """One attempt while it is open: the need, and from acceptance on who it is."""
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            row = await repository.attempt(viewer, record, OPEN_ATTEMPTS)
            referral = await repository.of_attempt(row)
            found = await attempt_read(session, call, row, referral, self.tools.seals())
            await audit(session, call, Act.READ, row.household_id, PLACING)
            if found.identity is not None:
                await audit_persons(session, call, Act.READ, found.identity)
            return call.answer(found, ATTEMPT, row.id, row.version)

    async def coordination(self, call: Call, coordinator: str) -> CoordinationRead:
        """Whether the caller's provider works with this coordinator now; else `NotFoundError`."""
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            found = await repository.coordinations(self.tools.viewer(call), coordinator)
        if not found:
            raise NotFoundError
        return CoordinationRead(coordinator=coordinator, attempts=found)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        viewer = self.tools.viewer(call)
        statuses = {ATTEMPT: OPEN_ATTEMPTS, RECEIPT: tuple(AttemptStatus)}
        async with self.tools.db.transaction() as session:
            repository = ReferralsRepository(session)
            try:
                if kind == REFERRAL:
                    await repository.referral(viewer, record)
                else:
                    await repository.attempt(viewer, record, statuses[kind])
            except NotFoundError:
                return False
        return True


def _whose(asking: Asking) -> Whose:
    if asking.plan is not None and asking.household is None:
        return Whose(asking.plan, household=False)
    if asking.household is not None and asking.plan is None:
        return Whose(asking.household, household=True)
    detail = "Noem een plan (planId) of een huishouden (householdId), een van de twee."
    raise InvalidRequestError(detail, [Fault("query/planId", "one-of-two", detail)])


def _moment_and_id(moment: str, record: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(moment), UUID(record)


def _place(priority: str, day: str, record: str) -> Place:
    return Place(int(priority), date.fromisoformat(day), UUID(record))
