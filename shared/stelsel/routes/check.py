"""The access check: which route holds for a voorziening at a door on a day, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from shared.calendar import TermUnit, due
from shared.stelsel.model import (
    NOT_SAID,
    Condition,
    ConditionUse,
    ContributionCell,
    Door,
    DutyCell,
    FactValue,
    GrantCell,
    Grounds,
    ImpossibleFactsError,
    Kind,
    OpenQuestion,
    PartyCell,
    Reading,
    RedirectCell,
    RouteRow,
    Stelsel,
    Strictness,
)
from shared.stelsel.routes.acting import (
    at_door,
    at_other_door,
    in_urgency,
    undetermined,
)
from shared.stelsel.routes.answer import (
    Answer,
    ConditionAnswer,
    Outcome,
    PartyDuty,
    contribution_of,
    reasons_of,
)
from shared.stelsel.routes.case import Case, Weighed
from shared.stelsel.routes.lookup import (
    door_for,
    ensure_entry,
    ensure_inside,
    find_voorziening,
    row_on,
)
from shared.stelsel.routes.predicates import any_holds, facts_of, known_facts, opposite

CellT = TypeVar("CellT", PartyCell, GrantCell, ContributionCell)

NO_REFERRAL: Final = (Kind.TEAM_SERVICE, Kind.CALL_IN, Kind.FREE_ACCESS, Kind.OTHER_LAW)
_OPEN: Final = (Outcome.OPEN, Outcome.OPEN_WITH_CONDITIONS)


def check(
    stelsel: Stelsel, *, voorziening: str, entry: str, on: date, facts: Mapping[str, FactValue]
) -> Answer:
    """The route for this voorziening at this entry on this day (design section 5).

    `facts` are by their wire names; absent or null is unknown. Take `on` from `resolve_day`.
    Raises UnknownCodeError, FactValueError, ImpossibleFactsError or OutsidePeriodError, all of
    them StelselError.
    """
    ensure_inside(stelsel, on)
    item = find_voorziening(stelsel, voorziening)
    ensure_entry(stelsel, entry)
    case = Case(stelsel, item, entry, on, known_facts(facts))
    _ensure_possible(case)
    row = row_on(item, on)
    if row.undetermined is not None:
        return _not_determined(case, row, row.undetermined)
    door = door_for(row, entry)
    if door is None:
        if row.otherwise is None:
            raise AssertionError("the loader refuses a row that leaves a door open")
        return _redirect(case, row, row.otherwise, ())
    weighed = tuple(_weigh(case, door))
    for each in weighed:
        later = case.urgent and each.condition.deferrable
        if each.use is not None and each.redirects and not later:
            return _redirect(case, row, _as_redirect(case, each.use), weighed)
    return _at_door(case, row, door, weighed)


def _ensure_possible(case: Case) -> None:
    for each in case.stelsel.impossible:
        if case.holds(each.when):
            raise ImpossibleFactsError(facts_of(each.when), each.text)


def _weigh(case: Case, door: Door) -> Iterable[Weighed]:
    """The conditions that apply at this door: `not applies or met`, in three values."""
    conditions = {condition.code: condition for condition in case.stelsel.conditions}
    for use in door.conditions:
        applies = case.holds(use.when)
        if applies is False:
            continue
        condition = conditions[use.code]
        met = None if condition.predicate is None else case.holds(condition.predicate)
        strictness = use.strictness or door.strictness
        yield Weighed(use, condition, any_holds((opposite(applies), met)), strictness)


def _at_door(case: Case, row: RouteRow, door: Door, weighed: tuple[Weighed, ...]) -> Answer:
    failed = [each.use for each in weighed if each.excludes]
    outcome = _outcome(case, weighed, excluded=bool(failed))
    owed = _follow_up(case) if outcome in _OPEN else ()
    answer = replace(
        _steps(case, row, door),
        outcome=outcome,
        conditions=tuple(_condition(case, each) for each in (*weighed, *owed)),
        alternatives=_alternatives(row, failed) if outcome is Outcome.NOT_INDICATED else (),
    )
    steps = at_door(case, answer, door, weighed)
    return replace(answer, next_actions=(*steps, *in_urgency(case, answer)))


def _outcome(case: Case, weighed: Sequence[Weighed], *, excluded: bool) -> Outcome:
    if excluded and not case.urgent:
        return Outcome.NOT_INDICATED
    if case.voorziening.kind in NO_REFERRAL:
        return Outcome.NO_REFERRAL_NEEDED
    follows = case.urgent and case.voorziening.kind is Kind.REFERRAL
    if follows or any(each.met is not True for each in weighed):
        return Outcome.OPEN_WITH_CONDITIONS
    return Outcome.OPEN


def _follow_up(case: Case) -> tuple[Weighed, ...]:
    """What must follow urgent support: decision, investigation, grant (Wmo 2.3.3)."""
    if not case.urgent or case.voorziening.kind is not Kind.REFERRAL:
        return ()
    by_code = {condition.code: condition for condition in case.stelsel.conditions}
    return tuple(Weighed(None, by_code[code], None) for code in case.stelsel.urgency.follow_up)


def _condition(case: Case, each: Weighed) -> ConditionAnswer:
    later = case.urgent and each.condition.deferrable
    return ConditionAnswer(
        code=each.condition.code,
        kind=each.condition.kind,
        met=each.met,
        blocks=each.blocks and not later,
        deferrable=later,
        due_by=_due(each.condition, case.on) if later and not each.met else None,
        text=each.condition.text,
    )


def _due(condition: Condition, on: date) -> date | None:
    """Until when it may wait; never a day on which nobody works."""
    if condition.due_working_days is not None:
        return due(on, condition.due_working_days, TermUnit.WORKING_DAYS)
    return None if condition.due_days is None else due(on, condition.due_days, TermUnit.DAYS)


def _steps(case: Case, row: RouteRow, door: Door) -> Answer:
    """Who does what at this door, with the reasons; outcome and actions are filled in later."""
    leads, judges = _first(case, door.leads), _first(case, door.judges)
    grant, places = _first(case, door.grant), _first(case, door.places)
    consult, involve = _duties(case, door.consult), _duties(case, door.involve)
    uses = [use for use in door.conditions if case.holds(use.when) is not False]
    notes = [note for note in row.notes if case.holds(note.when)]
    read = _readings(case.stelsel, uses)
    cells: list[Grounds] = [leads, judges, grant, places, *consult, *involve, *uses, *read, *notes]
    return replace(
        _blank(case, cells),
        strictness=door.strictness,
        direct=door.direct,
        notice_to_team=door.notice_to_team,
        led_by=leads.by,
        judged_by=judges.by,
        judged_with=judges.with_,
        grant=grant.need,
        granted_by=grant.by,
        placed_by=places.by,
        contribution=contribution_of(_first(case, row.contributions)),
        consult=tuple(PartyDuty(party=cell.party, duty=cell.duty) for cell in consult),
        involve=tuple(PartyDuty(party=cell.party, duty=cell.duty) for cell in involve),
    )


def _readings(stelsel: Stelsel, uses: Sequence[ConditionUse]) -> list[Reading]:
    """How the criteria at this door are read, where the documents disagree (DIS-04)."""
    used = {use.code for use in uses}
    return [
        condition.reading
        for condition in stelsel.conditions
        if condition.code in used and condition.reading is not None
    ]


def _blank(case: Case, cells: Sequence[Grounds]) -> Answer:
    urgency = case.stelsel.urgency
    why = Grounds(sources=urgency.sources, basis=urgency.basis, text=urgency.text)
    return Answer(
        stelsel=case.stelsel.name,
        version=case.stelsel.version,
        voorziening=case.voorziening.code,
        entry=case.entry,
        on=case.on,
        kind=case.voorziening.kind,
        outcome=Outcome.NOT_DETERMINED,
        strictness=Strictness.WARN,
        led_by=NOT_SAID,
        judged_by=NOT_SAID,
        granted_by=NOT_SAID,
        placed_by=NOT_SAID,
        reasons=reasons_of([*cells, why] if case.urgent else cells),
    )


def _first(case: Case, cells: Sequence[CellT]) -> CellT:
    """The first cell that is known to hold; the last one has no `when`."""
    return next(cell for cell in cells if case.holds(cell.when))


def _duties(case: Case, cells: Sequence[DutyCell]) -> list[DutyCell]:
    return [cell for cell in cells if case.holds(cell.when)]


def _as_redirect(case: Case, use: ConditionUse) -> RedirectCell:
    to = use.redirect_to or case.stelsel.front_party
    return RedirectCell(to=to, sources=use.sources, basis=use.basis, text=use.text)


def _redirect(case: Case, row: RouteRow, to: RedirectCell, weighed: Sequence[Weighed]) -> Answer:
    """The contact is carried over to the right door, with its first date; never a refusal."""
    door = door_for(row, to.to)
    notes = [note for note in row.notes if case.holds(note.when)]
    answer = _blank(case, [to, *notes])
    if door is not None:
        there = _steps(case, row, door)
        answer = replace(there, reasons=answer.reasons, direct=False, notice_to_team=False)
    answer = replace(
        answer,
        outcome=Outcome.REDIRECT,
        redirect_to=to.to,
        conditions=tuple(_condition(case, each) for each in weighed),
    )
    return replace(answer, next_actions=(*at_other_door(), *in_urgency(case, answer)))


def _not_determined(case: Case, row: RouteRow, question: OpenQuestion) -> Answer:
    answer = replace(
        _blank(case, [replace(question, sources=(question.question, *question.sources))]),
        alternatives=tuple(other.voorziening for other in row.alternatives),
    )
    return replace(
        answer,
        next_actions=(*undetermined(case.stelsel, question.question), *in_urgency(case, answer)),
    )


def _alternatives(row: RouteRow, failed: Sequence[ConditionUse | None]) -> tuple[str, ...]:
    """First what the unmet criteria point at, then what the route itself names; each once."""
    pointed = [code for use in failed if use is not None for code in use.alternatives]
    return tuple(dict.fromkeys([*pointed, *(other.voorziening for other in row.alternatives)]))
