"""The access check: which route holds for a voorziening at a door on a day, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeVar

from shared.stelsel.model import (
    MODES,
    NOT_SAID,
    ActionCode,
    Condition,
    ConditionUse,
    Door,
    DutyCell,
    FactValue,
    GrantCell,
    Grounds,
    Kind,
    OpenQuestion,
    PartyCell,
    Predicate,
    RedirectCell,
    RouteRow,
    Stelsel,
    Strictness,
    Unmet,
    Voorziening,
)
from shared.stelsel.routes.answer import (
    Answer,
    ConditionAnswer,
    NextAction,
    Outcome,
    PartyDuty,
    action,
    reasons_of,
)
from shared.stelsel.routes.lookup import (
    door_for,
    ensure_entry,
    ensure_inside,
    find_voorziening,
    row_on,
)
from shared.stelsel.routes.predicates import any_holds, holds, known_facts, opposite

CellT = TypeVar("CellT", PartyCell, GrantCell)

NO_REFERRAL: Final = (Kind.TEAM_SERVICE, Kind.CALL_IN, Kind.FREE_ACCESS, Kind.OTHER_LAW)
_OPEN: Final = (Outcome.OPEN, Outcome.OPEN_WITH_CONDITIONS)


@dataclass(frozen=True, slots=True)
class _Case:
    """One question: what is asked of which stelsel, with the facts that are known."""

    stelsel: Stelsel
    voorziening: Voorziening
    entry: str
    on: date
    facts: Mapping[str, FactValue]

    def holds(self, predicate: Predicate | None) -> bool | None:
        return True if predicate is None else holds(predicate, self.facts)

    @property
    def urgent(self) -> bool:
        return self.holds(self.stelsel.urgency.when) is True


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A condition that applies, with whether it is met."""

    use: ConditionUse | None
    condition: Condition
    met: bool | None


def check(
    stelsel: Stelsel, *, voorziening: str, entry: str, on: date, facts: Mapping[str, FactValue]
) -> Answer:
    """The route for this voorziening at this entry on this day (design section 5).

    `facts` are by their wire names; absent or null is unknown. Take `on` from `resolve_day`.
    Raises UnknownCodeError, FactValueError or OutsidePeriodError, all of them StelselError.
    """
    ensure_inside(stelsel, on)
    item = find_voorziening(stelsel, voorziening)
    ensure_entry(stelsel, entry)
    case = _Case(stelsel, item, entry, on, known_facts(facts))
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
        if each.met is False and each.use is not None and each.use.unmet is Unmet.REDIRECT:
            return _redirect(case, row, _as_redirect(case, each.use), weighed)
    return _at_door(case, row, door, weighed)


def _weigh(case: _Case, door: Door) -> Iterable[_Weighed]:
    """The conditions that apply at this door: `not applies or met`, in three values."""
    conditions = {condition.code: condition for condition in case.stelsel.conditions}
    for use in door.conditions:
        applies = case.holds(use.when)
        if applies is False:
            continue
        condition = conditions[use.code]
        met = None if condition.met_when is None else case.holds(condition.met_when)
        yield _Weighed(use, condition, any_holds((opposite(applies), met)))


def _at_door(case: _Case, row: RouteRow, door: Door, weighed: tuple[_Weighed, ...]) -> Answer:
    failed = [each.use for each in weighed if each.met is False and _excludes(each)]
    outcome = _outcome(case, weighed, excluded=bool(failed))
    owed = _follow_up(case) if case.urgent and outcome in _OPEN else ()
    answer = replace(
        _steps(case, row, door),
        outcome=outcome,
        conditions=tuple(_condition(case, each) for each in (*weighed, *owed)),
        alternatives=_alternatives(row, failed) if outcome is Outcome.NOT_INDICATED else (),
    )
    steps = _actions_at_door(answer, door, (each for each in weighed if each.met is not True))
    return replace(answer, next_actions=(*steps, *_urgent_actions(case, answer)))


def _excludes(each: _Weighed) -> bool:
    return each.use is not None and each.use.unmet is Unmet.NOT_INDICATED


def _outcome(case: _Case, weighed: Sequence[_Weighed], *, excluded: bool) -> Outcome:
    if excluded and not case.urgent:
        return Outcome.NOT_INDICATED
    if case.voorziening.kind in NO_REFERRAL:
        return Outcome.NO_REFERRAL_NEEDED
    if case.urgent or any(each.met is not True for each in weighed):
        return Outcome.OPEN_WITH_CONDITIONS
    return Outcome.OPEN


def _follow_up(case: _Case) -> tuple[_Weighed, ...]:
    """What must follow an urgent step: decision, investigation, grant (Wmo 2.3.3)."""
    by_code = {condition.code: condition for condition in case.stelsel.conditions}
    return tuple(_Weighed(None, by_code[code], None) for code in case.stelsel.urgency.follow_up)


def _condition(case: _Case, each: _Weighed) -> ConditionAnswer:
    later = case.urgent and each.condition.deferrable
    days = each.condition.due_days
    due = case.on + timedelta(days=days) if later and days is not None else None
    return ConditionAnswer(
        code=each.condition.code,
        kind=each.condition.kind,
        met=each.met,
        deferrable=later,
        due_by=None if each.met else due,
        text=each.condition.text,
    )


