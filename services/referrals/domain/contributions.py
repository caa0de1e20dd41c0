"""The own contribution: told before anything is agreed, and nothing calculated (product item 3)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from shared.errors import Fault, InvalidRequestError, RuleViolationError
from shared.stelsel.model import ContributionKind

FREE: Final = ContributionKind.NONE.value
_TELL: Final = "Vertel de cliënt eerst wat dit kost, en noem de dag (contributionToldOn)."


def contribution_of(*checks: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What the person pays by the first of these frozen checks that there is; an older one may say
    nothing of it."""
    for check in checks:
        if check is not None:
            found: Mapping[str, Any] | None = check.get("contribution")
            return found
    return None


def costs(contribution: Mapping[str, Any] | None) -> bool:
    """Whether something is paid."""
    return contribution is not None and contribution["kind"] != FREE


def ensure_told(
    contribution: Mapping[str, Any] | None, told_on: date | None, *, waits: bool = False
) -> None:
    """The person knows what it costs before agreeing; in urgency that `waits`.

    Raises `RuleViolationError` with what to tell.
    """
    if contribution is None or not costs(contribution) or told_on is not None or waits:
        return
    detail = f"{_TELL} {contribution['text']}"
    raise RuleViolationError(detail, [Fault("/contributionToldOn", "contribution-told", detail)])


def ensure_told_since(told_on: date | None, first_contact_on: date, pointer: str) -> None:
    """Nobody is told what help costs before the first contact about it."""
    if told_on is not None and told_on < first_contact_on:
        detail = f"Deze dag ligt voor het eerste contact ({first_contact_on.isoformat()})."
        raise InvalidRequestError(detail, [Fault(pointer, "before-first-contact", detail)])


def ensure_told_first(told_on: date | None, agreed_on: date) -> None:
    """What it costs is told before somebody agrees, or on the same day."""
    if told_on is not None and told_on > agreed_on:
        detail = "Wat het kost, vertelt u voordat de cliënt akkoord gaat. Kijk beide dagen na."
        raise InvalidRequestError(detail, [Fault("/agreedOn", "agreed-before-told", detail)])
