"""Every rule of the house is broken once in a copy, and its check goes red for that file."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.architecture import checks
from tests.architecture.checks import CHECKS, Check
from tests.architecture.trees import copy_tree, edited

_ROUTES: Final = "services/providers/routes.py"
_REGISTRY: Final = "services/providers/service/registry.py"
_HEAD: Final = '"""A module."""\n'


class Offence(NamedTuple):
    """One edit: text appended to a file, or one text of it replaced by another."""

    check: Check
    path: str
    old: str
    new: str
    named: str = ""


OFFENCES: Final = [
    Offence(
        checks.only_the_database_module_commits, _REGISTRY, "", "async def end(s): await s.commit()"
    ),
    Offence(checks.only_the_database_module_commits, _REGISTRY, "", "def end(s): s.begin_nested()"),
    Offence(checks.files_are_small, _REGISTRY, "", "\n" * 300),
    Offence(checks.files_are_small, "shared/schemas/persons.py", "", "\n" * 400),
    Offence(checks.functions_are_small, _REGISTRY, "", "def long():\n" + "    print()\n" * 40),
    Offence(
        checks.every_module_says_what_it_is, "shared/clock.py", '"""The only place', '0, """The'
    ),
    Offence(
        checks.services_have_the_same_modules,
        "services/providers/helpers.py",
        "",
        _HEAD,
        "providers",
    ),
    Offence(
        checks.services_have_their_tests,
        "services/providers/domain/unproved.py",
        "",
        _HEAD,
        "services.providers.domain.unproved",
    ),
    Offence(checks.routes_have_docstrings, _ROUTES, '"""Give a place back."""', "pass"),
    Offence(
        checks.bodies_are_judged_by_their_bytes, _ROUTES, "Body[ReleaseCreate]", "ReleaseCreate"
    ),
    Offence(
        checks.bodies_are_judged_by_their_bytes, _ROUTES, "Body[ReleaseCreate]", "dict[str, object]"
    ),
    Offence(checks.routes_are_guarded, _ROUTES, "route_class=GuardedRoute, ", ""),
    Offence(checks.no_role_names, _REGISTRY, "", 'WHO = "team_lead"'),
    Offence(checks.no_role_names, _REGISTRY, "", "def who(call): return Role.MUNICIPALITY in call"),
    Offence(checks.no_voorziening_codes, _REGISTRY, "", 'WHAT = "beschermd_wonen"'),
    Offence(
        checks.calls_form_the_agreed_graph,
        "services/providers/clients.py",
        "",
        "class PlansClient: ...",
        "providers -> plans is not agreed",
    ),
    Offence(
        checks.calls_form_the_agreed_graph,
        "services/plans/main.py",
        "",
        "x = kernel.peer(ServiceName.INTAKE, 1)",
        "a cycle through",
    ),
    Offence(checks.only_the_kernel_makes_peers, _REGISTRY, "", "x = PeerClient()"),
    Offence(checks.errors_live_in_one_module, _REGISTRY, "", "class MyError(ConflictError): ..."),
    Offence(checks.nothing_is_left_to_do, _REGISTRY, "", "# TO" + "DO: later"),
    Offence(checks.nothing_is_left_to_do, _REGISTRY, "", "def f():\n    raise NotImplementedError"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources."""
    return copy_tree(tmp_path_factory.mktemp("bites"))


def test_every_check_is_broken_at_least_once() -> None:
    assert {offence.check for offence in OFFENCES} == set(CHECKS)


@pytest.mark.parametrize(
    "offence",
    OFFENCES,
    ids=[f"{offence.check.__name__}-{index}" for index, offence in enumerate(OFFENCES)],
)
def test_a_broken_rule_is_seen(tree: Path, offence: Offence) -> None:
    path = tree / offence.path
    before = path.read_text("utf-8") if path.exists() else ""
    assert before.count(offence.old) == 1 or not offence.old
    after = before.replace(offence.old, offence.new) if offence.old else f"{before}\n{offence.new}"
    known = set(offence.check(tree))

    with edited(path, after):
        found = set(offence.check(tree)) - known

    assert any((offence.named or offence.path) in fault for fault in found), found
    assert set(offence.check(tree)) == known
