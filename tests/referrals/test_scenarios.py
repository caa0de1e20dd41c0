"""Runs the scenarios, written from the documents, against the pure access check.

An empty cell is not compared; `none` says that a list is empty or a redirect absent. Rules are
separated by `;`, because law articles contain spaces; each must be among the reasons given.
"""

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from shared.stelsel.load import available, load_stelsel
from shared.stelsel.model import WALK_IN
from shared.stelsel.routes import Answer, check

FOLDER: Final = Path(__file__).parent / "scenarios"
COLUMNS: Final = [
    *("voorziening", "entry", "on", "facts", "outcome", "led_by", "judged_by", "grant"),
    *("granted_by", "placed_by", "consult", "involve", "redirect_to", "conditions", "rules"),
]
RULE: Final = re.compile(r"(AMS|A12|HLM|AMF|DIS|OPN)-.+")
WORDS: Final = {True: "true", False: "false", None: "null"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def rules_in(row: dict[str, str]) -> list[str]:
    return [rule for rule in row["rules"].split(";") if rule]


def scenarios() -> list[object]:
    return [
        pytest.param(
            name,
            row,
            id=f"{name}:{line}:{row['voorziening']}:{row['entry']}",
            marks=[pytest.mark.rule(rule) for rule in rules_in(row) if RULE.fullmatch(rule)],
        )
        for name in sorted(file.stem for file in FOLDER.glob("*.csv"))
        for line, row in enumerate(rows_of(name), start=2)
    ]


def told(answer: Answer) -> dict[str, str]:
    """The answer in the words of a scenario."""
    return {
        "outcome": answer.outcome,
        "led_by": answer.led_by,
        "judged_by": answer.judged_by,
        "grant": answer.grant or "none",
        "granted_by": answer.granted_by,
        "placed_by": answer.placed_by,
        "consult": " ".join(f"{each.party}:{each.duty}" for each in answer.consult) or "none",
        "involve": " ".join(f"{each.party}:{each.duty}" for each in answer.involve) or "none",
        "redirect_to": answer.redirect_to or "none",
        "conditions": " ".join(f"{each.code}={WORDS[each.met]}" for each in answer.conditions)
        or "none",
    }


@pytest.mark.parametrize(("name", "row"), scenarios())
def test_the_route_is_what_the_documents_say(name: str, row: dict[str, str]) -> None:
    answer = check(
        load_stelsel(name),
        voorziening=row["voorziening"],
        entry=row["entry"],
        on=date.fromisoformat(row["on"]),
        facts=json.loads(row["facts"] or "{}"),
    )

    found = told(answer)
    assert {key: found[key] for key in found if row[key]} == {
        key: row[key] for key in found if row[key]
    }
    assert set(rules_in(row)) <= {reason.rule for reason in answer.reasons}


@pytest.mark.parametrize("name", available())
def test_every_voorziening_has_a_scenario_at_every_entry(name: str) -> None:
    stelsel = load_stelsel(name)
    entries = [*(party.code for party in stelsel.parties), WALK_IN]
    wanted = {(item.code, entry) for item in stelsel.voorzieningen for entry in entries}

    assert wanted == {(row["voorziening"], row["entry"]) for row in rows_of(name)}
