"""A pytest plugin: a test that names a rule which is not in the catalogue stops the run."""

import pytest

from tools.rules import catalogue


def unknown_rules(items: list[pytest.Item], known: frozenset[str]) -> list[str]:
    """Every mark that names nothing, with the test that carries it."""
    found = set()
    for item in items:
        for mark in item.iter_markers("rule"):
            if mark.kwargs or len(mark.args) < 1:
                found.add(f"{item.nodeid}: rule takes ids, nothing else")
            found |= {f"{item.nodeid}: {rule!r}" for rule in mark.args if rule not in known}
    return sorted(found)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Judge what was collected."""
    wrong = unknown_rules(items, frozenset(catalogue()))
    if wrong:
        raise pytest.UsageError("rules that docs/domain does not have:\n" + "\n".join(wrong))
