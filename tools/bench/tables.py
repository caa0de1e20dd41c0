"""The tables a person reads. A goal beside a ratio is information: nothing passes or fails."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from tools.bench.figures import RATIOS, Spread, Window, middle, ratio_of, times_of
from tools.bench.operations import ALONE, Operation
from tools.bench.report import FIGURES, measured, samples_with, warnings
from tools.bench.run import Result

_WIDTH: Final = 140
_NOTHING: Final = "-"
_PARTS: Final = ("p50", "p95", "p99")
_AT_LEAST: Final = "rate_to_statement"
"""The one ratio of which more is better."""


def show(console: Console, result: Result) -> None:
    """Everything, and last what to beware of."""
    console.width = max(console.width, _WIDTH)
    for title, table in (
        ("What a request costs, CPU in microseconds", _costs(result)),
        ("How many times as much as a floor: middle (lowest-highest repeat)", _ratios(result)),
        ("The floors themselves", _floors(result)),
        ("Milliseconds until the answer, with one connection and with many", _times(result)),
        ("Starting, and memory at the end", _starts(result)),
    ):
        console.print(f"\n[bold]{title}[/]")
        console.print(table)
    for sentence in warnings(result):
        console.print(f"[bold yellow]{sentence}[/]", soft_wrap=True)


def _costs(result: Result) -> Table:
    columns = ("connections", "req/s", "server", "its peers", "PostgreSQL", "afterwards")
    table = _table("operation", *columns)
    for operation in measured(result):
        samples = samples_with(result.samples[operation.name], operation.together)
        products = [each.product for each in samples]
        figures = [f"{middle(products, name):.0f}" for name in FIGURES]
        if not operation.keyed:
            figures[-1] = _NOTHING
        table.add_row(operation.name, str(operation.together), *figures)
    return table


def _ratios(result: Result) -> Table:
    columns = ("CPU / constant", "CPU / statement", "and PostgreSQL", "req/s", "p99/p50")
    table = _table("operation", *columns)
    for operation in measured(result):
        samples = samples_with(result.samples[operation.name], operation.together)
        cells = (_beside(ratio_of(samples, name), operation, name) for name in RATIOS)
        table.add_row(operation.name, *cells)
    return table


def _floors(result: Result) -> Table:
    table = _table("floor", "req/s", "server", "PostgreSQL", *_PARTS)
    for name, windows in _floor_windows(result).items():
        if windows:
            figures = (middle(windows, each) for each in ("rate", "server_us", "postgres_us"))
            table.add_row(name, *(f"{each:.0f}" for each in figures), *_milliseconds(windows))
    return table


def _floor_windows(result: Result) -> dict[str, list[Window]]:
    found: dict[str, list[Window]] = {}
    constant = found[f"constant of {result.constant_bytes} bytes"] = []
    for operation in measured(result):
        samples = samples_with(result.samples[operation.name], operation.together)
        constant += [each.constant for each in samples]
        found[f"statement of {operation.name}"] = [
            each.statement for each in samples if each.statement is not None
        ]
    return found


def _times(result: Result) -> Table:
    columns = (f"{part}, {count}" for count in ("one", "many") for part in _PARTS)
    table = _table("operation", *columns)
    for operation in measured(result):
        cells: list[str] = []
        for count in (ALONE, operation.together):
            samples = samples_with(result.samples[operation.name], count)
            cells += _milliseconds([each.product for each in samples])
        table.add_row(operation.name, *cells)
    return table


def _starts(result: Result) -> Table:
    table = _table("what", "")
    for name, seconds in result.starts.items():
        table.add_row(f"until ready: {name}", f"{seconds:.2f} s")
    for name, megabytes in result.memory.items():
        table.add_row(f"resident: {name}", f"{megabytes:.0f} MB")
    return table


def _table(first: str, *columns: str) -> Table:
    table = Table(first)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _milliseconds(windows: Sequence[Window]) -> Iterator[str]:
    found = times_of(windows)
    return (f"{each:.1f}" for each in (found.p50, found.p95, found.p99))


def _beside(value: Spread | None, operation: Operation, name: str) -> str:
    if value is None:
        return _NOTHING
    shown = f"{value.middle:.3g} ({value.low:.3g}-{value.high:.3g})"
    if name not in operation.goals:
        return shown
    sign = "at least" if name == _AT_LEAST else "at most"
    return f"{shown}\ngoal: {sign} {operation.goals[name]:g}"
