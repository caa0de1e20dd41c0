"""The life of a contact: one table of who comes after whom. There is no refusal (AMS-INT-02)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.errors import ConflictError
from shared.vocabulary import ContactAction, ContactStatus

TRANSITIONS: Final[Mapping[tuple[ContactStatus, ContactAction], ContactStatus]] = MappingProxyType(
    {
        (ContactStatus.RECEIVED, ContactAction.TAKE_UP): ContactStatus.TAKEN_UP,
        (ContactStatus.RECEIVED, ContactAction.REDIRECT): ContactStatus.REDIRECTED,
        (ContactStatus.RECEIVED, ContactAction.CONCLUDE): ContactStatus.CONCLUDED,
        (ContactStatus.RECEIVED, ContactAction.HAND_BACK): ContactStatus.RECEIVED,
        (ContactStatus.TAKEN_UP, ContactAction.TAKE_UP): ContactStatus.TAKEN_UP,
        (ContactStatus.TAKEN_UP, ContactAction.CLARIFY): ContactStatus.CLARIFYING,
        (ContactStatus.TAKEN_UP, ContactAction.REDIRECT): ContactStatus.REDIRECTED,
        (ContactStatus.TAKEN_UP, ContactAction.CONCLUDE): ContactStatus.CONCLUDED,
        (ContactStatus.TAKEN_UP, ContactAction.HAND_BACK): ContactStatus.RECEIVED,
        (ContactStatus.CLARIFYING, ContactAction.TAKE_UP): ContactStatus.CLARIFYING,
        (ContactStatus.CLARIFYING, ContactAction.CLARIFY): ContactStatus.CLARIFYING,
        (ContactStatus.CLARIFYING, ContactAction.REDIRECT): ContactStatus.REDIRECTED,
        (ContactStatus.CLARIFYING, ContactAction.CONCLUDE): ContactStatus.CONCLUDED,
        (ContactStatus.CLARIFYING, ContactAction.HAND_BACK): ContactStatus.CLARIFYING,
    }
)

OPEN: Final = frozenset({ContactStatus.RECEIVED, ContactStatus.TAKEN_UP, ContactStatus.CLARIFYING})
"""Where somebody still has to do something."""

_FIRST: Final = "Pak deze aanmelding eerst op. Daarna kan dit wel."
_CARRIED: Final = "Deze aanmelding is overgedragen. Wat nu nodig is, gebeurt bij de nieuwe deur."
_DONE: Final = "Deze aanmelding is afgerond. Komt er iets nieuws? Maak dan een nieuwe aanmelding."


def after(status: ContactStatus, action: ContactAction) -> ContactStatus:
    """The status after an action; `ConflictError` says what would be right instead."""
    found = TRANSITIONS.get((status, action))
    if found is None:
        raise ConflictError(_why_not(status))
    return found


def ensure_open(status: ContactStatus) -> None:
    """Raises `ConflictError` where nothing more is to be done with a contact."""
    if status not in OPEN:
        raise ConflictError(_why_not(status))


def _why_not(status: ContactStatus) -> str:
    if status is ContactStatus.REDIRECTED:
        return _CARRIED
    return _DONE if status is ContactStatus.CONCLUDED else _FIRST
