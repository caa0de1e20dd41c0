"""The access check and the code lists: public knowledge, nothing stored."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.codes import PLAN_AGREED, PLAN_AGREED_TEXT
from services.referrals.service.codes import codes_of
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import Fault, InvalidRequestError, UnknownCodeError
from shared.schemas.access import (
    AccessChange,
    AccessCheckAnswer,
    AccessCheckRequest,
    AccessComparison,
    AccessCondition,
    AccessOverview,
    AccessOverviewItem,
    AccessOverviewRequest,
    AccessReason,
)
from shared.schemas.codes import CodesRead
from shared.stelsel.model import (
    FACTS,
    FactValue,
    FactValueError,
    ImpossibleFactsError,
    OutsidePeriodError,
    Stelsel,
)
from shared.stelsel.model import UnknownCodeError as UnknownStelselCodeError
from shared.stelsel.routes import (
    Answer,
    Difference,
    check,
    compare,
    is_current,
    overview,
    resolve_day,
)

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

    async def overview(self, call: Call, request: AccessOverviewRequest) -> AccessOverview:
        """Everything there is for this situation, the lightest help first (AMS-INT-33)."""
        stelsel = self._stelsel(request.stelsel)
        today = local_date(call.now)
        with _told():
            on = resolve_day(stelsel, request.on, today)
            facts = request.facts.known()
            found = overview(stelsel, entry=request.entry, on=on, facts=facts)
        return AccessOverview(
            stelsel=stelsel.name,
            version=stelsel.version,
            entry=request.entry,
            on=on,
            current=is_current(stelsel, today),
            items=tuple(
                AccessOverviewItem(
                    ladder_step=each.ladder_step,
                    order=each.order,
                    label=each.label,
                    answer=as_answer(each.answer, stelsel, today),
                )
                for each in found
            ),
        )

    async def compare(self, call: Call, request: AccessCheckRequest) -> AccessComparison:
        """Which single fact would change the answer, and how (product: "what if")."""
        stelsel = self._stelsel(request.stelsel)
        today = local_date(call.now)
        with _told():
            answer, found = compare(
                stelsel,
                voorziening=request.voorziening,
                entry=request.entry,
                on=resolve_day(stelsel, request.on, today),
                facts=request.facts.known(),
            )
        return AccessComparison(
            answer=as_answer(answer, stelsel, today),
            changes=tuple(_change(each) for each in found),
        )

    async def codes(self) -> CodesRead:
        """Every code list of the stelsel of this deployment."""
        return codes_of(self.tools.stelsel)

    def _stelsel(self, name: str | None) -> Stelsel:
        if name is None:
            return self.tools.stelsel
        try:
            return self.tools.load(name)
        except UnknownStelselCodeError as exc:
            raise _unknown(exc) from exc


def judged(stelsel: Stelsel, asked: Asked, today: date) -> Answer:
    """The answer of the stelsel, its errors in the words of the wire."""
    with _told():
        return check(
            stelsel,
            voorziening=asked.voorziening,
            entry=asked.entry,
            on=resolve_day(stelsel, asked.on, today),
            facts=asked.facts,
        )


@contextmanager
def _told() -> Iterator[None]:
    """What a stelsel finds wrong with a question, in the words of the wire."""
    try:
        yield
    except UnknownStelselCodeError as exc:
        raise _unknown(exc) from exc
    except OutsidePeriodError as exc:
        until = "nu" if exc.valid_until is None else exc.valid_until.isoformat()
        detail = f"Dit stelsel geldt van {exc.valid_from.isoformat()} tot en met {until}."
        raise InvalidRequestError(detail, [Fault("/on", "outside-period", detail)]) from exc
    except ImpossibleFactsError as exc:
        faults = [Fault(f"/facts/{fact}", "impossible-together", exc.reason) for fact in exc.facts]
        raise InvalidRequestError(exc.reason, faults) from exc
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
        blocks=False,
        deferrable=True,
        due_by=None,
        text=PLAN_AGREED_TEXT,
    )
    return answer.model_copy(update={"conditions": (*answer.conditions, condition)})


def _unknown(exc: UnknownStelselCodeError) -> UnknownCodeError:
    pointer, what = _WORDS.get(exc.what, ("", "code"))
    return UnknownCodeError(pointer, what, exc.known)


def _change(found: Difference) -> AccessChange:
    wire = AccessCheckAnswer.model_fields
    return AccessChange(
        fact=found.fact,
        label=FACTS[found.fact].label,
        value=found.value,
        outcome=found.answer.outcome.value,
        changed=tuple(wire[name].alias or name for name in found.changed),
        conditions=found.conditions,
        reasons=tuple(AccessReason.model_validate(each) for each in found.reasons),
    )