def _steps(case: _Case, row: RouteRow, door: Door) -> Answer:
    """Who does what at this door, with the reasons; outcome and actions are filled in later."""
    leads, judges = _first(case, door.leads), _first(case, door.judges)
    grant, places = _first(case, door.grant), _first(case, door.places)
    consult, involve = _duties(case, door.consult), _duties(case, door.involve)
    uses = [use for use in door.conditions if case.holds(use.when) is not False]
    notes = [note for note in row.notes if case.holds(note.when)]
    cells: list[Grounds] = [leads, judges, grant, places, *consult, *involve, *uses, *notes]
    return replace(
        _blank(case, cells),
        strictness=door.strictness,
        led_by=leads.by,
        judged_by=judges.by,
        judged_with=judges.with_,
        grant=grant.need,
        granted_by=grant.by,
        placed_by=places.by,
        consult=tuple(PartyDuty(party=cell.party, duty=cell.duty) for cell in consult),
        involve=tuple(PartyDuty(party=cell.party, duty=cell.duty) for cell in involve),
    )


def _blank(case: _Case, cells: Sequence[Grounds]) -> Answer:
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


def _first(case: _Case, cells: Sequence[CellT]) -> CellT:
    """The first cell that is known to hold; the last one has no `when`."""
    return next(cell for cell in cells if case.holds(cell.when))


def _duties(case: _Case, cells: Sequence[DutyCell]) -> list[DutyCell]:
    return [cell for cell in cells if case.holds(cell.when)]


def _as_redirect(case: _Case, use: ConditionUse) -> RedirectCell:
    to = use.redirect_to or case.stelsel.front_party
    return RedirectCell(to=to, sources=use.sources, basis=use.basis, text=use.text)


def _redirect(case: _Case, row: RouteRow, to: RedirectCell, weighed: Sequence[_Weighed]) -> Answer:
    """The contact is carried over to the right door, with its first date; never a refusal."""
    door = door_for(row, to.to)
    notes = [note for note in row.notes if case.holds(note.when)]
    answer = _blank(case, [to, *notes])
    if door is not None:
        there = _steps(case, row, door)
        answer = replace(there, reasons=answer.reasons)
    answer = replace(
        answer,
        outcome=Outcome.REDIRECT,
        redirect_to=to.to,
        conditions=tuple(_condition(case, each) for each in weighed),
    )
    steps = (action(ActionCode.CARRY_CONTACT_OVER), action(ActionCode.CREATE_CONTACT))
    return replace(answer, next_actions=(*steps, *_urgent_actions(case, answer)))


def _not_determined(case: _Case, row: RouteRow, question: OpenQuestion) -> Answer:
    answer = replace(
        _blank(case, [replace(question, sources=(question.question, *question.sources))]),
        alternatives=tuple(other.voorziening for other in row.alternatives),
    )
    steps = (action(ActionCode.ASK), action(ActionCode.MOTIVATED_DEVIATION))
    return replace(answer, next_actions=(*steps, *_urgent_actions(case, answer)))


def _alternatives(row: RouteRow, failed: Sequence[ConditionUse | None]) -> tuple[str, ...]:
    """First what the unmet criteria point at, then what the route itself names; each once."""
    pointed = [code for use in failed if use is not None for code in use.alternatives]
    return tuple(dict.fromkeys([*pointed, *(other.voorziening for other in row.alternatives)]))


def _actions_at_door(
    answer: Answer, door: Door, unmet: Iterable[_Weighed]
) -> tuple[NextAction, ...]:
    waiting = tuple(unmet)
    codes = [each.condition.action for each in waiting if each.condition.action is not None]
    codes += _main_actions(answer, direct=door.direct)
    if answer.consult:
        codes.append(ActionCode.ASK_CONSULTATION)
    blocked = door.strictness is Strictness.BLOCK and any(w.met is False for w in waiting)
    if answer.outcome is Outcome.OPEN_WITH_CONDITIONS and blocked:
        codes.append(ActionCode.MOTIVATED_DEVIATION)
    return tuple(action(code) for code in dict.fromkeys(codes))


def _main_actions(answer: Answer, *, direct: bool) -> list[ActionCode]:
    if answer.outcome is Outcome.NOT_INDICATED:
        return [ActionCode.MOTIVATED_DEVIATION, ActionCode.ASK_FORMAL_DECISION]
    if answer.kind is Kind.CALL_IN:
        return [ActionCode.CALL_IN_SPECIALIST]
    if answer.outcome is Outcome.NO_REFERRAL_NEEDED:
        return [ActionCode.ADD_SUPPORT_ITEM]
    return [ActionCode.REGISTER_DIRECTLY if direct else ActionCode.CREATE_REFERRAL]


def _urgent_actions(case: _Case, answer: Answer) -> tuple[NextAction, ...]:
    """Whom to reach now, and the temporary provision that may go before everything else."""
    if not case.urgent:
        return ()
    named = [answer.judged_by, answer.redirect_to or answer.led_by]
    named += [each.party for each in answer.involve]
    parties = [party for party in dict.fromkeys(named) if party not in MODES]
    if not parties:
        parties = [case.stelsel.front_party]
    seen = (action(ActionCode.SEE_WHO_IS_REACHABLE, party=party) for party in parties)
    return (*seen, action(ActionCode.CREATE_TEMPORARY_PROVISION))
