"""Windows of a measurement that nobody took, valid by default."""

from dataclasses import replace
from typing import Any, Final

from tools.bench.figures import Sample, Times, Window
from tools.bench.measuring import Options
from tools.bench.run import Result

_PLAIN: Final = Window(
    connections=16,
    requests=1000,
    seconds=1.0,
    server=0.1,
    peers=0.0,
    postgres=0.2,
    later=0.0,
    others=0.0,
    times=Times(1.0, 2.0, 3.0),
)


def window(**changes: Any) -> Window:
    """A hundred microseconds of the server for each request, and two hundred of PostgreSQL."""
    return replace(_PLAIN, **changes)


def sample(product: Window, constant: Window | None = None, **floors: Window) -> Sample:
    """A window of the product; where no floor is given it is as good as its floor."""
    return Sample(product, constant or window(), floors.get("statement"))


def result(*, optimised: bool = True, **samples: list[Sample]) -> Result:
    """A run that found this."""
    return Result(
        options=Options(1.0, 1, 0),
        samples={name.replace("_", "-"): found for name, found in samples.items()},
        starts={"PostgreSQL, first start": 1.5},
        memory={"plans": 100.0},
        versions={"python": "3.11.0"},
        machine={"cores": 2, "python_optimised": optimised},
        constant_bytes=1000,
    )
