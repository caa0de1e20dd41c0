"""The frame of a transfer: its life as a table, its phases, and what is told of how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from services.referrals.domain.anonymity import WORDS, identifying
from shared.calendar import LONG_AGO
from shared.errors import ConflictError, Fault, InvalidRequestError
from shared.vocabulary import TransferBatchStatus

_B: Final = TransferBatchStatus

TRANSFER_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contract_ends": "Het contract loopt af",
        "not_awarded": "De aanbieder kreeg geen nieuw contract",
        "phased_introduction": "De hulp gaat stap voor stap naar de nieuwe opzet",
        "provider_stops": "De aanbieder stopt",
        "other": "Een andere reden, die in de afspraken staat",
    }
)
"""Why help moves from one organisation to another."""

BATCH: Final[Mapping[TransferBatchStatus, frozenset[TransferBatchStatus]]] = MappingProxyType(
    {
        _B.OPEN: frozenset({_B.CLOSED, _B.WITHDRAWN}),
        _B.CLOSED: frozenset(),
        _B.WITHDRAWN: frozenset(),
    }
)

BASE: Final = 5
"""To what the numbers are rounded for who sees no persons (design 12)."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a batch; both days are part of it."""

    name: str
    starts_on: date
    ends_on: date


def ensure_batch_moves(current: TransferBatchStatus, to: TransferBatchStatus) -> None:
    """Raises `ConflictError` when a batch cannot go there from here."""
    if to not in BATCH[current]:
        raise ConflictError(f"Deze overdracht heeft nu de stand {current.value}; dat blijft zo.")


def ensure_batch_open(current: TransferBatchStatus) -> None:
    """Only an open batch takes people in; else `ConflictError`."""
    if current is not _B.OPEN:
        raise ConflictError(
            f"Deze overdracht heeft nu de stand {current.value}. Er komt niemand meer bij."
        )


def ensure_nobody_left(*, unfinished: bool) -> None:
    """A batch closes when everybody in it is somewhere; how many are not is not said."""
    if unfinished:
        raise ConflictError(
            "Nog niet iedereen is overgedragen. Sluit pas als bij niemand meer iets moet gebeuren."
        )


def ensure_phases(phases: Sequence[Phase], deadline: date, today: date) -> None:
    """The phases have names of their own and lie before the deadline, which is still to come.

    Raises `InvalidRequestError` that names each mistake.
    """
    faults = _mistakes(phases, deadline)
    if deadline < today:
        faults.append(Fault("/deadline", "in-past", "Deze dag is voorbij. Kies vandaag of later."))
    for number, phase in enumerate(phases):
        if abs(phase.starts_on - today) > LONG_AGO:
            faults.append(Fault(f"/phases/{number}/startsOn", "too-far", _TOO_FAR))
    if deadline - today > LONG_AGO:
        faults.append(Fault("/deadline", "too-far", _TOO_FAR))
    if faults:
        raise InvalidRequestError("De fasen en de laatste dag passen niet bij elkaar.", faults)


_TOO_FAR: Final = "Deze dag ligt meer dan tien jaar van vandaag. Kijk het jaar na."
_NAME_TWICE: Final = "Deze naam staat er al. Geef elke fase een eigen naam."
_ENDS_EARLY: Final = "De laatste dag ligt op of na de eerste dag."
_ENDS_LATE: Final = "Een fase eindigt op of voor de laatste dag van de overdracht (deadline)."


def _mistakes(phases: Sequence[Phase], deadline: date) -> list[Fault]:
    found: list[Fault] = []
    names: set[str] = set()
    for number, phase in enumerate(phases):
        if phase.name in names:
            found.append(Fault(f"/phases/{number}/name", "twice", _NAME_TWICE))
        if phase.ends_on < phase.starts_on:
            found.append(Fault(f"/phases/{number}/endsOn", "ends-before-begin", _ENDS_EARLY))
        if phase.ends_on > deadline:
            found.append(Fault(f"/phases/{number}/endsOn", "after-deadline", _ENDS_LATE))
        names.add(phase.name)
    return found


def ensure_about_nobody(texts: Mapping[str, str], today: date) -> None:
    """The frame is read by who may see no person: nothing in it, by JSON pointer, points at one.

    Raises `InvalidRequestError` with one fault for each kind in each text; never a text itself.
    """
    faults = [
        Fault(pointer, kind, f"In deze tekst staat {WORDS[kind]}. Laat dat weg.")
        for pointer, text in texts.items()
        for kind in identifying(text, today)
    ]
    if faults:
        raise InvalidRequestError(
            "De afspraken gaan over organisaties, maar in de tekst staat iets dat naar een persoon "
            "wijst. Er is niets bewaard.",
            faults,
        )


def rounded(count: int) -> int:
    """A number as it is told to who sees no persons."""
    return (count + BASE // 2) // BASE * BASE
