"""The access check and the code lists: public knowledge, nothing stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.codes import (
    ENDING_CODES,
    PLAN_AGREED,
    PLAN_AGREED_TEXT,
    STOP_CODES,
)
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import Fault, InvalidRequestError, UnknownCodeError
from shared.schemas.access import AccessCheckAnswer, AccessCheckRequest, AccessCondition
from shared.schemas.referrals import CodeList, CodeRead, CodesRead
from shared.stelsel.model import FactValue, FactValueError, OutsidePeriodError, Stelsel
from shared.stelsel.model import UnknownCodeError as UnknownStelselCodeError
from shared.stelsel.routes import Answer, check, codes, is_current, resolve_day

_WORDS: Final = {
    "voorziening": ("/voorziening", "voorziening"),
    "entry": ("/entry", "ingang"),
    "stelsel": ("/stelsel", "naam van een stelsel"),
    "fact": ("/facts", "naam van een feit"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a stelsel. Without a day: today, or the last day on which it holds."""

    voorziening: str
    entry: str
    facts: Mapping[str, FactValue]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Use cases of whoever wants to know by which door."""

    tools: Tools

    async def check(self, call: Call, request: AccessCheckRequest) -> AccessCheckAnswer:
        """Which door, who judges, what first, and why (AMS-ACC-09..15, OPN-10)."""
        stelsel = self._stelsel(request.stelsel)
        today = local_date(call.now)
        asked = Asked(request.voorziening, request.entry, request.facts.known(), request.on)
        return as_answer(judged(stelsel, asked, today), stelsel, today)

    async def codes(self) -> CodesRead:
        """Every code list of the stelsel of this deployment."""
        stelsel = self.tools.stelsel
        lists = {
            name: tuple(CodeRead(code=entry.code, label=entry.label) for entry in entries)
            for name, entries in codes(stelsel).items()
        }
        agreed = CodeRead(code=PLAN_AGREED, label=PLAN_AGREED_TEXT)
        lists["conditions"] = (*lists["conditions"], agreed)
        lists["endingCodes"] = _listed(ENDING_CODES)
        lists["stopCodes"] = _listed(STOP_CODES)
        return CodesRead(
            stelsel=stelsel.name,
            version=stelsel.version,
            lists=tuple(CodeList(name=name, codes=found) for name, found in lists.items()),
        )

    def _stelsel(self, name: str | None) -> Stelsel:
        if name is None:
            return self.tools.stelsel
        try:
            return self.tools.load(name)
        except UnknownStelselCodeError as exc:
            raise _unknown(exc) from exc


def judged(stelsel: Stelsel, asked: Asked, today: date) -> Answer:
    """The answer of the stelsel, its errors in the words of the wire."""
    try:
        return check(
            stelsel,
            voorziening=asked.voorziening,
            entry=asked.entry,
            on=resolve_day(stelsel, asked.on, today),
            facts=asked.facts,
        )
    except UnknownStelselCodeError as exc:
        raise _unknown(exc) from exc
    except OutsidePeriodError as exc:
        until = "nu" if exc.valid_until is None else exc.valid_until.isoformat()
        detail = f"Dit stelsel geldt van {exc.valid_from.isoformat()} tot en met {until}."
        raise InvalidRequestError(detail, [Fault("/on", "outside-period", detail)]) from exc
    except FactValueError as exc:
        detail = "Dit feit heeft een waarde die niet past."
        raise InvalidRequestError(
            detail, [Fault(f"/facts/{exc.fact}", "wrong-value", detail)]
        ) from exc


def as_answer(answer: Answer, stelsel: Stelsel, today: date) -> AccessCheckAnswer:
    """The answer as it goes over the wire."""
    found = AccessCheckAnswer.model_validate(answer)
    return found.model_copy(update={"current": is_current(stelsel, today)})


def with_agreement(answer: AccessCheckAnswer, *, agreed: bool) -> AccessCheckAnswer:
    """Agreement to the plan is something to do, never a refusal: the plan runs (OPN-39)."""
    condition = AccessCondition(
        code=PLAN_AGREED,
        kind="todo",
        met=agreed,
        deferrable=True,
        due_by=None,
        text=PLAN_AGREED_TEXT,
    )
    return answer.model_copy(update={"conditions": (*answer.conditions, condition)})


def _unknown(exc: UnknownStelselCodeError) -> UnknownCodeError:
    pointer, what = _WORDS.get(exc.what, ("", "code"))
    return UnknownCodeError(pointer, what, exc.known)


def _listed(found: Mapping[str, str]) -> tuple[CodeRead, ...]:
    return tuple(CodeRead(code=code, label=label) for code, label in found.items())
