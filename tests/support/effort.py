"""A pytest plugin: how hard the fault and history tests try, short in each run, long on request."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Effort:
    """The short form belongs to `make test`, the long one to `make assure`."""

    long_form: bool

    def of(self, short: int, long: int) -> int:
        """A number of rounds, clients or kills."""
        return long if self.long_form else short


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the option that `make assure` gives."""
    parser.addoption("--assure", action="store_true", help="the long form of the fault tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the long form only, counted as deselected."""
    if config.option.assure:
        return
    long_form = [item for item in items if item.get_closest_marker("assure")]
    if long_form:
        config.hook.pytest_deselected(items=long_form)
        items[:] = [item for item in items if item not in long_form]


@pytest.fixture(scope="session")
def effort(request: pytest.FixtureRequest) -> Effort:
    """How hard to try in this run."""
    return Effort(request.config.option.assure)
