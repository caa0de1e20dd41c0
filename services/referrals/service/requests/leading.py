"""What plans says of whom is led: by the item of a plan, or of somebody without one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.referrals.domain.judging import PlanFacts
from services.referrals.domain.leading import Way, ensure_one_way, ensure_own_door
from services.referrals.models import ReferralRow
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.db.circle import Circle
from shared.errors import ConflictError, Fault
from shared.schemas.leading import HouseholdBasis
from shared.schemas.plans import CircleRead, ReferralBasis
from shared.schemas.referrals import ReferralCreate
from shared.vocabulary import SupportStatus


@dataclass(frozen=True, slots=True)
class Ground:
    """Whom a new request is for, as plans knows it now."""

    household: UUID
    plan: UUID | None
    coordinator: str | None
    circle: Circle | None
    age: int | None
    agreed: bool | None
    persons: Sequence[UUID]

    @property
    def facts(self) -> PlanFacts:
        """What is read from plans and never taken from the caller."""
        return PlanFacts(open=self.plan is not None, age=self.age)

    def with_plan(self, plan: UUID) -> "Ground":
        """The same, with the plan that was opened meanwhile."""
        return replace(self, plan=plan)


async def ground_of(
    tools: Tools, call: Call, request: ReferralCreate, parties: Collection[str]
) -> Ground:
    """Ask plans, with the caller's authority, for whom a request is.

    Raises `InvalidRequestError` where both or neither way is named, `RuleViolationError` at
    another party's door, `NotFoundError` for who is out of reach.
    """
    ensure_one_way(_way(request))
    if request.plan_id is not None and request.support_item_id is not None:
        basis = await tools.plans.basis(request.plan_id, request.support_item_id, call.behalf)
        ensure_fits(request.voorziening, basis)
        return _on_plan(basis)
    ensure_own_door(request.entry, parties, tools.stelsel)
    assert request.household_id is not None
    assert request.person_id is not None
    found = await tools.plans.household_basis(request.household_id, request.person_id, call.behalf)
    return _of_household(found)


async def members_led(tools: Tools, call: Call, row: ReferralRow) -> tuple[UUID, ...]:
    """Who is in the household of a request; `NotFoundError` for who may not lead it any more."""
    if row.plan_id is not None and row.support_item_id is not None:
        basis = await tools.plans.basis(row.plan_id, row.support_item_id, call.behalf)
        return basis.member_ids
    assert row.person_id is not None, "without an item of a plan it says for whom"
    found = await tools.plans.household_basis(row.household_id, row.person_id, call.behalf)
    return found.member_ids


def _way(request: ReferralCreate) -> Way:
    on_plan = (request.plan_id, request.support_item_id)
    without = (request.household_id, request.person_id, request.need)
    return Way(
        on_plan=tuple(each is not None for each in on_plan),
        without=tuple(each is not None for each in without),
        contact=request.contact_id is not None,
    )


def ensure_fits(voorziening: str, basis: ReferralBasis) -> None:
    """The plan is open, and the item on it is what is asked for (AMS-REF-01)."""
    if not basis.open:
        raise ConflictError("Dit plan is gesloten. Open een plan voor dit huishouden.")
    if basis.support_item_status is SupportStatus.STOPPED:
        raise ConflictError(
            "Dit onderdeel van het plan is gestopt. Zet de hulp opnieuw in het plan."
        )
    if basis.voorziening != voorziening:
        detail = "In het plan staat bij dit onderdeel een andere voorziening. Pas het plan aan."
        raise ConflictError(detail, [Fault("/voorziening", "other-voorziening", detail)])


def _on_plan(basis: ReferralBasis) -> Ground:
    return Ground(
        household=basis.circle.household_id,
        plan=basis.plan_id,
        coordinator=basis.coordinator,
        circle=circle_of(basis.circle),
        age=basis.age,
        agreed=basis.agreed,
        persons=basis.member_ids,
    )


def _of_household(found: HouseholdBasis) -> Ground:
    return Ground(
        household=found.household_id,
        plan=found.open_plan_id,
        coordinator=found.coordinator,
        circle=None if found.circle is None else circle_of(found.circle),
        age=found.age,
        agreed=None,
        persons=(found.person_id,),
    )


def circle_of(read: CircleRead) -> Circle:
    """The circle that plans answered with, as it is kept here."""
    return Circle(
        plan_id=read.plan_id,
        household_id=read.household_id,
        team_id=read.team_id,
        open=read.open,
        sequence=read.sequence,
        people=read.circle,
    )
