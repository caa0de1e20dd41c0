"""Finding things in a stelsel: days, voorzieningen, doors, roles and the ladder."""

from datetime import date

from shared.stelsel.model import (
    EVERY_DOOR,
    FROM_QUESTION_TO_ANSWER,
    WALK_IN,
    Alternative,
    ConsultationTarget,
    ContributionCell,
    Door,
    LadderStep,
    LegalClock,
    OutsidePeriodError,
    RouteRow,
    Stelsel,
    UnknownCodeError,
    Voorziening,
)


def is_current(stelsel: Stelsel, on: date) -> bool:
    """Whether the stelsel holds on this day; its first and last day are inside."""
    return stelsel.valid_from <= on and (stelsel.valid_until is None or on <= stelsel.valid_until)


def resolve_day(stelsel: Stelsel, on: date | None, today: date) -> date:
    """The day to judge by: the day given, else today if inside the period, else the last valid day.

    Raises OutsidePeriodError for a day given outside the period.
    """
    if on is not None:
        ensure_inside(stelsel, on)
        return on
    if is_current(stelsel, today):
        return today
    return stelsel.valid_from if stelsel.valid_until is None else stelsel.valid_until


def ensure_inside(stelsel: Stelsel, on: date) -> None:
    """Raises OutsidePeriodError, which names the period, for a day on which it does not hold."""
    if not is_current(stelsel, on):
        raise OutsidePeriodError(stelsel.valid_from, stelsel.valid_until)


def find_voorziening(stelsel: Stelsel, code: str) -> Voorziening:
    """The voorziening of this code. Raises UnknownCodeError with the codes of this stelsel."""
    for voorziening in stelsel.voorzieningen:
        if voorziening.code == code:
            return voorziening
    raise UnknownCodeError("voorziening", (item.code for item in stelsel.voorzieningen))


def ensure_entry(stelsel: Stelsel, entry: str) -> None:
    """An entry is a party of the stelsel or walking in; else UnknownCodeError with the list."""
    known = (*(party.code for party in stelsel.parties), WALK_IN)
    if entry not in known:
        raise UnknownCodeError("entry", known)


def row_on(voorziening: Voorziening, on: date) -> RouteRow:
    """The route that holds on this day; the loader has refused gaps and overlaps."""
    return next(
        row
        for row in voorziening.routes
        if row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)
    )


def door_for(row: RouteRow, entry: str) -> Door | None:
    """The door for this entry: the one that names it, else the one for every other entry."""
    for wanted in (entry, EVERY_DOOR):
        for door in row.doors:
            if wanted in door.entries:
                return door
    return None


def alternatives(stelsel: Stelsel, voorziening: str, on: date) -> tuple[Alternative, ...]:
    """What else to think of, each with its grounds, on this day inside the period."""
    ensure_inside(stelsel, on)
    return row_on(find_voorziening(stelsel, voorziening), on).alternatives


def role_speaks_for(stelsel: Stelsel, role: str) -> tuple[str, ...]:
    """The parties a role speaks for; none for a role this stelsel does not mention."""
    return next((rule.speaks_for for rule in stelsel.roles if rule.role == role), ())


def consultation_target(stelsel: Stelsel, party: str, question: str) -> ConsultationTarget:
    """Who is asked for advice, and how; `question` is a kind of question that party answers.

    Raises UnknownCodeError: with the parties that may be asked, or with the questions of that one.
    """
    target = next((each for each in stelsel.consultation_targets if each.code == party), None)
    if target is None:
        raise UnknownCodeError("party", (each.code for each in stelsel.consultation_targets))
    if question not in target.questions:
        raise UnknownCodeError("question", target.questions)
    return target


def ladder_below(stelsel: Stelsel, step: str) -> tuple[LadderStep, ...]:
    """The lighter steps of the ladder, lightest first (AMS-INT-33, Wmo 2.3.5 lid 3).

    Raises UnknownCodeError with the steps of this stelsel.
    """
    at = next((rung.order for rung in stelsel.ladder if rung.code == step), None)
    if at is None:
        raise UnknownCodeError("ladder step", (rung.code for rung in stelsel.ladder))
    return tuple(sorted((r for r in stelsel.ladder if r.order < at), key=lambda rung: rung.order))


def contribution_on(stelsel: Stelsel, voorziening: str, on: date) -> ContributionCell | None:
    """What a person of whom nothing special is known pays for a voorziening on a day; nothing when
    nobody knows.

    `on` is brought inside the period of the stelsel. Raises `UnknownCodeError`.
    """
    day = max(stelsel.valid_from, min(on, stelsel.valid_until or on))
    cells = row_on(find_voorziening(stelsel, voorziening), day).contributions
    return cells[-1] if cells else None


def days_of(clock: LegalClock) -> int:
    """How long a legal clock runs, in days."""
    return (clock.weeks or 0) * 7 + (clock.days or 0)


def days_until_answered(stelsel: Stelsel) -> int:
    """How long the clocks that follow one another can need, in days: from the first contact by the
    investigation and the decision to the decision on an objection."""
    longest = dict.fromkeys(FROM_QUESTION_TO_ANSWER, 0)
    for clock in stelsel.legal_clocks:
        if clock.starts_at in longest:
            longest[clock.starts_at] = max(longest[clock.starts_at], days_of(clock))
    return sum(longest.values())


def clock_of(stelsel: Stelsel, starts_at: str) -> LegalClock:
    """The legal clock of a stelsel that begins at something."""
    return next(clock for clock in stelsel.legal_clocks if clock.starts_at == starts_at)
