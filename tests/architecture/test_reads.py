"""Every operation that shows personal data leads to an audit record; the others are named here."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.checks import ROOT
from tests.architecture.trees import copy_tree, edited
from tests.support.openapi import operations_of
from tools.applications import services

# Operations in which no record of a person is involved. Everything else writes an audit record.
IMPERSONAL: Final[dict[str, set[str]]] = {
    # The directory is about workers, in their work; the log is about the people they help.
    "intake": {
        *("list_teams", "read_team", "put_team", "list_workers", "read_worker", "put_worker"),
        *("read_duty", "read_duty_shift", "put_duty_shift", "list_duty_shifts"),
        "cancel_duty_shift",
    },
    # Opaque ids of plans and workers, for the projections of intake and referrals.
    "plans": {"list_circles"},
    # Routes and codes are public; a coordination says yes or no about a worker; earlier advice is
    # about nobody.
    "referrals": {
        *("check_access", "overview_access", "compare_access", "list_codes", "read_coordination"),
        "search_consultations",
    },
    "providers": {
        *("list_organisations", "read_organisation", "put_organisation", "read_location"),
        *("put_location", "read_contract", "put_contract", "read_capacity", "put_capacity"),
        *(
            "search_matches",
            "search_places",
            "create_reservation",
            "release_reservation",
            "return_place",
            "confirm_reservation",
        ),
        *("announce_capacity", "end_contract", "suspend_organisation", "resume_organisation"),
    },
}
_COMMON: Final = {"list_audit_records", "receive_event"}  # shared/web/common.py


def _calls(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield ast.unparse(inner.func).rsplit(".", maxsplit=1)[-1]


def _functions(root: Path, service: str, part: str) -> dict[str, set[str]]:
    """Function name to the names it calls, over a module or package of a service."""
    found: dict[str, set[str]] = defaultdict(set)
    folder = root / "services" / service
    for path in [*folder.glob(f"{part}.py"), *folder.glob(f"{part}/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[node.name] |= set(_calls(node))
    return found


def unrecorded(root: Path, service: str) -> set[str]:
    """Operations from which no chain of calls leads to `shared.audit.records.record`."""
    routes, inner = _functions(root, service, "routes"), _functions(root, service, "service")
    found = set()
    for operation, called in routes.items():
        todo, seen = set(called), set[str]()
        while todo:
            name = todo.pop()
            seen.add(name)
            todo |= inner.get(name, set()) - seen
        if "record" not in seen:
            found.add(operation)
    return found


@pytest.mark.parametrize("service", services())
def test_what_shows_a_person_is_recorded(service: str) -> None:
    operations = {operation.id for operation in operations_of(service)} - _COMMON
    missing = (unrecorded(ROOT, service) & operations) - IMPERSONAL[service]
    assert missing == set()
    assert operations >= IMPERSONAL[service]


def test_an_operation_that_forgets_its_record_is_seen(tmp_path: Path) -> None:
    tree = copy_tree(tmp_path)
    forgetful = 'async def read_secretly(service):\n    """x"""\n    return await service.peek()\n'
    path = tree / "services" / "plans" / "routes" / "secret.py"
    with edited(path, f'"""x."""\n{forgetful}'):
        assert "read_secretly" in unrecorded(tree, "plans")
