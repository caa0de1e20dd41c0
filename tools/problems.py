"""Every problem code an answer can carry: status, title, meaning. Read from the two tables."""

import re
from importlib import import_module
from inspect import getdoc
from typing import Final

from shared.errors import DomainError
from shared.web.problems import PLAIN, status_of
from tools.applications import DOCS, ROOT

OUTPUT: Final = DOCS / "problems.md"
_HEAD: Final = """# Problem codes

Generated from `shared/errors.py`, `shared/web/problems.py`, `shared/web/body.py` and
`shared/web/faults.py`; change those, then run `make docs`.

Every refusal is `application/problem+json` (RFC 9457): `type` is `urn:problem:<code>`, `status`,
`title` and `detail` are for the person who reads it, and `errors` names every fault at once: a JSON
pointer (or `query/…`, `path/…`, `header/…`), a code, and what would be right. Nothing that was sent
is repeated.
"""
_MODULES: Final = ("shared.errors",)
_MEANING: Final = re.compile(r"^[*+ ]+\s*(\w+Error)\s+\d{3}\s+(.+)$", re.MULTILINE)
_FAULT: Final = re.compile(r'(?:_refuse\(|Fault\([^,]+,)\s*"([a-z][a-z-]+)"')


def _kinds(base: type[DomainError]) -> list[type[DomainError]]:
    found = []
    for kind in base.__subclasses__():
        found += [kind, *_kinds(kind)]
    return found


def outcomes() -> list[type[DomainError]]:
    """Every business outcome of shared.errors; a service has none of its own."""
    for module in _MODULES:
        import_module(module)
    return [kind for kind in _kinds(DomainError) if kind.__module__ in _MODULES]


def meanings() -> dict[str, str]:
    """What each outcome means, by its class name, from the table in shared/errors.py."""
    return dict(_MEANING.findall(getdoc(import_module("shared.errors")) or ""))


def fault_codes() -> list[str]:
    """Codes of single faults that our own code gives."""
    files = [*sorted((ROOT / "shared").rglob("*.py")), *sorted((ROOT / "services").rglob("*.py"))]
    return sorted({code for file in files for code in _FAULT.findall(file.read_text("utf-8"))})


def render() -> str:
    """The whole document."""
    said = meanings()
    outcome_rows = [
        f"| `{kind.code}` | {status_of(kind.__new__(kind)).value} | {kind.title} "
        f"| {said[kind.__name__]} |"
        for kind in outcomes()
    ]
    plain_rows = [
        f"| `{code}` | {status} | {title} | {detail} |"
        for status, (code, title, detail) in sorted(PLAIN.items())
    ]
    codes = ", ".join(f"`{code}`" for code in fault_codes())
    return (
        f"{_HEAD}\n## Outcomes of the services\n\n| code | status | title | meaning |\n"
        "| --- | --- | --- | --- |\n" + "\n".join(outcome_rows) + "\n\n"
        "## What the web layer refuses by itself\n\n| code | status | title | detail |\n"
        "| --- | --- | --- | --- |\n" + "\n".join(plain_rows) + "\n\n"
        "## Codes of single faults\n\nBeside the error types of Pydantic (`missing`, "
        f"`extra_forbidden`, `uuid_parsing`, …): {codes}.\n"
    )
