"""What stands between a request and admission: facts from weighings, what blocks, who judges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.referrals.domain.codes import CLIENT
from shared.errors import Fault, RuleViolationError, UnknownCodeError
from shared.stelsel.model import (
    MODES,
    NOT_SAID,
    Condition,
    ConditionKind,
    FactValue,
    Kind,
    Need,
    Stelsel,
)
from shared.stelsel.routes import Answer, ConditionAnswer, Outcome, holds, role_speaks_for
from shared.vocabulary import Urgency


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What is read from the plan and never taken from the caller."""

    open: bool
    age: int | None


def facts_of(
    told: Mapping[str, FactValue], plan: PlanFacts, weighed: Collection[str], stelsel: Stelsel
) -> dict[str, FactValue]:
    """What is known: what was told, what the weighings met, and what the plan says (that wins)."""
    found = {**told, **_met_by(weighed, stelsel), "hasPlan": plan.open}
    if plan.age is not None:
        found["age"] = plan.age
    return found


def _met_by(weighed: Collection[str], stelsel: Stelsel) -> dict[str, FactValue]:
    """Weighing a thing to do is doing it; weighing a criterion does not make it true."""
    return {
        condition.met_when.fact: True
        for condition in stelsel.conditions
        if condition.code in weighed
        and condition.kind is ConditionKind.TODO
        and condition.met_when is not None
        and condition.met_when.fact is not None
        and _is_plain(condition)
    }


def _is_plain(condition: Condition) -> bool:
    """Whether the condition is met by one fact being true."""
    when = condition.met_when
    return (
        when is not None
        and when.equals in {None, True}
        and when.min is None
        and when.max is None
        and not when.known
    )


def cannot_wait(urgency: Urgency, facts: Mapping[str, FactValue], stelsel: Stelsel) -> bool:
    """Whether somebody needs help now, so that what can follow, follows (Wmo 2.3.3)."""
    return urgency is Urgency.CRISIS or holds(stelsel.urgency.when, facts) is True


def ensure_conditions_known(codes: Sequence[str], stelsel: Stelsel) -> None:
    """A weighing names a condition of this stelsel; else `UnknownCodeError` with the list."""
    known = {condition.code for condition in stelsel.conditions}
    for index, code in enumerate(codes):
        if code not in known:
            raise UnknownCodeError(f"/weighings/{index}/condition", "voorwaarde", sorted(known))


def blocking(
    answer: Answer, weighed: Collection[str], stelsel: Stelsel
) -> tuple[ConditionAnswer, ...]:
    """The conditions that keep this request from being admitted.

    A condition that is known to be unmet, or unknown and not weighed, where the route is strict or
    the voorziening is not indicated. What may wait in urgency does not block, nor does what follows
    an urgent step: the decision itself is one of those.
    """
    excluded = answer.outcome is Outcome.NOT_INDICATED
    return tuple(
        each
        for each in answer.conditions
        if (each.blocks or excluded)
        and each.kind is not ConditionKind.CONSULT
        and not each.deferrable
        and each.code not in stelsel.urgency.follow_up
        and (each.met is False or (each.met is None and each.code not in weighed))
    )


def ensure_right_door(answer: Answer, stelsel: Stelsel) -> None:
    """A wrong door is no refusal: `RuleViolationError` names how the contact is carried over."""
    if answer.outcome is Outcome.REDIRECT:
        door = party_label(stelsel, answer.redirect_to or stelsel.front_party)
        detail = (
            f"Deze vraag hoort bij {door}. Wij brengen het contact daarheen, met de eerste datum; "
            "niemand wordt afgewezen."
        )
        raise RuleViolationError(detail, next_steps(answer, "/entry"))


def ensure_referable(answer: Answer, stelsel: Stelsel) -> None:
    """A wrong door is carried over (OPN-10), and what needs no request is not asked for.

    Raises `RuleViolationError` whose faults name the next calls.
    """
    ensure_right_door(answer, stelsel)
    if answer.outcome is Outcome.NO_REFERRAL_NEEDED or answer.kind is not Kind.REFERRAL:
        detail = "Hiervoor is geen aanvraag bij een aanbieder nodig. Zo kan het wel verder."
        raise RuleViolationError(detail, next_steps(answer, "/voorziening"))


