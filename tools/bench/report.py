"""What a run found, as JSON by which two runs can be compared, and what to beware of."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from tools.bench.figures import RATIOS, Sample, Window, middle, ratio_of, times_of
from tools.bench.operations import ALONE, OPERATIONS, Operation
from tools.bench.run import Result

FORMAT: Final = 1
BUSY: Final = 0.10
"""More of the machine than this, taken by others, and the figures say less."""

FIGURES: Final = ("rate", "server_us", "peers_us", "postgres_us", "later_us")
"""What is told of each window, in this order."""


def warnings(result: Result) -> list[str]:
    """What makes these figures say less than they seem to."""
    found = []
    shares = [window.others for window in _windows(result)]
    busy = [share for share in shares if share > BUSY]
    if busy:
        found.append(
            f"The machine was busy: in {len(busy)} of {len(shares)} windows other programs took "
            f"more than {BUSY:.0%} of it (at most {max(shares):.0%}). Trust ratios, not times."
        )
    if not result.machine["python_optimised"]:
        found.append("This Python was built without optimisation (PGO); others are faster.")
    return found


def as_json(result: Result) -> str:
    """The whole result, every window in it."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "versions": result.versions,
        "machine": {**result.machine, "others": _share(result)},
        "options": asdict(result.options),
        "warnings": warnings(result),
        "constant_bytes": result.constant_bytes,
        "start_seconds": result.starts,
        "resident_megabytes": result.memory,
        "operations": [_told(each, result.samples[each.name]) for each in measured(result)],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def measured(result: Result) -> list[Operation]:
    """The operations of this run, in the order of the list."""
    return [each for each in OPERATIONS if result.samples.get(each.name)]


def samples_with(samples: Sequence[Sample], connections: int) -> list[Sample]:
    """Those that were taken with so many connections."""
    return [each for each in samples if each.product.connections == connections]


def _told(operation: Operation, samples: Sequence[Sample]) -> dict[str, Any]:
    return {
        "name": operation.name,
        "service": operation.service,
        "goals": operation.goals,
        "connections": {
            str(count): _summary(samples_with(samples, count))
            for count in (ALONE, operation.together)
        },
    }


def _summary(samples: Sequence[Sample]) -> dict[str, Any]:
    products = [each.product for each in samples]
    found = {name: ratio_of(samples, name) for name in RATIOS}
    return {
        **{name: middle(products, name) for name in FIGURES},
        "milliseconds": asdict(times_of(products)),
        "ratios": {name: value and asdict(value) for name, value in found.items()},
        "samples": [asdict(each) for each in samples],
    }


def _windows(result: Result) -> Iterator[Window]:
    for samples in result.samples.values():
        for sample in samples:
            yield from filter(None, (sample.product, sample.constant, sample.statement))


def _share(result: Result) -> float:
    return round(middle(list(_windows(result)), "others"), 3)
