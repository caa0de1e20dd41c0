"""What is computed from windows, and what is told of it: from samples that nobody measured."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import text

from tests.tools.windows import result, sample, window
from tools.bench.figures import Times, percentile, ratio_of, times
from tools.bench.meter import US, Reading, used_between
from tools.bench.operations import OPERATIONS, chosen
from tools.bench.report import as_json, warnings
from tools.bench.statements import statements
from tools.bench.tables import show


@pytest.mark.parametrize(
    ("values", "part", "wanted"),
    [
        (range(1, 101), 0.5, 50),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 0.99, 99),
        (range(1, 4), 0.5, 2),
        (range(1, 4), 0.99, 3),
        ([7], 0.5, 7),
    ],
)
def test_a_percentile_is_a_value_that_was_seen(
    values: list[float], part: float, wanted: float
) -> None:
    assert percentile(list(values), part) == wanted


def test_times_are_milliseconds_in_whatever_order_they_were_seen() -> None:
    assert times([0.003, 0.001, 0.002]) == Times(2.0, 3.0, 3.0)


def test_a_ratio_is_of_what_one_request_costs_not_of_what_was_used() -> None:
    found = sample(window(requests=500, server=0.2), window(requests=4000, seconds=2.0, server=0.2))

    assert found.product.server_us == 400
    assert found.cpu_to_constant == 8


def test_against_the_statement_cpu_rate_and_tail_are_compared() -> None:
    product = window(requests=400, server=0.2, postgres=0.2, times=Times(2.0, 5.0, 8.0))
    floor = window(requests=800, server=0.1, postgres=0.3, times=Times(1.0, 1.5, 2.0))

    found = sample(product, statement=floor)

    assert found.cpu_to_statement == pytest.approx(4)
    assert found.both_to_statement == pytest.approx(2)
    assert found.rate_to_statement == pytest.approx(0.5)
    assert found.tail_to_statement == pytest.approx(2)


def test_each_repeat_is_divided_by_its_own_floor() -> None:
    """On a machine that became three times as slow in between, the ratio is the same."""
    quick, slow = window(server=0.1), window(server=0.3)
    samples = [sample(window(server=0.2), quick), sample(window(server=0.6), slow)]

    found = ratio_of(samples, "cpu_to_constant")

    assert found is not None
    assert (found.low, found.middle, found.high) == pytest.approx((2, 2, 2))


def test_what_was_not_measured_has_no_ratio() -> None:
    assert ratio_of([sample(window())], "cpu_to_statement") is None
    assert ratio_of([sample(window(), window(server=0.0))], "cpu_to_constant") is None
    assert ratio_of([], "cpu_to_constant") is None


def test_others_are_what_is_busy_and_not_ours() -> None:
    before = Reading(10.0, {"plans": 5.0, US: 1.0}, busy=100.0, cores=2)
    after = Reading(12.0, {"plans": 6.0, US: 1.5}, busy=102.5, cores=2)

    used = used_between(before, after)

    assert used.of("plans", "not there") == 1.0
    assert used.others == pytest.approx(0.25)  # one of four core-seconds


def test_a_busy_machine_and_a_slow_python_are_told_of() -> None:
    calm, busy = window(others=0.09), window(others=0.4)
    both = result(optimised=False, plan=[sample(calm, calm), sample(busy, calm)])

    assert warnings(result(plan=[sample(calm, calm)])) == []
    of_the_machine, of_python = warnings(both)
    assert "in 1 of 4 windows" in of_the_machine
    assert "at most 40%" in of_the_machine
    assert "Python" in of_python


def test_the_json_holds_every_window_and_what_is_needed_to_compare_two_runs() -> None:
    alone = sample(window(connections=1, requests=10), window(connections=1))
    together = sample(window(server=0.4), statement=window())

    told = json.loads(as_json(result(plan=[together, alone], contact=[together, alone])))

    assert told["format"] == 1
    assert told["versions"]["python"]
    assert told["machine"]["cores"] == 2
    assert [each["name"] for each in told["operations"]] == ["plan", "contact"]
    with_sixteen = told["operations"][0]["connections"]["16"]
    assert with_sixteen["ratios"]["cpu_to_statement"]["middle"] == pytest.approx(4)
    assert with_sixteen["samples"][0]["product"]["requests"] == 1000
    assert told["operations"][0]["connections"]["1"]["samples"][0]["product"]["requests"] == 10
    assert told["operations"][0]["goals"]["cpu_to_statement"] == 1.8


def test_the_table_shows_the_goal_beside_the_ratio_and_says_nothing_of_passing() -> None:
    samples = [
        sample(window(server=0.9), statement=window()),
        sample(window(connections=1), window(connections=1)),
    ]
    written = StringIO()

    show(Console(file=written), result(plan=samples, household=samples))

    shown = written.getvalue()
    assert "9 (9-9)" in shown
    assert "goal: at most 1.8" in shown
    assert "goal: at least 0.75" in shown
    assert not {"pass", "fail"} & set(shown.lower().split())


def test_the_floors_know_every_parameter_of_the_statements_and_no_other() -> None:
    found = statements("p", "amsterdam-2021", datetime(2022, 3, 1, tzinfo=UTC))

    assert set(found) == {"plan", "work-items", "attempts", "queue"}
    for each in found.values():
        assert set(text(each.sql).compile().params) == set(each.parameters)


def test_one_chooses_by_name() -> None:
    assert chosen([]) == OPERATIONS
    assert [each.name for each in chosen(["hidden", "plan"])] == ["plan", "hidden"]
    with pytest.raises(KeyError, match="nothing"):
        chosen(["plan", "nothing"])
