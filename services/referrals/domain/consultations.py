"""A consultation as a table, and the rules around it: who may ask whom, and what each step needs.

Ownership never moves: whoever asked decides what is done with the advice (design section 6).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.referrals.domain.codes import PROVIDER
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import ConsultationTarget, Stelsel
from shared.vocabulary import ConsultationForm, ConsultationLevel, ConsultationStatus


class Side(StrEnum):
    """Whose hand sets a state: who asked, who was asked, or the end of a consent."""

    ASKER = "asker"
    ADVISER = "adviser"
    SYSTEM = "system"


_S: Final = ConsultationStatus

OPEN: Final = (_S.ASKED, _S.TAKEN_UP, _S.INFORMATION_ASKED)
"""Asked, and no advice yet."""

ADVISED: Final = (_S.ADVISED, _S.FOLLOWED, _S.DEPARTED)
"""Advice was given, whatever was done with it."""

HIDDEN_FROM_PROVIDER: Final = (_S.DRAFT, _S.WITHDRAWN, _S.REDIRECTED)
"""The states in which a provider reads nothing about a person (design section 8)."""

FLOOR: Final = 5
"""So many plans had such advice in one month before anything of identified questions is told."""

CONSULTATION: Final[Mapping[tuple[ConsultationStatus, ConsultationStatus], frozenset[Side]]] = (
    MappingProxyType(
        {
            (_S.DRAFT, _S.ASKED): frozenset({Side.ASKER}),
            (_S.DRAFT, _S.WITHDRAWN): frozenset({Side.ASKER}),
            (_S.ASKED, _S.TAKEN_UP): frozenset({Side.ADVISER}),
            (_S.TAKEN_UP, _S.INFORMATION_ASKED): frozenset({Side.ADVISER}),
            (_S.INFORMATION_ASKED, _S.TAKEN_UP): frozenset({Side.ASKER}),
            (_S.TAKEN_UP, _S.ADVISED): frozenset({Side.ADVISER}),
            (_S.INFORMATION_ASKED, _S.ADVISED): frozenset({Side.ADVISER}),
            (_S.ADVISED, _S.FOLLOWED): frozenset({Side.ASKER}),
            (_S.ADVISED, _S.DEPARTED): frozenset({Side.ASKER}),
            (_S.ADVISED, _S.WITHDRAWN): frozenset({Side.ASKER}),
            **{(state, _S.WITHDRAWN): frozenset({Side.ASKER, Side.SYSTEM}) for state in OPEN},
            **{(state, _S.REDIRECTED): frozenset({Side.ASKER, Side.ADVISER}) for state in OPEN},
            **{
                (state, _S.BECAME_REFERRAL): frozenset({Side.ASKER})
                for state in (*OPEN, _S.ADVISED)
            },
        }
    )
)


def mover_of(current: ConsultationStatus, to: ConsultationStatus, sides: Collection[Side]) -> Side:
    """By which hand of the caller a consultation goes there.

    Raises `ConflictError` when it cannot go there from here, or not by the caller.
    """
    able = CONSULTATION.get((current, to), frozenset()) & frozenset(sides)
    if able:
        return min(able)
    after = sorted(
        end.value for (start, end), by in CONSULTATION.items() if start is current and by
    )
    possible = ", ".join(after) or "niets meer"
    raise ConflictError(
        f"Deze vraag om advies heeft nu de stand {current.value}; daarna kan: {possible}. "
        "Wie vroeg en wie advies geeft, zetten elk hun eigen stap."
    )


def nobody_speaks_for(party: str, stelsel: Stelsel) -> bool:
    """Whether no role speaks for a party: then whoever asked writes its advice down (OPN-21)."""
    return all(party not in rule.speaks_for for rule in stelsel.roles)


def ensure_level_whole(level: ConsultationLevel, given: Mapping[str, bool]) -> None:
    """An identified question names its plan and its ground; an anonymous one names neither.

    `given` says by JSON pointer which of plan, item and ground were sent. Raises
    `InvalidRequestError` with every fault.
    """
    if level is ConsultationLevel.ANONYMOUS:
        detail = "Een anonieme vraag noemt geen plan, onderdeel of grondslag. Laat dit veld weg."
        faults = [
            Fault(pointer, "not-when-anonymous", detail) for pointer, is_there in given.items()
            if is_there
        ]  # fmt: skip
    else:
        detail = "Een vraag over een persoon noemt het plan en de grondslag om te delen."
        faults = [
            Fault(pointer, "required-when-identified", detail)
            for pointer in ("/planId", "/basis")
            if not given[pointer]
        ]
    if faults:
        raise InvalidRequestError(detail, faults)


@dataclass(frozen=True, slots=True)
class Addressed:
    """To whom a question goes, and how."""

    level: ConsultationLevel
    form: ConsultationForm
    provider: bool


def ensure_target(target: ConsultationTarget, asked: Addressed) -> None:
    """This party answers in this way; a provider is named where providers advise, and only there.

    Raises `InvalidRequestError` with every fault.
    """
    faults = []
    if asked.level not in target.levels:
        known = ", ".join(target.levels)
        told = f"Deze partij beantwoordt alleen vragen op dit niveau: {known}."
        faults.append(Fault("/level", "level-not-answered", told))
    if asked.form is ConsultationForm.WALKING_ALONG and not target.walking_along:
        told = "Deze partij loopt niet mee. Vraag advies (advice), of kies een andere partij."
        faults.append(Fault("/form", "no-walking-along", told))
    if asked.provider != (target.code == PROVIDER):
        told = (
            "Zeg welke aanbieder u vraagt (toProviderId)."
            if target.code == PROVIDER
            else "Een aanbieder noemt u alleen als u een aanbieder vraagt. Laat dit veld weg."
        )
        faults.append(Fault("/toProviderId", "provider-where-asked", told))
    if faults:
        raise InvalidRequestError("Zo kan deze vraag niet bij deze partij.", faults)


def ensure_not_own_party(party: str, parties: Collection[str], *, recorded: bool) -> None:
    """Nobody asks their own party; advice it gave by telephone can be written down afterwards."""
    if party in parties and not recorded:
        detail = (
            "Dit is uw eigen partij. Leg advies dat u gaf vast met byTelephone, of vraag een "
            "andere partij."
        )
        raise RuleViolationError(detail, [Fault("/toParty", "own-party", detail)])


@dataclass(frozen=True, slots=True)
class Telephoned:
    """What is said of advice that was given by telephone."""

    draft: bool
    followed: bool | None
    motivated: bool


def ensure_telephone_whole(told: Telephoned) -> None:
    """What is over is no draft; departing is motivated, and a motivation is about an outcome."""
    faults = []
    if told.draft:
        detail = "Advies dat al gegeven is, is geen concept. Laat draft weg."
        faults.append(Fault("/draft", "not-by-telephone", detail))
    if told.followed is False and not told.motivated:
        faults.append(Fault("/byTelephone/motivation", "motivation-required", _MOTIVATE))
    if told.followed is None and told.motivated:
        detail = "Een motivering hoort bij een uitkomst. Zeg of u het advies volgt (followed)."
        faults.append(Fault("/byTelephone/motivation", "only-with-outcome", detail))
    if faults:
        raise InvalidRequestError("Dit advies per telefoon is nog niet compleet.", faults)


_MOTIVATE: Final = "U wijkt af van het advies. Schrijf op waarom."


def ensure_outcome_whole(outcome: ConsultationStatus, *, motivated: bool, referral: bool) -> None:
    """Departing is motivated; a referral is named where it became one, and only there."""
    faults = []
    if outcome is _S.DEPARTED and not motivated:
        faults.append(Fault("/motivation", "motivation-required", _MOTIVATE))
    if referral != (outcome is _S.BECAME_REFERRAL):
        detail = (
            "Noem de aanvraag die het geworden is (referralId)."
            if outcome is _S.BECAME_REFERRAL
            else "Een aanvraag noemt u alleen bij became_referral. Laat dit veld weg."
        )
        faults.append(Fault("/referralId", "referral-where-became", detail))
    if faults:
        raise InvalidRequestError("Deze uitkomst is nog niet compleet.", faults)


def ensure_walks(form: ConsultationForm, begin: date | None, end: date | None) -> None:
    """Days of walking along belong to that form, and end when or after they begin."""
    faults = []
    if form is not ConsultationForm.WALKING_ALONG and (begin is not None or end is not None):
        detail = "Er is om advies gevraagd, niet om meelopen. Laat deze dagen weg."
        faults.append(Fault("/walkingAlongFrom", "only-walking-along", detail))
    elif end is not None and (begin is None or end < begin):
        detail = "Meelopen begint op een dag, en eindigt niet eerder. Kijk de dagen na."
        faults.append(Fault("/walkingAlongUntil", "ends-before-begin", detail))
    if faults:
        raise InvalidRequestError("De dagen van het meelopen kloppen niet.", faults)


def ensure_elsewhere(*, same: bool) -> None:
    """A question is redirected to somebody else."""
    if same:
        detail = "De vraag ligt al bij deze partij. Kies een andere."
        raise InvalidRequestError(detail, [Fault("/toParty", "same-party", detail)])


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of one consent towards one provider; `holds`: given, and not taken back."""

    person: str
    holds: bool
    valid_until: date | None


def consent_until(persons: Collection[str], known: Collection[Given], today: date) -> date | None:
    """The last day on which a provider may hear of these persons by their consent, or None.

    There is no shortlist here that anybody agreed to: of each person a consent is on record, else
    `RuleViolationError`.
    """
    days: list[date | None] = []
    for person in persons:
        lasting = [
            each.valid_until
            for each in known
            if each.person == person
            and each.holds
            and (each.valid_until is None or each.valid_until >= today)
        ]
        if not lasting:
            detail = (
                "Er is geen toestemming vastgelegd om dit met deze aanbieder te delen. Leg haar "
                "vast bij het plan, of stel de vraag anoniem."
            )
            raise RuleViolationError(detail, [Fault("/basis", "consent-missing", detail)])
        days.append(None if None in lasting else max(day for day in lasting if day is not None))
    return min((day for day in days if day is not None), default=None)
