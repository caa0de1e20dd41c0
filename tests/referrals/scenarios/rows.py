"""Reads the scenarios and says in which cells an answer differs from what the documents say.

An empty cell is not compared; `none` says that a list is empty or a redirect absent. Who judges
together stands with a plus (`buurtteam+client`). Rules are separated by `;`, because law articles
contain spaces; each must be among the reasons given.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shared.stelsel.model import FactValue, Stelsel, StelselError
from shared.stelsel.routes import Answer, check

FOLDER: Final = Path(__file__).parent
COLUMNS: Final = [
    *("voorziening", "entry", "on", "facts", "outcome", "led_by", "judged_by", "grant"),
    *("granted_by", "placed_by", "consult", "involve", "redirect_to", "conditions", "rules"),
]
WORDS: Final = {True: "true", False: "false", None: "null"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One line of a file: what is asked, and the cells that are compared."""

    line: int
    voorziening: str
    entry: str
    on: date
    facts: Mapping[str, FactValue]
    cells: Mapping[str, str]
    rules: tuple[str, ...]

    def ask(self, stelsel: Stelsel) -> Answer:
        """The answer of a stelsel to this question."""
        return check(
            stelsel,
            voorziening=self.voorziening,
            entry=self.entry,
            on=self.on,
            facts=self.facts,
        )

    def differs(self, answer: Answer) -> dict[str, str]:
        """The cells in which an answer is not what the documents say, with what was answered."""
        found = told(answer)
        wrong = {name: found[name] for name, cell in self.cells.items() if found[name] != cell}
        missing = set(self.rules) - {reason.rule for reason in answer.reasons}
        return wrong | ({"rules": " ".join(sorted(missing))} if missing else {})

    def is_red(self, stelsel: Stelsel) -> bool:
        """Whether this stelsel does not say what the documents say."""
        try:
            return bool(self.differs(self.ask(stelsel)))
        except StelselError:
            return True


def told(answer: Answer) -> dict[str, str]:
    """The answer in the words of a scenario."""
    conditions = [f"{each.code}={WORDS[each.met]}" for each in answer.conditions]
    return {
        "outcome": answer.outcome,
        "led_by": answer.led_by,
        "judged_by": "+".join([answer.judged_by, *answer.judged_with]),
        "grant": answer.grant or "none",
        "granted_by": answer.granted_by,
        "placed_by": answer.placed_by,
        "consult": " ".join(f"{each.party}:{each.duty}" for each in answer.consult) or "none",
        "involve": " ".join(f"{each.party}:{each.duty}" for each in answer.involve) or "none",
        "redirect_to": answer.redirect_to or "none",
        "conditions": " ".join(conditions) or "none",
    }


def files() -> list[str]:
    """The stelsels that have scenarios."""
    return sorted(file.stem for file in FOLDER.glob("*.csv"))


@cache
def scenarios(name: str) -> tuple[Scenario, ...]:
    """Every line of the file of a stelsel."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return tuple(_scenario(line, row) for line, row in enumerate(reader, start=2))


def _scenario(line: int, row: Mapping[str, str]) -> Scenario:
    compared = COLUMNS[COLUMNS.index("outcome") : COLUMNS.index("rules")]
    return Scenario(
        line=line,
        voorziening=row["voorziening"],
        entry=row["entry"],
        on=date.fromisoformat(row["on"]),
        facts=json.loads(row["facts"] or "{}"),
        cells={name: row[name] for name in compared if row[name]},
        rules=tuple(rule for rule in row["rules"].split(";") if rule),
    )
