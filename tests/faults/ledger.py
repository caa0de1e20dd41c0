"""What was acknowledged: by it is judged whether a service told the truth."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

Table: TypeAlias = tuple[str, str]
"""A service and one of its tables."""


@dataclass
class Ledger:
    """The rows that somebody was told exist, by service and table.

    Every intent of a story is sent until it is acknowledged, so afterwards these rows are there and
    no others: one row more is an effect that came twice.
    """

    rows: dict[Table, list[str]] = field(default_factory=lambda: defaultdict(list))
    children: Counter[tuple[Table, str]] = field(default_factory=Counter)

    def acknowledge(self, service: str, table: str, *keys: str) -> None:
        """These rows were said to be there."""
        self.rows[service, table].extend(keys)

    def acknowledge_children(self, service: str, table: str, parent: str, number: int = 1) -> None:
        """Under this parent there are so many rows whose own keys nobody was told."""
        self.children[(service, table), parent] += number
