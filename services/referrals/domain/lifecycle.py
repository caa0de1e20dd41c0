"""The two lifecycles as tables: from which state to which, and by whose hand (design 6)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from shared.errors import ConflictError
from shared.vocabulary import AttemptStatus, DeclinedBy, ReferralStatus


class Mover(StrEnum):
    """On whose behalf a state is set; which role speaks for whom is data of the stelsel."""

    TEAM = "team"
    JUDGE = "judge"
    GRANTOR = "grantor"
    PROVIDER = "provider"
    SYSTEM = "system"


StatusT = TypeVar("StatusT", ReferralStatus, AttemptStatus)
Table: TypeAlias = Mapping[tuple[StatusT, StatusT], frozenset[Mover]]

_R: Final = ReferralStatus
_A: Final = AttemptStatus

UNDER_WAY: Final = (_R.PREPARING, _R.JUDGING, _R.GRANTING, _R.PLACING, _R.NO_PROVIDER_LEFT)
"""The states before delivery in which something is being done."""

BEFORE_DELIVERY: Final = (*UNDER_WAY, _R.ON_HOLD)
"""The states from which a request can still be ended with a code; later it ends by stopping."""

ENDS: Final = MappingProxyType(
    {
        _R.NOT_ADMITTED: Mover.JUDGE,
        _R.NOT_GRANTED: Mover.GRANTOR,
        _R.REDIRECTED: Mover.TEAM,
        _R.WITHDRAWN: Mover.TEAM,
        _R.NO_LONGER_NEEDED: Mover.TEAM,
        _R.MOVED_OUT: Mover.TEAM,
        _R.DECEASED: Mover.TEAM,
    }
)
"""The ends before delivery, and who may set each."""

TEAM_ENDS: Final = tuple(end for end, mover in ENDS.items() if mover is Mover.TEAM)
CLOSED_REQUESTS: Final = (_R.ENDED, _R.AFTERCARE, *ENDS)
CLOSED_BY_A_NO: Final = (_R.NOT_ADMITTED, _R.NOT_GRANTED)
"""What a formal decision that grants after all opens again."""

REQUEST: Final[Table[ReferralStatus]] = MappingProxyType(
    {
        (_R.PREPARING, _R.JUDGING): frozenset({Mover.TEAM, Mover.JUDGE, Mover.SYSTEM}),
        (_R.JUDGING, _R.GRANTING): frozenset({Mover.JUDGE, Mover.SYSTEM}),
        (_R.GRANTING, _R.PLACING): frozenset({Mover.GRANTOR, Mover.SYSTEM}),
        (_R.PLACING, _R.NO_PROVIDER_LEFT): frozenset({Mover.SYSTEM}),
        (_R.NO_PROVIDER_LEFT, _R.PLACING): frozenset({Mover.TEAM}),
        # With a pgb the person finds the help: placing is skipped, and it ends with the grant.
        (_R.PLACING, _R.DELIVERING): frozenset({Mover.PROVIDER, Mover.GRANTOR}),
        (_R.DELIVERING, _R.ENDED): frozenset({Mover.PROVIDER, Mover.GRANTOR, Mover.SYSTEM}),
        # A formal decision that grants after all, after an objection, opens what a no had closed.
        (_R.NOT_ADMITTED, _R.PLACING): frozenset({Mover.GRANTOR}),
        (_R.NOT_GRANTED, _R.PLACING): frozenset({Mover.GRANTOR}),
        (_R.ENDED, _R.AFTERCARE): frozenset({Mover.TEAM}),
        # Intensive support again without a new intake (AMS-REF-20), judged anew where that is over.
        (_R.AFTERCARE, _R.PLACING): frozenset({Mover.TEAM}),
        (_R.AFTERCARE, _R.JUDGING): frozenset({Mover.TEAM}),
        (_R.AFTERCARE, _R.ENDED): frozenset({Mover.TEAM}),
        **{(state, _R.ON_HOLD): frozenset({Mover.TEAM}) for state in UNDER_WAY},
        **{(_R.ON_HOLD, state): frozenset({Mover.TEAM}) for state in UNDER_WAY},
        **{
            (state, end): frozenset({mover})
            for state, (end, mover) in product(BEFORE_DELIVERY, ENDS.items())
        },
    }
)

FIRST_ROUND: Final = 1
"""Providers are asked anew in a next round: after a recall, or a no that fell."""

_ASKED: Final = (_A.OFFERED, _A.INFORMATION_ASKED, _A.COUNTER_OFFERED, _A.WAITLISTED)
_AGREED: Final = (_A.ACCEPTED, _A.INTAKE_PLANNED)

IDENTIFIED: Final = (*_AGREED, _A.STARTED)
"""The states in which the provider knows who it is (design section 8)."""

OPEN_ATTEMPTS: Final = (*_ASKED, *IDENTIFIED)
"""The states in which the provider can read the attempt, and no other provider is asked."""

CLOSED_ATTEMPTS: Final = (_A.STOPPED, _A.DECLINED, _A.LAPSED, _A.CANCELLED)

SAID_AT_PROVIDER: Final = (DeclinedBy.PERSON, DeclinedBy.PROVIDER)
"""Whose no a provider can record; the centre speaks for itself."""

ATTEMPT: Final[Table[AttemptStatus]] = MappingProxyType(
    {
        **{(state, _A.ACCEPTED): frozenset({Mover.PROVIDER}) for state in _ASKED},
        **{(state, _A.WAITLISTED): frozenset({Mover.PROVIDER}) for state in _ASKED[:3]},
        **{(state, _A.LAPSED): frozenset({Mover.SYSTEM}) for state in _ASKED},
        **{
            (state, _A.DECLINED): frozenset({Mover.PROVIDER, Mover.TEAM})
            for state in (*_ASKED, *_AGREED)
        },
        **{
            # By the grantor: what was asked by a grant that it withdraws (Wmo 2.3.10).
            (state, _A.CANCELLED): frozenset({Mover.TEAM, Mover.GRANTOR})
            for state in (*_ASKED, *_AGREED)
        },
        (_A.OFFERED, _A.INFORMATION_ASKED): frozenset({Mover.PROVIDER}),
        (_A.OFFERED, _A.COUNTER_OFFERED): frozenset({Mover.PROVIDER}),
        (_A.INFORMATION_ASKED, _A.OFFERED): frozenset({Mover.TEAM}),
        (_A.INFORMATION_ASKED, _A.COUNTER_OFFERED): frozenset({Mover.PROVIDER}),
        (_A.COUNTER_OFFERED, _A.OFFERED): frozenset({Mover.TEAM}),
        (_A.ACCEPTED, _A.INTAKE_PLANNED): frozenset({Mover.PROVIDER}),
        (_A.INTAKE_PLANNED, _A.INTAKE_PLANNED): frozenset({Mover.PROVIDER}),
        (_A.INTAKE_PLANNED, _A.STARTED): frozenset({Mover.PROVIDER}),
        (_A.STARTED, _A.STOPPED): frozenset({Mover.PROVIDER}),
    }
)
"""A second intake appointment replaces the first: the person was not there, or could not come."""


def ensure_request_moves(current: ReferralStatus, to: ReferralStatus, mover: Mover) -> None:
    """Raises `ConflictError` when a request cannot go there from here, or not by this hand."""
    _ensure(REQUEST, (current, to), mover, "Deze aanvraag")


def ensure_attempt_moves(current: AttemptStatus, to: AttemptStatus, mover: Mover) -> None:
    """Raises `ConflictError` when an attempt cannot go there from here, or not by this hand."""
    _ensure(ATTEMPT, (current, to), mover, "Dit aanbod")


def _ensure(table: Table[StatusT], move: tuple[StatusT, StatusT], mover: Mover, what: str) -> None:
    if mover in table.get(move, frozenset()):
        return
    current, _ = move
    after = sorted({to.value for (start, to), by in table.items() if start is current and by})
    possible = ", ".join(after) or "niets meer"
    raise ConflictError(f"{what} heeft nu de stand {current.value}; daarna kan alleen: {possible}.")


def waiting_days(since: date, ended_on: date | None, today: date) -> int:
    """How long somebody waits, or waited; no term is set for it (OPN-14, OPN-36)."""
    return max(0, ((ended_on or today) - since).days)
