"""What can be wrong with a question about a stelsel; the services answer it with 400."""

from collections.abc import Iterable
from datetime import date


class StelselError(ValueError):
    """The question cannot be answered by this stelsel, through no fault of the person concerned."""


class UnknownCodeError(StelselError):
    """A code that this stelsel does not have. `what` names the list, `known` is the list."""

    def __init__(self, what: str, known: Iterable[str]) -> None:
        self.what = what
        self.known = tuple(sorted(known))
        super().__init__(f"unknown {what}; known are: {', '.join(self.known)}")


class FactValueError(StelselError):
    """A fact with a value of the wrong type: `fact` is its name, `expected` what it must be."""

    def __init__(self, fact: str, expected: str) -> None:
        self.fact = fact
        self.expected = expected
        super().__init__(f"fact {fact} must be {expected}")


class ImpossibleFactsError(StelselError):
    """Facts that cannot be true together: `facts` are their names, `reason` is Dutch B1 text."""

    def __init__(self, facts: Iterable[str], reason: str) -> None:
        self.facts = tuple(facts)
        self.reason = reason
        super().__init__(f"facts {', '.join(self.facts)} cannot be true together")


class OutsidePeriodError(StelselError):
    """A day on which this stelsel does not hold. Both days of the period are inclusive."""

    def __init__(self, valid_from: date, valid_until: date | None) -> None:
        self.valid_from = valid_from
        self.valid_until = valid_until
        end = "further notice" if valid_until is None else valid_until.isoformat()
        super().__init__(f"the stelsel holds from {valid_from.isoformat()} until {end}")
