"""What help that is arranged at once is made of: the check, for whom, and the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import GRANTOR
from services.referrals.domain.judging import parties_of
from services.referrals.domain.placing import Wanted, ensure_contracted
from services.referrals.domain.provisions import (
    OwedThing,
    ensure_may_arrange,
    ensure_temporary,
    owed_after,
    own_entries,
    usual_until,
)
from services.referrals.models import OwedStepRow, TemporaryProvisionRow
from services.referrals.repository import ReferralsRepository
from services.referrals.service.access import Asked, judged
from services.referrals.service.tools import Tools, ensure_near
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import NotFoundError
from shared.http.peer import OnBehalf
from shared.identifiers import new_id
from shared.schemas.applications import TemporaryProvisionCreate
from shared.schemas.providers import MatchSearch, ReservationCreate
from shared.stelsel.model import MODES
from shared.stelsel.routes import Answer, Outcome
from shared.vocabulary import TemporaryProvisionStatus

_S: Final = TemporaryProvisionStatus
_URGENT: Final = {"urgent": True}
_OPEN: Final = (Outcome.OPEN, Outcome.OPEN_WITH_CONDITIONS)


@dataclass(frozen=True, slots=True)
class Whose:
    """For whom it is."""

    subject: UUID
    contact: UUID | None
    household: UUID | None
    plan: UUID | None


@dataclass(frozen=True, slots=True)
class Making:
    """One request to arrange help at once, before anything is written."""

    tools: Tools
    call: Call
    request: TemporaryProvisionCreate

    async def made(self) -> tuple[TemporaryProvisionRow, tuple[OwedThing, ...]]:
        """The row with its days, and what must follow; raises where this cannot be arranged."""
        call, request = self.call, self.request
        starts_at = request.starts_at or call.now
        ensure_near(starts_at, call, "/startsAt")
        answer, party = self.check()
        ensure_may_arrange(answer)
        whose = await self.whose()
        owed = owed_after(
            answer,
            self.tools.stelsel,
            decides=answer.judged_by == party,
            plan=whose.plan is not None,
            children=request.children,
        )
        until = request.until or usual_until(owed, local_date(starts_at))
        ensure_temporary(until, local_date(starts_at))
        row = self.row(answer, whose)
        row.grantor_party = GRANTOR if answer.granted_by in MODES else answer.granted_by
        row.entry = row.decided_party = party
        row.starts_at, row.until = starts_at, until
        return row, owed

    def check(self) -> tuple[Answer, str]:
        """The access check with urgent facts, at the caller's own door that is open; a wrong door
        is no refusal: then by the rules of the right one. And the party the officer speaks for."""
        call, request = self.call, self.request
        stelsel, today = self.tools.stelsel, local_date(call.now)
        facts = {**_URGENT, "hasPlan": request.plan_id is not None}
        entries = own_entries(parties_of(stelsel, call.principal.roles))
        if not entries:
            raise NotFoundError
        found = [
            (judged(stelsel, Asked(request.voorziening, entry, facts), today), entry)
            for entry in entries
        ]
        answer, party = next((each for each in found if each[0].outcome in _OPEN), found[0])
        if answer.redirect_to is not None:
            there = Asked(request.voorziening, answer.redirect_to, facts)
            answer = judged(stelsel, there, today)
        return answer, party

    async def whose(self) -> Whose:
        """Of a household plans is asked whether the caller may see it; else `NotFoundError`."""
        call, request = self.call, self.request
        if request.contact_id is not None:
            return Whose(request.contact_id, request.contact_id, None, None)
        household = request.household_id
        if request.plan_id is not None:
            async with self.tools.db.transaction() as session:
                household = await ReferralsRepository(session).household(request.plan_id)
        if household is None:
            raise NotFoundError
        read = await self.tools.plans.household(household, call.behalf)
        if request.plan_id is not None and read.open_plan_id != request.plan_id:
            raise NotFoundError
        return Whose(household, None, household, read.open_plan_id)

    def row(self, answer: Answer, whose: Whose) -> TemporaryProvisionRow:
        """A new row, without its days."""
        call, request = self.call, self.request
        row = TemporaryProvisionRow(
            id=_id_of(call),
            subject_id=whose.subject,
            contact_id=whose.contact,
            household_id=whose.household,
            plan_id=whose.plan,
            voorziening=request.voorziening,
            urgency=request.urgency,
            status=_S.RUNNING,
            persons=request.persons,
            children=request.children,
            contract_id=request.contract_id,
            location_id=request.location_id,
            stelsel=answer.stelsel,
            stelsel_version=answer.version,
            decided_by=call.principal.subject,
            team_id=call.principal.team,
            decided_at=call.now,
            changed_at=call.now,
        )
        self.tools.seals().put(row, "reason", request.reason)
        if request.facts_seen is not None:
            self.tools.seals().put(row, "facts_seen", request.facts_seen)
        return row

    async def reserve(self, provision: UUID) -> UUID | None:
        """Hold the place that is named, if one is; `ConflictError` when there is no room."""
        call, request = self.call, self.request
        if request.contract_id is None or request.location_id is None:
            return None
        found = await self.tools.providers.matches(
            MatchSearch(voorziening=request.voorziening), call.behalf
        )
        offers = [Wanted(m.organisation_id, m.contract_id, m.location_id) for m in found.items]
        offers += [Wanted(m.organisation_id, m.contract_id, m.location_id) for m in found.excluded]
        provider = next((each.provider for each in offers if _is(each, request)), new_id())
        ensure_contracted([Wanted(provider, request.contract_id, request.location_id)], offers)
        wanted = ReservationCreate(
            attempt_id=provision,
            contract_id=request.contract_id,
            location_id=request.location_id,
        )
        # The officer has no reach over places: this service takes it, as it gives it back.
        alone = OnBehalf(
            traceparent=call.behalf.traceparent, deadline=call.behalf.deadline, key=provision
        )
        return (await self.tools.providers.reserve(wanted, alone)).id

    def owed(self, row: TemporaryProvisionRow, owed: Sequence[OwedThing]) -> list[OwedStepRow]:
        """What must follow, as it is kept."""
        return [
            OwedStepRow(
                id=new_id(),
                provision_id=row.id,
                subject_id=row.subject_id,
                code=each.code,
                label=each.label,
                source=each.source,
                due_on=each.due_on,
                changed_at=self.call.now,
            )
            for each in owed
        ]


def _is(offer: Wanted, request: TemporaryProvisionCreate) -> bool:
    return (offer.contract, offer.location) == (request.contract_id, request.location_id)


def _id_of(call: Call) -> UUID:
    """The id of what this request makes: the same each time it is sent with its key, and nothing
    that a caller can choose."""
    assert call.behalf.key is not None, "a request that writes is keyed"
    principal = call.principal
    made = f"temporary-provision\x1f{principal.client}\x1f{principal.subject}\x1f{call.behalf.key}"
    return UUID(bytes=call.keyed_hash(made.encode())[:16], version=4)
