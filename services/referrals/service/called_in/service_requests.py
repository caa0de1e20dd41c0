"""Asking a municipal service or calling a specialist in, without handing anybody over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.judging import PlanFacts, blocking, facts_of
from services.referrals.domain.lifecycle import waiting_days
from services.referrals.domain.service_requests import (
    ensure_light,
    ensure_names_none,
    ensure_points_at_nobody,
    ensure_unblocked,
    party_of,
)
from services.referrals.models import ServiceRequestRow
from services.referrals.repository.service_requests import (
    Place,
    ServiceRequestsRepository,
    Wanted,
)
from services.referrals.repository.told import PLAN, ToldRepository
from services.referrals.service.access import Asked, as_answer, judged, with_agreement
from services.referrals.service.advice.addressing import ensure_known_codes
from services.referrals.service.advice.consulting import frozen_check
from services.referrals.service.called_in.service_steps import Steps, identity_for, service_answer
from services.referrals.service.requests.leading import circle_of, ensure_fits
from services.referrals.service.tools import (
    LEADING,
    PLAN_IS_CLOSED,
    SERVICE_BY_NAME,
    Tools,
    ensure_has_been,
)
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.circle import apply_circle
from shared.errors import ConflictError, NotFoundError
from shared.identifiers import new_id
from shared.schemas.access import AccessCheckAnswer
from shared.schemas.base import Page
from shared.schemas.plans import Identity, PackageRequest, ReferralBasis
from shared.schemas.service_requests import (
    ServiceInboxItem,
    ServiceRequestCreate,
    ServiceRequestRead,
)
from shared.stelsel.model import FactValue
from shared.stelsel.routes import Answer
from shared.vocabulary import URGENCY_RANK, ServiceRequestStatus

__all__ = ["ServiceRequests", "Wanted"]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A light request by the right door: the answer of the stelsel, and who takes it up."""

    basis: ReferralBasis
    answer: Answer
    facts: dict[str, FactValue]
    party: str


