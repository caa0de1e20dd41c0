"""What must still follow after acting at once: legal terms, what was put off, and the children."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Deferred:
    """A condition that may wait in urgency; `days` is how long, from the first contact."""

    code: str
    text: str
    days: int | None
    sources: tuple[str, ...]
    is_plan: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A legal term of this contact."""

    code: str
    text: str
    due_on: date
    met: bool
    source: str


@dataclass(frozen=True, slots=True)
class Children:
    """One of these parties must be involved where children are."""

    code: str
    text: str
    one_of: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a contact that cannot wait."""

    first_day: date
    terms: Sequence[Term]
    has_plan: bool
    child: bool | None
    involved: Collection[str]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is owed. `done` is None where this service cannot know it."""

    code: str
    text: str
    due_on: date | None
    done: bool | None
    parties: tuple[str, ...]
    sources: tuple[str, ...]


def owed(case: Case, deferred: Sequence[Deferred], children: Children) -> tuple[Due, ...]:
    """Everything owed, first what cannot wait, then by its last day; each code once.

    A legal term that runs counts with its own last day, also where the urgency names it too.
    """
    found = [
        Due(term.code, term.text, term.due_on, term.met, (), (term.source,)) for term in case.terms
    ]
    running = {term.code for term in case.terms}
    found += [_later(case, each) for each in deferred if each.code not in running]
    if case.child:
        told = bool(set(children.one_of) & set(case.involved))
        found.append(
            Due(
                children.code,
                children.text,
                case.first_day,
                told,
                children.one_of,
                children.sources,
            )
        )
    return tuple(sorted(found, key=lambda due: (due.due_on or case.first_day, due.code)))


def _later(case: Case, each: Deferred) -> Due:
    day = None if each.days is None else case.first_day + timedelta(days=each.days)
    done = case.has_plan if each.is_plan else None
    return Due(each.code, each.text, day, done, (), each.sources)
