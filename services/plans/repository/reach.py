"""Reach as a WHERE: what a caller may not see does not exist."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from services.plans.models import CircleMemberRow, HouseholdRow, PlanRow
from shared.auth.call import Call
from shared.vocabulary import PlanStatus, Reach


def in_circle(call: Call) -> ColumnElement[bool]:
    """The caller is around this plan at this moment."""
    row = CircleMemberRow
    return exists(
        select(row.id).where(
            row.plan_id == PlanRow.id,
            row.subject == call.principal.subject,
            row.valid_until.is_(None),
        )
    )


def plan_reach(call: Call) -> ColumnElement[bool]:
    """Which plans this call may touch. The reach of a team includes the caller's own circle."""
    if call.may(Reach.ANY):
        return true()
    found: list[ColumnElement[bool]] = [false()]
    if call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
        found.append(in_circle(call))
    if call.may(Reach.OWN_TEAM) and call.principal.team is not None:
        found.append(PlanRow.team_id == call.principal.team)
    return or_(*found)


def household_reach(call: Call) -> ColumnElement[bool]:
    """Which households: once there is an open plan the plan decides, before it who made it."""
    if call.may(Reach.ANY):
        return true()
    if not (call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)):
        return false()
    plan, household = PlanRow, HouseholdRow
    of_it = and_(plan.household_id == household.id, plan.status == PlanStatus.OPEN)
    made: list[ColumnElement[bool]] = [household.created_by == call.principal.subject]
    if call.principal.team is not None:
        made.append(household.created_team == call.principal.team)
    return or_(
        exists(select(plan.id).where(of_it, plan_reach(call))),
        and_(~exists(select(plan.id).where(of_it)), or_(*made)),
    )
