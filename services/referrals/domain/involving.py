"""Which other parties must be around a request, and who of them hears of it how (AMS-ROL-42)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from shared.calendar import next_working_day
from shared.errors import ConflictError, Fault, InvalidRequestError

MUST: Final = "must"


def to_tell(
    involve: Sequence[Mapping[str, Any]], told: Collection[str], reached: Collection[str]
) -> tuple[str, ...]:
    """The parties that must be involved, that nobody told yet, and for which nobody here speaks:
    somebody must call them. `reached` are those that see it in a list of their own."""
    return tuple(
        str(each["party"])
        for each in involve
        if each["duty"] == MUST and each["party"] not in told and each["party"] not in reached
    )


def tell_by(today: date, *, at_once: bool) -> date:
    """Until when: the same day where it cannot wait, else the next working day."""
    return today if at_once else next_working_day(today + timedelta(days=1))


def party_of(named: str | None, lying: Sequence[str]) -> str:
    """For which party somebody takes a request up: the one that was named, or the only one.

    Raises `InvalidRequestError` where the caller speaks for several that are involved.
    """
    if named in lying:
        return str(named)
    if named is None and len(lying) == 1:
        return lying[0]
    detail = f"Noem voor welke partij u dit oppakt: {', '.join(lying)}."
    raise InvalidRequestError(detail, [Fault("/party", "party-required", detail)])


def ensure_under_way(*, closed: bool) -> None:
    """What has ended asks nothing of a party any more; else `ConflictError`."""
    if closed:
        raise ConflictError("Deze aanvraag is beëindigd. U hoeft niets meer te doen.")
