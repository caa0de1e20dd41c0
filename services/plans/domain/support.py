"""Help as light as fits: the ladder, the life of a support item, and what an evaluation needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import ConflictError, RuleViolationError
from shared.vocabulary import (
    EvaluationDecision,
    GoalStatus,
    ReferralStatus,
    ServiceRequestStatus,
    SupportStatus,
)


class SupportAction(StrEnum):
    """What a worker may do to a support item; a referral moves it by itself."""

    START = "start"
    CONTINUE = "continue"
    CHANGE = "change"
    STOP = "stop"


_RUNNING_ON: Final = (SupportStatus.PROPOSED, SupportStatus.ARRANGING, SupportStatus.RUNNING)

TRANSITIONS: Final[Mapping[tuple[SupportStatus, SupportAction], SupportStatus]] = MappingProxyType(
    {
        (SupportStatus.PROPOSED, SupportAction.START): SupportStatus.RUNNING,
        **{(status, SupportAction.CONTINUE): status for status in _RUNNING_ON},
        **{(status, SupportAction.CHANGE): status for status in _RUNNING_ON},
        **{(status, SupportAction.STOP): SupportStatus.STOPPED for status in _RUNNING_ON},
    }
)

FOLLOWS: Final[Mapping[ReferralStatus, SupportStatus]] = MappingProxyType(
    {
        ReferralStatus.PREPARING: SupportStatus.ARRANGING,
        ReferralStatus.JUDGING: SupportStatus.ARRANGING,
        ReferralStatus.GRANTING: SupportStatus.ARRANGING,
        ReferralStatus.PLACING: SupportStatus.ARRANGING,
        ReferralStatus.NO_PROVIDER_LEFT: SupportStatus.ARRANGING,
        ReferralStatus.ON_HOLD: SupportStatus.ARRANGING,
        ReferralStatus.DELIVERING: SupportStatus.RUNNING,
        ReferralStatus.ENDED: SupportStatus.STOPPED,
        ReferralStatus.AFTERCARE: SupportStatus.STOPPED,
        ReferralStatus.NOT_ADMITTED: SupportStatus.STOPPED,
        ReferralStatus.NOT_GRANTED: SupportStatus.STOPPED,
        ReferralStatus.REDIRECTED: SupportStatus.STOPPED,
        ReferralStatus.WITHDRAWN: SupportStatus.STOPPED,
        ReferralStatus.NO_LONGER_NEEDED: SupportStatus.STOPPED,
        ReferralStatus.MOVED_OUT: SupportStatus.STOPPED,
        ReferralStatus.DECEASED: SupportStatus.STOPPED,
    }
)
"""What a support item is when its referral is in a state."""

FOLLOWS_SERVICE: Final[Mapping[ServiceRequestStatus, SupportStatus]] = MappingProxyType(
    {
        ServiceRequestStatus.ASKED: SupportStatus.ARRANGING,
        ServiceRequestStatus.TAKEN_UP: SupportStatus.RUNNING,
        ServiceRequestStatus.ANSWERED: SupportStatus.RUNNING,
        ServiceRequestStatus.DECLINED: SupportStatus.PROPOSED,
        ServiceRequestStatus.WITHDRAWN: SupportStatus.PROPOSED,
    }
)
"""What a support item is when its light request is in a state: after a no it can be asked again,
and what came of a yes is for the team to decide on."""

SERVICE_ASKED: Final = (ServiceRequestStatus.ASKED, ServiceRequestStatus.TAKEN_UP)
"""The states of a light request in which somebody is still to answer."""

GOAL_MOVES: Final = frozenset(
    {
        (GoalStatus.OPEN, GoalStatus.REACHED),
        (GoalStatus.OPEN, GoalStatus.DROPPED),
        (GoalStatus.REACHED, GoalStatus.OPEN),
        (GoalStatus.DROPPED, GoalStatus.OPEN),
    }
)
"""A goal ends reached or dropped, and can be taken up again."""

ACTION_OF: Final[Mapping[EvaluationDecision, SupportAction]] = MappingProxyType(
    {
        EvaluationDecision.CONTINUE: SupportAction.CONTINUE,
        EvaluationDecision.CHANGE: SupportAction.CHANGE,
        EvaluationDecision.STOP: SupportAction.STOP,
    }
)


def next_support_status(current: SupportStatus, action: SupportAction) -> SupportStatus:
    """The state after an action, else `ConflictError`."""
    try:
        return TRANSITIONS[current, action]
    except KeyError:
        raise ConflictError(
            "Deze steun is gestopt. Zet nieuwe steun in het plan."
            if current is SupportStatus.STOPPED
            else "Deze steun is al begonnen of wordt al geregeld."
        ) from None


def next_goal_status(current: GoalStatus, wanted: GoalStatus) -> GoalStatus:
    """The state a goal is changed to; the same state again is no change."""
    if wanted is not current and (current, wanted) not in GOAL_MOVES:
        raise ConflictError("Dit doel is al afgesloten. Zet het eerst weer open.")
    return wanted


def has_ended(referral_status: str | None) -> bool:
    """Whether a referral in this state asks nothing any more; no referral has not ended."""
    return (
        referral_status is not None
        and FOLLOWS[ReferralStatus(referral_status)] is SupportStatus.STOPPED
    )


def asks_nothing(referral_status: str | None) -> bool:
    """Whether nobody has to do anything any more for a referral; in aftercare somebody does."""
    return has_ended(referral_status) and referral_status != ReferralStatus.AFTERCARE


def has_active_referral(referral_status: str | None) -> bool:
    """Whether a referral is under way for an item."""
    return referral_status is not None and not has_ended(referral_status)


def follows(*, same: bool, known_status: str | None, new: ReferralStatus) -> bool:
    """Whether an item follows a referral: its own, or a fresh one when its own has ended."""
    if same or known_status is None:
        return True
    return has_ended(known_status) and not has_ended(new)


def ensure_weighed(lighter: Sequence[str], weighed: Collection[str]) -> None:
    """Every lighter step of the ladder was weighed in words (AMS-INT-33, AMS-PLN-42)."""
    missing = [step for step in lighter if step not in weighed]
    if missing:
        raise RuleViolationError(
            "Zo licht als kan: leg van elke lichtere trede uit waarom die niet genoeg is. "
            f"Nog niet genoemd: {', '.join(missing)}."
        )


def ensure_fitting_step(step: str, fitting: Sequence[str]) -> None:
    """A voorziening stands on its own step of the ladder, so that no weighing is passed by."""
    if fitting and step not in fitting:
        raise RuleViolationError(
            f"Deze voorziening hoort bij een andere trede: {', '.join(fitting)}."
        )


@dataclass(frozen=True, slots=True)
class ItemState:
    """A support item as an evaluation finds it."""

    status: SupportStatus
    referral_active: bool


def ensure_decided(running: Collection[object], decided: Sequence[object]) -> None:
    """Every running item got exactly one decision (AMS-PLN-10)."""
    if len(set(decided)) != len(decided):
        raise RuleViolationError("Neem per steun één besluit, niet twee.")
    missing = len(set(running) - set(decided))
    if missing:
        raise RuleViolationError(
            "Bij een evaluatie hoort een besluit over alle steun die loopt: doorgaan, stoppen of "
            f"veranderen. Er ontbreken er nog {missing}."
        )


def decide(item: ItemState, decision: EvaluationDecision, new_text: str | None) -> SupportStatus:
    """What an item becomes by a decision; a referral under way is withdrawn there, not here."""
    action = ACTION_OF[decision]
    if (action is SupportAction.CHANGE) != (new_text is not None):
        raise RuleViolationError(
            "Zeg bij veranderen wat de steun wordt (newDescription), en alleen dan."
        )
    arranging = item.status is SupportStatus.ARRANGING and item.referral_active
    if action is SupportAction.STOP and arranging:
        raise ConflictError("Voor deze steun loopt nog een aanvraag. Trek die eerst in.")
    return next_support_status(item.status, action)


def ensure_may_start(*, needs_referral: bool, referral_active: bool) -> None:
    """Only help without a referral is begun by hand: the team's own or the sociale basis."""
    if needs_referral or referral_active:
        raise ConflictError("Deze steun begint als de aanbieder begint: maak een aanvraag.")


def ensure_can_close(statuses: Collection[SupportStatus], *, in_touch: bool = False) -> None:
    """A plan closes when no help runs or is on its way any more, and nobody keeps in touch after
    help: the day of that contact lies on the desk of its coordinator (AMS-PLN-27)."""
    if in_touch:
        raise ConflictError("Er loopt nog nazorg. Beëindig die eerst, of laat het plan open.")
    if any(status is not SupportStatus.STOPPED for status in statuses):
        raise ConflictError(
            "Er staat nog steun open in dit plan. Stop die eerst bij een evaluatie."
        )
