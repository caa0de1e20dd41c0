"""Rows to answers: an application with its terms, an objection, a grant."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import (
    DECIDED,
    HOW_TO_OBJECT,
    OPEN_APPLICATIONS,
)
from services.referrals.domain.judging import party_label
from services.referrals.models import (
    ApplicationRow,
    DecisionRow,
    GrantEventRow,
    GrantRow,
    ObjectionRow,
)
from services.referrals.repository.applications import Details
from services.referrals.service.decisions.granting import Granting
from services.referrals.service.tools import (
    APPLICATION,
    APPLICATION_IN_PART,
    GRANT,
    OBJECTION,
    Seals,
)
from shared.auth.call import Call
from shared.schemas.access import AccessNextAction
from shared.schemas.applications import (
    ApplicationInShort,
    ApplicationRead,
    DecisionRead,
    GrantEventRead,
    GrantProjection,
    GrantRead,
    ObjectionRead,
    TermRead,
)
from shared.stelsel.model import (
    AFTER_OBJECTION_TERM,
    AT_APPLICATION,
    AT_DECISION,
    LegalClock,
    Stelsel,
)
from shared.stelsel.routes import clock_of

_OBJECT = "/referrals/v1/applications/{id}/objections"
_HIDDEN: Final = dict.fromkeys(
    ("plan_id", "support_item_id", "referral_id", "advice", "projection", "grant_id")
)


def state_of(row: ApplicationRow, *, in_part: bool) -> tuple[str, UUID, int]:
    """What the ETag of an application is made of: of what this caller may see (design 7)."""
    if in_part:
        return APPLICATION_IN_PART, row.id, row.shown_version
    return APPLICATION, row.id, row.version


async def application_answer(
    granting: Granting, row: ApplicationRow, *, in_part: bool = False
) -> ApplicationRead:
    """The answer about one application, with its ETag. `in_part`: as client support sees it, for
    which plan, request, advice and what the grantor may know do not exist (AMS-ROL-36)."""
    details = await granting.repository.details(row.id)
    stelsel, seals = granting.stelsel_of(row), granting.tools.seals()
    last = details.decisions[-1] if details.decisions else None
    projection = seals.get(row, "projection")
    found = ApplicationRead(
        id=row.id,
        version=row.version,
        status=row.status,
        plan_id=row.plan_id,
        household_id=row.household_id,
        support_item_id=row.support_item_id,
        person_id=row.person_id,
        referral_id=row.referral_id,
        voorziening=row.voorziening,
        form=row.form,
        decided_by_party=row.grantor_party,
        received_on=row.received_on,
        reason=seals.text(row, "reason"),
        advice=seals.get(row, "advice"),
        suspended_for=seals.get(row, "suspended_for"),
        terms=_terms(granting, row, details),
        projection=None if projection is None else GrantProjection.model_validate_json(projection),
        decision=None if last is None else _decision(last, stelsel, seals),
        grant_id=details.grant,
        objections=tuple(objection_read(each, seals) for each in details.objections),
        next_actions=_next(row, details),
    )
    if in_part:
        found = found.model_copy(update=_HIDDEN | {"version": row.shown_version})
    return granting.call.answer(found, *state_of(row, in_part=in_part))


def in_short(
    row: ApplicationRow, today: date, *, objection: bool, in_part: bool
) -> ApplicationInShort:
    """One line of a list: nobody recognisable."""
    return ApplicationInShort(
        id=row.id,
        version=row.shown_version if in_part else row.version,
        status=row.status,
        voorziening=row.voorziening,
        form=row.form,
        received_on=row.received_on,
        due_on=row.due_on,
        overdue=row.status in OPEN_APPLICATIONS and row.due_on < today,
        objection_open=objection,
    )


def objection_answer(call: Call, row: ObjectionRow, seals: Seals) -> ObjectionRead:
    """The answer about one objection, with its ETag."""
    return call.answer(objection_read(row, seals), OBJECTION, row.id, row.version)


def objection_read(row: ObjectionRow, seals: Seals) -> ObjectionRead:
    """An objection, its texts opened."""
    return ObjectionRead(
        id=row.id,
        version=row.version,
        application_id=row.application_id,
        status=row.status,
        lodged_on=row.lodged_on,
        in_time=row.in_time,
        grounds=seals.text(row, "grounds"),
        outcome=seals.get(row, "outcome"),
        decided_on=row.decided_on,
    )


def grant_answer(
    call: Call, row: GrantRow, events: Sequence[GrantEventRow], seals: Seals
) -> GrantRead:
    """The answer about one grant, with its ETag."""
    return call.answer(grant_read(row, events, seals), GRANT, row.id, row.version)


def grant_read(row: GrantRow, events: Sequence[GrantEventRow], seals: Seals) -> GrantRead:
    """A grant with everything that happened to it, its texts opened."""
    return GrantRead(
        id=row.id,
        version=row.version,
        status=row.status,
        application_id=row.application_id,
        referral_id=row.referral_id,
        plan_id=row.plan_id,
        household_id=row.household_id,
        support_item_id=row.support_item_id,
        person_id=row.person_id,
        voorziening=row.voorziening,
        form=row.form,
        reference=row.reference,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        reexamination_on=row.reexamination_on,
        events=tuple(
            GrantEventRead(
                at=each.changed_at,
                kind=each.kind,
                reference=each.reference,
                text=seals.get(each, "text"),
                actor=each.actor,
            )
            for each in events
            if each.grant_id == row.id
        ),
    )


def _decision(row: DecisionRow, stelsel: Stelsel, seals: Seals) -> DecisionRead:
    day = row.object_until.strftime("%d-%m-%Y")
    return DecisionRead(
        granted=row.granted,
        reference=row.reference,
        reasons=seals.text(row, "reasons"),
        what_now=seals.text(row, "what_now"),
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        object_until=row.object_until,
        how_to_object=HOW_TO_OBJECT.format(day=day, party=party_label(stelsel, row.decided_by)),
    )


def _terms(granting: Granting, row: ApplicationRow, details: Details) -> tuple[TermRead, ...]:
    stelsel, today = granting.stelsel_of(row), granting.today
    found = [
        TermRead(
            code=clock.code,
            article=clock.article,
            started_on=row.received_on,
            due_on=granting.term_of(row).due_on,
            suspended_days=granting.term_of(row).pauses.longest,
            extended_until=row.extended_until,
            met_on=row.met_on,
            overdue=_is_over(granting.term_of(row).due_on, row.met_on, today)
            and (row.status in OPEN_APPLICATIONS or row.met_on is not None),
        )
        for clock in (clock_of(stelsel, AT_APPLICATION),)
    ]
    by_decision: dict[UUID, list[ObjectionRow]] = {}
    for each in details.objections:
        by_decision.setdefault(each.decision_id, []).append(each)
    for decision in details.decisions[-1:]:
        lodged = [each.lodged_on for each in by_decision.get(decision.id, [])]
        clock = clock_of(stelsel, AT_DECISION)
        met = min(lodged, default=None)
        # A term that nobody used is over, not overdue: nobody owes an objection.
        found.append(_term(clock, (decision.decided_on, decision.object_until), met))
    for each in details.objections:
        clock = clock_of(stelsel, AFTER_OBJECTION_TERM)
        until = next(d.object_until for d in details.decisions if d.id == each.decision_id)
        term = _term(clock, (until, each.due_on), each.decided_on)
        overdue = _is_over(each.due_on, each.decided_on, today)
        found.append(term.model_copy(update={"overdue": overdue}))
    return tuple(found)


def _term(clock: LegalClock, days: tuple[date, date], met_on: date | None) -> TermRead:
    started_on, due_on = days
    return TermRead(
        code=clock.code,
        article=clock.article,
        started_on=started_on,
        due_on=due_on,
        suspended_days=0,
        extended_until=None,
        met_on=met_on,
        overdue=False,
    )


def _is_over(due_on: date, met_on: date | None, today: date) -> bool:
    return (met_on or today) > due_on


def _next(row: ApplicationRow, details: Details) -> tuple[AccessNextAction, ...]:
    """Whose turn it is: the party that decides, or who may disagree."""
    if row.status in OPEN_APPLICATIONS:
        return (AccessNextAction(action="await_decision", party=row.grantor_party),)
    if row.status not in DECIDED or any(each.decided_on is None for each in details.objections):
        return ()
    href = _OBJECT.format(id=row.id)
    return (AccessNextAction(action="lodge_objection", method="POST", href=href),)
