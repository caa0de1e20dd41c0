"""Dated routes, doors for everybody else, and conditions of which it is not known if they apply."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from shared.stelsel.load import load_pack, load_stelsel
from shared.stelsel.model import EVERY_DOOR, FactValue, Predicate, Stelsel
from shared.stelsel.routes import Answer, Outcome, check

SAMPLE: Final = load_pack(Path(__file__).parent / "samples" / "sample-2021.yaml")
LATER: Final = date(2022, 6, 1)


def ask(stelsel: Stelsel, entry: str, on: date = LATER, **facts: FactValue) -> Answer:
    return check(stelsel, voorziening="help", entry=entry, on=on, facts=facts)


def with_other_doors(stelsel: Stelsel) -> Stelsel:
    """The sample in which the door of the city is open to every other entry."""
    item = stelsel.voorzieningen[0]
    past, now = item.routes
    team, city = now.doors
    city = replace(city, entries=(EVERY_DOOR,), conditions=())
    now = replace(now, doors=(city, team), otherwise=None)
    return replace(stelsel, voorzieningen=(replace(item, routes=(past, now)),))


def with_condition_when(stelsel: Stelsel, when: Predicate) -> Stelsel:
    """The sample in which the plan is asked for only when a predicate holds."""
    item = stelsel.voorzieningen[0]
    past, now = item.routes
    team, city = now.doors
    team = replace(team, conditions=(replace(team.conditions[0], when=when),))
    now = replace(now, doors=(team, city))
    return replace(stelsel, voorzieningen=(replace(item, routes=(past, now)),))


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (date(2021, 1, 1), Outcome.NOT_DETERMINED),
        (date(2021, 12, 31), Outcome.NOT_DETERMINED),
        (date(2022, 1, 1), Outcome.OPEN),
        (date(2022, 12, 31), Outcome.OPEN),
    ],
)
def test_the_route_is_that_of_the_day(day: date, outcome: Outcome) -> None:
    assert ask(SAMPLE, "team", day, hasPlan=True).outcome is outcome


@pytest.mark.parametrize(
    ("entry", "leads"), [("team", "team"), ("city", "city"), ("vrij_toegankelijk", "city")]
)
def test_a_door_by_name_goes_before_the_door_for_everybody(entry: str, leads: str) -> None:
    assert ask(with_other_doors(SAMPLE), entry).led_by == leads


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({"specialist": True, "hasPlan": True}, [True]),
        ({"specialist": True, "hasPlan": False}, [False]),
        ({"specialist": True}, [None]),
        ({"specialist": False, "hasPlan": False}, []),
        ({"specialist": False}, []),
        ({"hasPlan": True}, [True]),
        ({"hasPlan": False}, [None]),
        ({}, [None]),
    ],
)
def test_a_condition_that_may_not_apply_is_not_known_to_be_unmet(
    facts: dict[str, FactValue], met: list[bool | None]
) -> None:
    stelsel = with_condition_when(SAMPLE, Predicate(fact="specialist"))

    answer = check(stelsel, voorziening="help", entry="team", on=LATER, facts=facts)

    assert [each.met for each in answer.conditions] == met


def test_a_note_is_told_only_when_it_is_known_to_hold() -> None:
    stelsel = load_stelsel("amsterdam-2021")

    def rules(**facts: FactValue) -> set[str]:
        answer = check(
            stelsel, voorziening="beschermd_wonen", entry="buurtteam", on=LATER, facts=facts
        )
        return {reason.rule for reason in answer.reasons}

    assert "AMS-INT-26" in rules(fromNeighbourhood=True, hasReasonableNetwork=True)
    assert "AMS-INT-26" not in rules(fromNeighbourhood=True)
    assert "AMS-INT-26" not in rules(fromNeighbourhood=True, hasReasonableNetwork=False)