@dataclass(frozen=True, slots=True)
class ServiceRequests:
    """Use cases of whoever asks, and reading by both sides."""

    tools: Tools

    async def create(self, call: Call, request: ServiceRequestCreate) -> ServiceRequestRead:
        """Ask the party that the stelsel names; the access check is made here and frozen.

        Whom it is about is composed now, with the authority of who asks, and sealed: the party
        reads it when a professional has taken it up (AMS-PLN-12, AMS-ACC-56). Raises
        `RuleViolationError` at a wrong door, and for what is no light request.
        """
        ensure_known_codes(self.tools.stelsel, {"/voorziening": request.voorziening})
        ensure_has_been(request.first_contact_on, call, "/firstContactOn")
        ensure_points_at_nobody(request.question, local_date(call.now))
        viewer = self.tools.viewer(call)
        basis = await self.tools.plans.basis(request.plan_id, request.support_item_id, call.behalf)
        ensure_fits(request.voorziening, basis)
        checked = self._check(request, basis, local_date(call.now))
        wanted = PackageRequest(
            support_item_id=request.support_item_id, party=checked.party, basis=request.basis
        )
        package = await self.tools.plans.package(request.plan_id, wanted, call.behalf)
        ensure_names_none(request.question, _names(package.identity))
        row = self._row(call, request, checked)
        self.tools.seals().put(row, "identity", package.identity.model_dump_json())
        async with self.tools.db.transaction(call.once) as session:
            await apply_circle(session, circle_of(basis.circle), call.now)
            if (await ToldRepository(session).states([(row.plan_id, PLAN)]))[row.plan_id].blocked:
                raise ConflictError(PLAN_IS_CLOSED)
            check = AccessCheckAnswer.model_validate(row.access_check)
            row.access_check = await frozen_check(session, row.plan_id, check, self.tools.stelsel)
            await Steps(self.tools, session, call).first(row)
            # The circle has just been taken over: the caller must be in it.
            seen = await ServiceRequestsRepository(session).service_request(viewer, row.id)
            return await service_answer(session, call, seen, self.tools, Act.WRITE)

    async def read(self, call: Call, record: UUID) -> ServiceRequestRead:
        """One light request; whom it is about for who took it up only."""
        async with self.tools.db.transaction() as session:
            repository = ServiceRequestsRepository(session)
            seen = await repository.service_request(self.tools.viewer(call), record)
            return await service_answer(session, call, seen, self.tools, Act.READ)

    async def list_all(
        self, call: Call, wanted: Wanted, size: int, cursor: str | None
    ) -> Page[ServiceInboxItem]:
        """What lies with the caller's party or was asked around the caller's plans."""
        query = f"service-requests/{wanted.plan}/{wanted.status}/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            repository = ServiceRequestsRepository(session)
            found = await repository.listed(self.tools.viewer(call), wanted, after, size)
            shown = found[:size]
            whose = dict.fromkeys(row.household_id for row in shown)
            about = [About(SubjectKind.HOUSEHOLD, household) for household in whose]
            await record(session, call, Act.READ, LEADING, about)
        more = None
        if len(found) > size:
            last = shown[-1]
            place = [str(last.priority), last.first_contact_on.isoformat(), str(last.id)]
            more = call.cursor(query, place)
        today = local_date(call.now)
        return Page(items=tuple(_line(row, today) for row in shown), next=more)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about.

        An answer that showed whom it is about is not given again once that is over.
        """
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            try:
                seen = await ServiceRequestsRepository(session).service_request(viewer, record)
            except NotFoundError:
                return False
        shown = identity_for(call, seen, self.tools.seals()) is not None
        return shown or kind != SERVICE_BY_NAME

    def _check(self, request: ServiceRequestCreate, basis: ReferralBasis, today: date) -> _Checked:
        stelsel = self.tools.stelsel
        plan = PlanFacts(open=basis.open, age=basis.age)
        facts = facts_of(request.facts.known(), plan, (), stelsel)
        answer = judged(stelsel, Asked(request.voorziening, request.entry, facts), today)
        ensure_light(answer, stelsel)
        ensure_unblocked(blocking(answer, (), stelsel))
        return _Checked(basis, answer, facts, party_of(answer))

    def _row(
        self, call: Call, request: ServiceRequestCreate, checked: _Checked
    ) -> ServiceRequestRow:
        basis, answer, today = checked.basis, checked.answer, local_date(call.now)
        wire = as_answer(answer, self.tools.stelsel, today)
        row = ServiceRequestRow(
            id=new_id(),
            household_id=basis.circle.household_id,
            changed_at=call.now,
            plan_id=basis.plan_id,
            support_item_id=request.support_item_id,
            kind=answer.kind.value,
            voorziening=request.voorziening,
            entry=request.entry,
            party=checked.party,
            status=ServiceRequestStatus.ASKED,
            urgency=request.urgency,
            priority=URGENCY_RANK[request.urgency],
            stadsdeel=basis.stadsdeel or call.principal.stadsdeel,
            basis=request.basis,
            first_contact_on=request.first_contact_on or today,
            stelsel=answer.stelsel,
            stelsel_version=answer.version,
            facts=checked.facts,
            access_check=with_agreement(wire, agreed=basis.agreed).model_dump(
                mode="json", by_alias=True
            ),
            created_by=call.principal.subject,
            created_at=call.now,
            last_step=0,
        )
        self.tools.seals().put(row, "question", request.question)
        return row


def _names(identity: Identity) -> list[str]:
    """By what these persons are called."""
    named = [(person.given_names, person.surname) for person in identity.persons]
    return [name for both in named for name in both if name is not None]


def _line(row: ServiceRequestRow, today: date) -> ServiceInboxItem:
    ended_on = None if row.ended_at is None else local_date(row.ended_at)
    return ServiceInboxItem(
        id=row.id,
        version=row.version,
        kind=row.kind,
        voorziening=row.voorziening,
        party=row.party,
        status=row.status,
        urgency=row.urgency,
        first_contact_on=row.first_contact_on,
        asked_at=row.created_at,
        stadsdeel=row.stadsdeel,
        waiting_days=waiting_days(row.first_contact_on, ended_on, today),
    )


def _place(rank: str, day: str, last: str) -> Place:
    return int(rank), date.fromisoformat(day), UUID(last)
