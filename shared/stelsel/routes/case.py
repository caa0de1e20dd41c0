"""One question put to a stelsel: what is asked, what is known, and which conditions apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.stelsel.model import (
    Condition,
    ConditionUse,
    FactValue,
    Predicate,
    Stelsel,
    Strictness,
    Unmet,
    Voorziening,
)
from shared.stelsel.routes.predicates import holds


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of which stelsel, with the facts that are known."""

    stelsel: Stelsel
    voorziening: Voorziening
    entry: str
    on: date
    facts: Mapping[str, FactValue]

    def holds(self, predicate: Predicate | None) -> bool | None:
        """Yes, no or unknown; what is not asked holds."""
        return True if predicate is None else holds(predicate, self.facts)

    @property
    def urgent(self) -> bool:
        """Whether it is known that this cannot wait (Wmo 2.3.3)."""
        return self.holds(self.stelsel.urgency.when) is True


@dataclass(frozen=True, slots=True)
class Weighed:
    """A condition that applies, with whether it is met; without `use` it follows an urgent step."""

    use: ConditionUse | None
    condition: Condition
    met: bool | None
    strictness: Strictness = Strictness.WARN

    @property
    def excludes(self) -> bool:
        """Whether a criterion is known to be unmet, and nothing can be done to meet it."""
        return self._unmet is Unmet.NOT_INDICATED

    @property
    def redirects(self) -> bool:
        """Whether it is known to be unmet, and so belongs at another door."""
        return self._unmet is Unmet.REDIRECT

    @property
    def _unmet(self) -> Unmet | None:
        return None if self.use is None or self.met is not False else self.use.unmet

    @property
    def blocks(self) -> bool:
        """Whether it stops the next step as long as it is unmet (OPN-10)."""
        return self.strictness is Strictness.BLOCK
