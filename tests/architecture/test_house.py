"""The rules of the house over the tree as it is; `test_bites` shows that each can go red."""

import pytest

from tests.architecture.checks import CHECKS, ROOT, Check, sources


def test_there_is_something_to_judge() -> None:
    assert len(list(sources(ROOT))) > 80


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_rules(check: Check) -> None:
    assert check(ROOT) == []
