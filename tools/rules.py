"""Every rule of the catalogue and the tests that hold it, read from the syntax trees of the tests.

Nothing is imported: a test counts when it, its class or its module names the rule by
`pytest.mark.rule("…")`. Scenario files count by the ids in their `rules` column.
"""

import ast
import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.applications import DOCS, ROOT

OUTPUT: Final = DOCS / "rules.md"
CATALOGUE: Final = DOCS / "domain" / "requirements.md"
LEFT_OUT: Final = ROOT / "tools" / "rules_left_out.toml"
TESTS: Final = ROOT / "tests"
_ID: Final = r"(?:(?:AMS|A12|HLM|AMF)-[A-Z]{3}|DIS|OPN)-\d{2,3}"
_RULE: Final = re.compile(rf"^- \*\*({_ID})\*\* (?:`(\w+)·(\w+)` )?(.+?)(?: — |$)", re.MULTILINE)
_HEAD: Final = """# Rules and the tests that hold them

Generated from `docs/domain/requirements.md` and the `@pytest.mark.rule` of every test; change
them, then run `make docs`. `not yet` names the service that will hold the rule; why a rule is left
out on purpose stands in `tools/rules_left_out.toml`.

"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue."""

    id: str
    status: str
    service: str
    sentence: str


def catalogue() -> dict[str, Rule]:
    """Every rule, by its id, in the order of the catalogue."""
    text = CATALOGUE.read_text("utf-8")
    found = [
        Rule(id_, status or "open", service or "all", sentence)
        for id_, status, service, sentence in _RULE.findall(text)
    ]
    if len(found) != len({rule.id for rule in found}):
        raise ValueError("the catalogue has an id twice")
    return {rule.id: rule for rule in found}


def _marks(node: ast.AST) -> Iterator[str]:
    """Rule ids in the `pytest.mark.rule(…)` calls below a node."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.rule"):
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _of_module(path: Path) -> Iterator[tuple[str, str]]:
    """Rule id and test name of every mark in one test module."""
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                yield from ((rule, f"{name}::{node.name}") for rule in _marks(mark))
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    yield from ((rule, f"{name}::{node.name}") for rule in _marks(inner))
        else:
            # `pytestmark`, or a table of cases.
            yield from ((rule, name) for rule in _marks(node))


def _of_scenarios(path: Path) -> Iterator[tuple[str, str]]:
    name = path.relative_to(ROOT).as_posix()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for rule in (row.get("rules") or "").split(";"):
                if re.fullmatch(_ID, rule.strip()):
                    yield rule.strip(), name


def held() -> Mapping[str, list[str]]:
    """Rule id to the tests that name it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        for rule, test in _of_module(path):
            found[rule].add(test)
    for path in sorted(TESTS.rglob("scenarios/*.csv")):
        for rule, test in _of_scenarios(path):
            found[rule].add(test)
    return {rule: sorted(tests) for rule, tests in found.items()}


def left_out(rules: Mapping[str, Rule], tests: Mapping[str, list[str]]) -> Mapping[str, str]:
    """Why a rule is left out, by its id. Raises `ValueError` for one that is unknown or held."""
    reasons: dict[str, str] = tomllib.loads(LEFT_OUT.read_text("utf-8"))
    wrong = sorted(rule for rule in reasons if rule not in rules or rule in tests)
    if wrong:
        raise ValueError(f"left out, but not in the catalogue or held by a test: {wrong}")
    return reasons


def _where(rule: Rule, tests: Mapping[str, list[str]], reasons: Mapping[str, str]) -> str:
    if rule.id in reasons:
        return f"left out: {reasons[rule.id]}"
    found = "<br>".join(f"`{test}`" for test in tests.get(rule.id, []))
    return found or f"not yet ({rule.service})"


def render() -> str:
    """The whole document."""
    rules, tests = catalogue(), held()
    unknown = sorted(set(tests) - set(rules))
    if unknown:
        raise ValueError(f"tests name rules that are not in the catalogue: {unknown}")
    reasons = left_out(rules, tests)
    named = sum(rule in tests for rule in rules)
    firm = [rule.id for rule in rules.values() if rule.status == "firm"]
    out = len(reasons)
    later = len(rules) - named - out
    lines = [
        f"- rules: {len(rules)}; held by a test: {named}; left out: {out}; not yet: {later}",
        f"- firm rules: {len(firm)}; held by a test: {sum(rule in tests for rule in firm)}",
        "",
        "| rule | status | service | what it says | held by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in rules.values():
        sentence = rule.sentence.replace("|", "\\|").strip()
        lines.append(
            f"| {rule.id} | {rule.status} | {rule.service} | {sentence} "
            f"| {_where(rule, tests, reasons)} |"
        )
    return _HEAD + "\n".join(lines) + "\n"
