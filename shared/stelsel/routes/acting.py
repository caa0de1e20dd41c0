"""What can be done next: the steps an answer offers, each with the call that does it."""

from collections.abc import Sequence

from shared.stelsel.model import (
    MODES,
    ActionCode,
    Door,
    Grounds,
    Kind,
    Stelsel,
)
from shared.stelsel.routes.answer import Answer, NextAction, Outcome, action
from shared.stelsel.routes.case import Case, Weighed

_TAKEN_UP = {
    Kind.CALL_IN: ActionCode.CALL_IN_SPECIALIST,
    Kind.MUNICIPAL_SERVICE: ActionCode.ASK_MUNICIPAL_SERVICE,
}
"""Kinds that a party takes up, without attempts; the answer's `placed_by` is that party."""


def at_door(
    case: Case, answer: Answer, door: Door, weighed: Sequence[Weighed]
) -> tuple[NextAction, ...]:
    """What is still to be done, the step itself, whom to ask, and a way past a rule."""
    unmet = [each for each in weighed if each.met is not True]
    steps = [action(each.condition.action) for each in unmet if each.condition.action is not None]
    past = [ActionCode.MOTIVATED_DEVIATION] if _may_depart(case, answer, door, unmet) else []
    if answer.outcome is Outcome.NOT_INDICATED:
        steps += [action(code) for code in (*past, ActionCode.ASK_FORMAL_DECISION)]
        past = []
    else:
        steps.append(_main(answer, direct=door.direct))
    steps += [action(ActionCode.ASK_CONSULTATION, party=each.party) for each in answer.consult]
    steps += [action(code) for code in past]
    return tuple(dict.fromkeys(steps))


def at_other_door() -> tuple[NextAction, ...]:
    """A wrong door: the contact is carried over, or made there (OPN-10)."""
    return (action(ActionCode.CARRY_CONTACT_OVER), action(ActionCode.CREATE_CONTACT))


def undetermined(stelsel: Stelsel, question: str) -> tuple[NextAction, ...]:
    """Nobody says how: ask who answers for this open question, or go ahead with a reason."""
    party = next(
        (each.code for each in stelsel.consultation_targets if question in each.sources), None
    )
    asked = action(ActionCode.ASK) if party is None else action(ActionCode.ASK, party=party)
    return (asked, action(ActionCode.MOTIVATED_DEVIATION))


def in_urgency(case: Case, answer: Answer) -> tuple[NextAction, ...]:
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


def _main(answer: Answer, *, direct: bool) -> NextAction:
    if answer.kind in _TAKEN_UP:
        return action(_TAKEN_UP[answer.kind], party=answer.placed_by)
    if answer.outcome is Outcome.NO_REFERRAL_NEEDED:
        return action(ActionCode.ADD_SUPPORT_ITEM)
    return action(ActionCode.REGISTER_DIRECTLY if direct else ActionCode.CREATE_REFERRAL)


def _may_depart(case: Case, answer: Answer, door: Door, unmet: Sequence[Weighed]) -> bool:
    """Whether a rule stands in the way from which somebody with a reason may depart (AMS-PLN-23).

    Not from what another party decides, nor from safety (design section 5).
    """
    judge = next(cell for cell in door.judges if case.holds(cell.when))
    in_the_way: list[Grounds] = [
        each.use
        for each in unmet
        if each.use is not None
        and each.met is False
        and (each.blocks or answer.outcome is Outcome.NOT_INDICATED)
    ]
    if answer.outcome not in {Outcome.OPEN_WITH_CONDITIONS, Outcome.NOT_INDICATED}:
        return False
    return judge.departable and any(each.departable for each in in_the_way)