def next_steps(answer: Answer, pointer: str) -> list[Fault]:
    """What can be done instead, each with its call, or by telephone."""
    return [
        Fault(
            pointer,
            step.action.value,
            f"{step.method} {step.href}",
        )
        for step in answer.next_actions
    ]


def party_label(stelsel: Stelsel, code: str) -> str:
    """How a party is called."""
    return next((party.label for party in stelsel.parties if party.code == code), code)


def parties_of(stelsel: Stelsel, roles: Collection[str]) -> frozenset[str]:
    """For whom somebody with these roles speaks where persons are concerned.

    A stelsel can take that away from a role: it then reaches nobody by speaking for a party.
    """
    nobody = {rule.role for rule in stelsel.roles if not rule.reach_over_persons}
    return frozenset(
        party for role in roles if role not in nobody for party in role_speaks_for(stelsel, role)
    )


def judge_of(answer: Answer, stelsel: Stelsel, *, blocked: bool) -> str | None:
    """The party that judges; None when nobody does.

    Where nobody says who, or something is in the way of a step that nobody owns: the front party.
    """
    if answer.judged_by == NOT_SAID or (blocked and answer.judged_by in MODES):
        return stelsel.front_party
    return None if answer.judged_by in MODES else answer.judged_by


def needs_grant(answer: Answer) -> bool:
    """Whether a formal decision must be taken; an optional one that nobody asked is skipped."""
    return answer.grant is Need.REQUIRED


def ensure_speaks_for(judge: str, parties: Collection[str], stelsel: Stelsel) -> None:
    """Only the party that judges may judge (AMS-REF-05)."""
    if judge not in parties:
        owner = party_label(stelsel, judge)
        raise RuleViolationError(f"Over deze aanvraag oordeelt {owner}. U kunt dat niet zelf doen.")


def ensure_with_client(answer: Answer, *, with_client: bool) -> None:
    """Where the route says so, the judgement is made together with the client (AMS-ACC-03)."""
    if CLIENT in answer.judged_with and not with_client:
        detail = "Dit oordeel maakt u samen met de cliënt. Bespreek het eerst met de cliënt."
        raise RuleViolationError(detail, [Fault("/withClient", "with-client", detail)])


def ensure_admissible(
    answer: Answer, blocked: Sequence[ConditionAnswer], departed_from: str | None
) -> None:
    """All that blocks is met, or the judge departs from a rule with a motivation (AMS-PLN-23)."""
    if departed_from is None and answer.outcome is Outcome.NOT_DETERMINED:
        detail = "De regels zeggen niet of dit kan. Leg vast waarom u het toch doet (deviation)."
        raise RuleViolationError(detail, [Fault("/deviation", "motivated_deviation", detail)])
    if departed_from is None and blocked:
        raise RuleViolationError(
            "Nog niet aan alle voorwaarden is voldaan. Weeg ze af, of leg vast waarom u afwijkt.",
            [Fault("/weighings", each.code, each.text) for each in blocked],
        )


def ensure_may_depart(answer: Answer, rule: str) -> None:
    """A departure names a rule of this check, and one that may be departed from.

    Not departable are the decision of the party that owns access, safety and shielding, decided
    ceilings and independence (design section 5); the stelsel says which rules those are.
    """
    named = [reason for reason in answer.reasons if reason.rule == rule]
    if not named:
        known = sorted({reason.rule for reason in answer.reasons if reason.departable})
        raise UnknownCodeError("/deviation/rule", "regel", known)
    firm = next((reason for reason in named if not reason.departable), None)
    if firm is not None:
        detail = f"Van deze regel kunt u niet afwijken: {firm.text}"
        raise RuleViolationError(detail, [Fault("/deviation/rule", "not-departable", detail)])
