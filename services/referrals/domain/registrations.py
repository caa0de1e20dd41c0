"""Direct registration: where a provider may register its own client, and how that goes on."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from services.referrals.domain.judging import ensure_right_door, next_steps
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import ActionCode, ConditionKind, Stelsel
from shared.stelsel.routes import Answer, ConditionAnswer, action
from shared.vocabulary import DirectRegistrationStatus

_S: Final = DirectRegistrationStatus
_OLDEST: Final = 130

REGISTRATION: Final[Mapping[DirectRegistrationStatus, frozenset[DirectRegistrationStatus]]] = (
    MappingProxyType(
        {
            _S.REGISTERED: frozenset({_S.STARTED, _S.DECLINED}),
            _S.STARTED: frozenset({_S.STOPPED}),
            _S.STOPPED: frozenset(),
            _S.DECLINED: frozenset(),
        }
    )
)

OPEN: Final = (_S.REGISTERED, _S.STARTED)
"""The states in which the provider has the client, and one per client and contract."""


def ensure_registration_moves(
    current: DirectRegistrationStatus, to: DirectRegistrationStatus
) -> None:
    """Raises `ConflictError` when a registration cannot go there from here."""
    if to not in REGISTRATION[current]:
        possible = ", ".join(sorted(REGISTRATION[current])) or "niets meer"
        raise ConflictError(
            f"Deze aanmelding heeft nu de stand {current.value}; daarna kan alleen: {possible}."
        )


def ensure_direct(answer: Answer, stelsel: Stelsel) -> None:
    """The route has a direct track on this day (AMS-ACC-23, 28, 43); else `RuleViolationError`,
    whose faults say how the client's question is carried over: nobody is sent away."""
    if answer.direct:
        return
    ensure_right_door(answer, stelsel)
    detail = (
        "Hiervoor kan een aanbieder niemand rechtstreeks aanmelden. Breng de vraag als contact "
        "naar het buurtteam, met de eerste datum; niemand wordt afgewezen."
    )
    carried = action(ActionCode.CREATE_CONTACT)
    told = f"{carried.method} {carried.href}"
    fault = Fault("/voorziening", carried.action.value, told)
    raise RuleViolationError(detail, [fault, *next_steps(answer, "/voorziening")])


def ensure_weighed(answer: Answer, weighed: Collection[str]) -> None:
    """Every criterion of the direct track was weighed: for a stay, how far it relieves the carer
    (AMS-ACC-45). Raises `RuleViolationError` that names each one that was not."""
    missing = [
        each
        for each in answer.conditions
        if each.kind is ConditionKind.CRITERION and each.met is None and each.code not in weighed
    ]
    if missing:
        raise RuleViolationError(
            "Weeg eerst af of deze hulp past, en leg vast hoe (weighings).",
            [Fault("/weighings", each.code, each.text) for each in missing],
        )


def ensure_unblocked(blocked: Collection[ConditionAnswer]) -> None:
    """Nothing that is known stands in the way; else `RuleViolationError` that names each."""
    if blocked:
        raise RuleViolationError(
            "Nog niet aan alle voorwaarden is voldaan.",
            [Fault("/weighings", each.code, each.text) for each in blocked],
        )


def ensure_birth_date(born: date, today: date) -> None:
    """Somebody who is alive was born before today, and not longer ago than anybody lived."""
    if born > today or today.year - born.year > _OLDEST:
        detail = "Deze geboortedatum kan niet. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault("/person/birthDate", "impossible", detail)])


def ensure_stops_after_start(started_on: date | None, on: date) -> None:
    """Help does not stop before it began."""
    if started_on is not None and on < started_on:
        detail = "De hulp kan niet stoppen voor zij begon. Kies de dag van het begin of later."
        raise InvalidRequestError(detail, [Fault("/on", "before-start", detail)])
