"""Leading somebody without a plan, and what belongs to a decision of who owns access."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.codes import PROVIDER
from services.referrals.domain.judging import next_steps, party_label
from shared.errors import ConflictError, Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import MODES, Stelsel
from shared.stelsel.routes import Answer, ConditionAnswer

_HAS_PLAN: Final = "hasPlan"
_CLIENT_SUPPORT: Final = "Wmo 2.2.4"
"""The article by which independent client support is free; it finds the voorziening in the pack."""

_YEARS_AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Way:
    """Which fields a request names: those of a plan, and those of somebody without one."""

    on_plan: tuple[bool, ...]
    without: tuple[bool, ...]
    contact: bool


def ensure_one_way(way: Way) -> None:
    """On the plan, or without one: all fields of exactly one of both; else `InvalidRequestError`.

    A contact belongs to a request without a plan only.
    """
    plan, without = all(way.on_plan), all(way.without)
    mixed = (plan and (any(way.without) or way.contact)) or (without and any(way.on_plan))
    if plan == without or mixed:
        detail = (
            "Noem planId en supportItemId voor hulp uit het plan. Is er geen plan? Noem dan "
            "householdId, personId en need. Het is het een of het ander."
        )
        raise InvalidRequestError(detail, [Fault("", "plan-or-household", detail)])


def ensure_own_door(entry: str, parties: Collection[str], stelsel: Stelsel) -> None:
    """Without a plan somebody comes in at the caller's own door; else `RuleViolationError`."""
    if entry not in parties:
        door = party_label(stelsel, entry)
        detail = (
            f"Zonder plan vraagt u dit aan bij uw eigen ingang, niet bij {door}. "
            "Breng het contact over, met de eerste datum."
        )
        raise RuleViolationError(detail, [Fault("/entry", "not-your-door", detail)])


def ensure_needs_no_plan(
    answer: Answer, blocked: Collection[ConditionAnswer], stelsel: Stelsel
) -> None:
    """Where the door asks for a plan first, there must be one; else `RuleViolationError`."""
    wanted = {
        condition.code
        for condition in stelsel.conditions
        if condition.met_when is not None and condition.met_when.fact == _HAS_PLAN
    }
    if any(each.code in wanted for each in blocked):
        raise RuleViolationError(
            "Bij deze ingang is eerst een plan nodig. Maak het plan en vraag het daarna aan.",
            next_steps(answer, "/planId"),
        )


def ensure_team_hears(judge: str | None, stelsel: Stelsel, *, contact: bool, plan: bool) -> None:
    """Where the teams judge and there is no plan, the contact brings it to them.

    Raises `InvalidRequestError` without a contact: nobody of the team would see it.
    """
    if judge == stelsel.front_party and not contact and not plan:
        owner = party_label(stelsel, stelsel.front_party)
        detail = f"Hierover oordeelt {owner}. Noem het contact (contactId), dan komt het daar aan."
        raise InvalidRequestError(detail, [Fault("/contactId", "contact-required", detail)])


def placing_of(answer: Answer, stelsel: Stelsel, judge: str | None, *, plan: bool) -> str | None:
    """The party that finds the place; None: the team of the plan does, with the client.

    Where nobody says who and there is no plan: whoever decides, else whoever brought the question.
    """
    if answer.placed_by not in {*MODES, PROVIDER, stelsel.front_party}:
        return answer.placed_by
    if plan or judge == stelsel.front_party:
        return None
    return judge or answer.entry


def ensure_places(
    placing: str | None, parties: Collection[str], stelsel: Stelsel, *, around: bool
) -> None:
    """Only who places finds a provider (AMS-ACC-37); `around`: the caller works around the plan."""
    if (placing is None and around) or placing in parties:
        return
    owner = party_label(stelsel, placing or stelsel.front_party)
    raise RuleViolationError(f"De plek wordt gezocht door {owner}. U kunt dat niet zelf doen.")


def ensure_may_end(stelsel: Stelsel, *, on_plan: bool, around: bool) -> None:
    """What a team asked from the plan, the team ends; another party says no by its decision."""
    if on_plan and not around:
        owner = party_label(stelsel, stelsel.front_party)
        raise RuleViolationError(f"Deze aanvraag beëindigt {owner}, samen met de cliënt.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a judgement says of what happens next."""

    admitted: bool
    what_now: bool
    valid_until: date | None


def ensure_decision_whole(decision: Decision, judge: str, stelsel: Stelsel, today: date) -> None:
    """A decision of another party than the teams says what now, and until when a yes holds.

    Raises `InvalidRequestError` with every fault.
    """
    faults, until = [], decision.valid_until
    if judge != stelsel.front_party:
        if not decision.what_now:
            told = "Schrijf in gewone taal op wat er nu gebeurt."
            faults.append(Fault("/whatNow", "what-now", told))
        if decision.admitted and until is None:
            told = "Zeg tot en met welke dag dit besluit geldt."
            faults.append(Fault("/validUntil", "valid-until", told))
    if until is not None and not decision.admitted:
        told = "Een laatste dag hoort bij een ja. Laat dit veld weg."
        faults.append(Fault("/validUntil", "only-a-yes", told))
    elif until is not None and not today <= until <= _latest(today):
        told = f"Kies een dag vanaf vandaag, en hoogstens {_YEARS_AHEAD} jaar verder."
        faults.append(Fault("/validUntil", "outside-period", told))
    if faults:
        raise InvalidRequestError("Dit besluit is nog niet compleet.", faults)


def _latest(today: date) -> date:
    """The same day two years on; of 29 February the last of that month."""
    try:
        return today.replace(year=today.year + _YEARS_AHEAD)
    except ValueError:
        return today.replace(year=today.year + _YEARS_AHEAD, day=28)


def ensure_decision_holds(valid_until: date | None, today: date) -> None:
    """A place is offered while the decision holds; else `ConflictError`."""
    if is_over(valid_until, today):
        raise ConflictError(
            "De laatste dag van het besluit is voorbij. Vraag opnieuw een oordeel over de toegang."
        )


def is_over(valid_until: date | None, today: date) -> bool:
    """Whether the last day of a decision is behind us."""
    return valid_until is not None and valid_until < today


def how_to_ask(stelsel: Stelsel) -> str:
    """That a formal decision can always be asked, and who helps with that for free (AMS-ROL-36)."""
    helper = next(
        (
            each.label
            for each in stelsel.voorzieningen
            for row in each.routes
            for door in row.doors
            for cell in door.leads
            if _CLIENT_SUPPORT in cell.sources and cell.by in MODES
        ),
        "Onafhankelijke cliëntondersteuning",
    )
    return (
        "U kunt altijd om een formeel besluit vragen, ook als u het niet eens bent met dit "
        f"oordeel. {helper} helpt u daar gratis bij, en kan het voor u doen als u dat vraagt."
    )
