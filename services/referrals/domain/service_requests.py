"""The life of a light request as a table, and what may be asked this way (product decision 5)."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.referrals.domain.anonymity import WORDS, identifying
from services.referrals.domain.judging import ensure_right_door, next_steps
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.identifiers import fold_name
from shared.stelsel.model import MODES, Kind, Stelsel
from shared.stelsel.routes import Answer, ConditionAnswer
from shared.vocabulary import ServiceRequestStatus


class Hand(StrEnum):
    """By whose hand a light request goes on: who asked, the party that was asked, or the clock."""

    ASKER = "asker"
    PARTY = "party"
    SYSTEM = "system"


_S: Final = ServiceRequestStatus
_PARTY: Final = frozenset({Hand.PARTY})
_BACK: Final = frozenset({Hand.ASKER, Hand.SYSTEM})

SERVICE_REQUEST: Final[
    Mapping[tuple[ServiceRequestStatus, ServiceRequestStatus], frozenset[Hand]]
] = MappingProxyType(
    {
        (_S.ASKED, _S.TAKEN_UP): _PARTY,
        (_S.ASKED, _S.DECLINED): _PARTY,
        (_S.ASKED, _S.WITHDRAWN): _BACK,
        (_S.TAKEN_UP, _S.TAKEN_UP): _PARTY,
        (_S.TAKEN_UP, _S.ANSWERED): _PARTY,
        (_S.TAKEN_UP, _S.DECLINED): _PARTY,
        (_S.TAKEN_UP, _S.WITHDRAWN): _BACK,
    }
)
"""A colleague of the same party can take over what somebody took up: nobody waits for the ill."""

OPEN: Final = (_S.ASKED, _S.TAKEN_UP)
"""The states in which somebody is still to do something, and one per support item."""

_SHORT: Final = 3
_NOBODY: Final = (
    "De hele partij leest deze vraag voordat iemand haar oppakt. Laat weg wat naar een persoon "
    "wijst: wie haar oppakt, hoort om wie het gaat. Er is niets gevraagd."
)

LIGHT: Final = frozenset({Kind.CALL_IN, Kind.MUNICIPAL_SERVICE})
"""The kinds that a party takes up, without attempts and without capacity."""


def hand_of(
    current: ServiceRequestStatus, to: ServiceRequestStatus, hands: Collection[Hand]
) -> Hand:
    """By which hand of the caller a light request goes there.

    Raises `ConflictError` when it cannot go there from here, or not by the caller.
    """
    able = SERVICE_REQUEST.get((current, to), frozenset()) & frozenset(hands)
    if able:
        return min(able)
    after = sorted(end.value for start, end in SERVICE_REQUEST if start is current)
    possible = ", ".join(after) or "niets meer"
    raise ConflictError(
        f"Deze vraag heeft nu de stand {current.value}; daarna kan: {possible}. "
        "Wie vroeg en wie gevraagd is, zetten elk hun eigen stap."
    )


def ensure_light(answer: Answer, stelsel: Stelsel) -> None:
    """A wrong door is carried over (OPN-10), and what is no light request names its own call.

    Raises `RuleViolationError` whose faults name the next calls.
    """
    ensure_right_door(answer, stelsel)
    if answer.kind not in LIGHT:
        detail = (
            "Dit is geen dienst van de gemeente en geen specialist die u inschakelt. Zo kan het "
            "wel verder."
        )
        raise RuleViolationError(detail, next_steps(answer, "/voorziening"))


def ensure_unblocked(blocked: Collection[ConditionAnswer]) -> None:
    """Nothing stands in the way; else `RuleViolationError` that names each condition."""
    if blocked:
        raise RuleViolationError(
            "Nog niet aan alle voorwaarden is voldaan.",
            [Fault("/facts", each.code, each.text) for each in blocked],
        )


def ensure_points_at_nobody(question: str, today: date) -> None:
    """The whole party reads the question before anybody takes it up: who it is about is not in it.

    Raises `InvalidRequestError` with one fault for each kind of data; never the text itself.
    """
    kinds = identifying(question, today)
    if kinds:
        raise InvalidRequestError(
            _NOBODY,
            [
                Fault("/question", kind, f"Hierin staat {WORDS[kind]}. Laat dat weg.")
                for kind in kinds
            ],
        )


def ensure_names_none(question: str, names: Collection[str]) -> None:
    """Nobody of those it is about is named in the question; `names` as they are written.

    A short name such as An is a common word too: it counts only as a name is written.
    """
    written = set(re.findall(r"[^\W\d_]+", question))
    folded = {fold_name(word) for word in written}
    words = [word for name in names for word in re.findall(r"[^\W\d_]+", name)]
    for word in words:
        if word[0].islower():
            continue  # a particle
        if word in written or (len(word) > _SHORT and fold_name(word) in folded):
            raise InvalidRequestError(_NOBODY, [Fault("/question", "name", _NOBODY)])


def party_of(answer: Answer) -> str:
    """The party that takes it up, by the stelsel (AMS-ROL-07, 35).

    Raises `RuleViolationError` where the stelsel names none.
    """
    named = [each for each in (answer.placed_by, answer.judged_by) if each not in MODES]
    if not named:
        detail = "De regels zeggen niet wie dit oppakt. Zo kan het wel verder."
        raise RuleViolationError(detail, next_steps(answer, "/voorziening"))
    return named[0]


def ensure_takes_part(taken_up_by: str | None, subject: str) -> None:
    """Who answers knows whom it is about: that is only who took it up; else `ConflictError`."""
    if taken_up_by is not None and taken_up_by != subject:
        raise ConflictError(
            "Een collega heeft deze vraag opgepakt. Neem haar eerst over (takings-up)."
        )


def ensure_period(valid_from: date | None, valid_until: date | None) -> None:
    """A result that ends does so on or after the day on which it begins."""
    if valid_until is None or (valid_from is not None and valid_until >= valid_from):
        return
    detail = "De laatste dag ligt op of na de eerste dag. Noem ze beide, in die orde."
    raise InvalidRequestError(detail, [Fault("/validUntil", "ends-before-begin", detail)])
