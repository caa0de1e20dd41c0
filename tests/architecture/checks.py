"""House rules that import-linter and ruff cannot express: each takes a tree and returns faults.

They are functions over a folder, so that `test_bites` can break each rule in a copy and see red.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from shared.vocabulary import Role, ServiceName

ROOT: Final = Path(__file__).parents[2]
Check: TypeAlias = Callable[[Path], list[str]]

MAX_FILE_LINES: Final = 300
MAX_WIRE_LINES: Final = 400
MAX_FUNCTION_LINES: Final = 40
MODULES: Final = (
    *("main", "routes", "jobs", "dependencies", "service", "repository", "views", "clients"),
    *("models", "domain", "settings", "migrations"),
)
SYNCHRONOUS: Final = {("intake", "plans"), ("intake", "referrals"), ("referrals", "plans")} | {
    ("referrals", "providers")
}
_WRITES: Final = {"post", "put", "patch", "delete"}
_PLAIN_PARAMETERS: Final = re.compile(
    r"^(Body\[\w+\]|Caller|Service|Request|PageSize|Cursor|UUID|date|datetime|str|int|bool"
    r"|Annotated\[.*\]|[A-Z]\w+Id)( \| None)?$"
)
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def sources(root: Path, *tops: str) -> Iterator[tuple[str, ast.Module, str]]:
    """Name, tree and text of every module below these folders, migrations left out.

    `shared/db/foundation.py` is the first migration of all four services.
    """
    for top in tops or ("services", "shared"):
        for path in sorted((root / top).rglob("*.py")):
            if "migrations" not in path.parts and path.name != "foundation.py":
                text = path.read_text("utf-8")
                yield path.relative_to(root).as_posix(), _parsed(text), text


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _functions(tree: ast.AST) -> Iterator[_Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rsplit(".", maxsplit=1)[-1]


def only_the_database_module_commits(root: Path) -> list[str]:
    """A transaction is a visible block of a use case; nobody ends one by hand."""
    return [
        f"{name}: {word}()"
        for name, tree, _ in sources(root)
        if name not in {"shared/db/database.py", "shared/db/migrate.py"}
        for word in sorted({"commit", "rollback", "begin", "begin_nested"} & set(_called(tree)))
    ]


def files_are_small(root: Path) -> list[str]:
    """At most 300 lines; the wire is declarations only and may have 400."""
    found = []
    for name, _, text in sources(root, "services", "shared", "deploy", "tools"):
        limit = MAX_WIRE_LINES if name.startswith("shared/schemas/") else MAX_FILE_LINES
        if len(text.splitlines()) > limit:
            found.append(f"{name}: {len(text.splitlines())} lines, at most {limit}")
    return found


def functions_are_small(root: Path) -> list[str]:
    """Fewer than 40 lines."""
    return [
        f"{name}: {node.name} has {lines} lines"
        for name, tree, _ in sources(root, "services", "shared", "deploy", "tools")
        for node in _functions(tree)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]


def every_module_says_what_it_is(root: Path) -> list[str]:
    """A module begins with a docstring; an empty `__init__` says nothing."""
    return [
        name
        for name, tree, text in sources(root, "services", "shared", "deploy", "tools")
        if text.strip() and not ast.get_docstring(tree)
    ]


def services_have_the_same_modules(root: Path) -> list[str]:
    """Every service has exactly the modules of the list, as a file or as a package."""
    found = []
    for service in ServiceName:
        folder = root / "services" / service
        there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
        there |= {path.parent.name for path in folder.glob("*/__init__.py")}
        found += [f"{service}: no {name}" for name in sorted(set(MODULES) - there)]
        found += [f"{service}: {name} is not in the list" for name in sorted(there - set(MODULES))]
        if not (folder / "policy" / "permissions.toml").exists():
            found.append(f"{service}: no policy/permissions.toml")
    return found


def services_have_their_tests(root: Path) -> list[str]:
    """Every service has tests, a test of its races, and a test of each domain module."""
    found = []
    for service in ServiceName:
        texts = [p.read_text("utf-8") for p in sorted((root / "tests").rglob("test_*.py"))]
        everything = "\n".join(texts)
        if not list((root / "tests" / service).glob("test_*.py")):
            found.append(f"{service}: no tests/{service}/test_*.py")
        if not (root / "tests" / "concurrency" / f"test_{service}.py").exists():
            found.append(f"{service}: no tests/concurrency/test_{service}.py")
        for path in sorted((root / "services" / service / "domain").rglob("*.py")):
            package = f"services.{service}.domain"
            imported = (
                rf"^(from|import) {package}\.{path.stem}\b|^from {package} import .*{path.stem}"
            )
            if path.stem != "__init__" and not re.search(imported, everything, re.MULTILINE):
                found.append(f"{package}.{path.stem}: no test imports it")
    return found


def _routes(root: Path) -> Iterator[tuple[str, str, _Function]]:
    """File, method and function of every route of the services."""
    for name, tree, _ in sources(root, "services"):
        if "/routes" not in name:
            continue
        for node in _functions(tree):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                    yield name, decorator.func.attr, node


def routes_have_docstrings(root: Path) -> list[str]:
    """The docstring of a route is the OpenAPI text for the caller."""
    return [
        f"{name}: {node.name}" for name, _, node in _routes(root) if not ast.get_docstring(node)
    ]


def bodies_are_judged_by_their_bytes(root: Path) -> list[str]:
    """A route takes `Body[…]`: a bare schema would be judged leniently, by Python values."""
    found = []
    for name, _, node in _routes(root):
        named = _annotated(_parsed((root / name).read_text("utf-8")))
        for argument in (*node.args.args, *node.args.kwonlyargs):
            said = "nothing" if argument.annotation is None else ast.unparse(argument.annotation)
            if not _PLAIN_PARAMETERS.match(said) and said not in named:
                found.append(f"{name}: {node.name}({argument.arg}: {said})")
    return found


def _annotated(tree: ast.Module) -> set[str]:
    """Names that a module itself gives to an `Annotated[…]` of path or query."""
    return {
        ast.unparse(node.targets[0])
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Annotated[")
    }


def routes_are_guarded(root: Path) -> list[str]:
    """Every router that has routes of its own makes guarded routes."""
    owners = {name for name, _, _ in _routes(root)}
    return [
        f"{name}: {ast.unparse(node)}"
        for name, tree, _ in sources(root, "services")
        for node in ast.walk(tree)
        if name in owners
        and isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("APIRouter")
        and not any(ast.unparse(k) == "route_class=GuardedRoute" for k in node.keywords)
    ]


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in code, docstrings left out."""
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | _Function)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def no_role_names(root: Path) -> list[str]:
    """Who may do what is in permissions.toml; Python asks for a reach, never for a role."""
    names = {role.value for role in Role} - {"service"}
    found = [
        f"{name}:{line}: '{text}'"
        for name, tree, _ in sources(root)
        if not name.startswith(("shared/vocabulary/", "shared/stelsel/"))
        for line, text in _texts(tree)
        if text in names
    ]
    for name, tree, _ in sources(root):
        if name.startswith(("services/", "shared/web/", "shared/db/", "shared/audit/")):
            found += [
                f"{name}:{node.lineno}: Role.{node.attr}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Role"
            ]
    return found


def voorzieningen(root: Path) -> frozenset[str]:
    """Every voorziening code of every pack."""
    found: set[str] = set()
    for pack in sorted((root / "shared" / "stelsel" / "packs").glob("*.yaml")):
        told = yaml.safe_load(pack.read_text("utf-8"))["voorzieningen"]
        found |= {item["code"] if isinstance(item, dict) else str(item) for item in told}
    return frozenset(found)


def no_voorziening_codes(root: Path) -> list[str]:
    """Voorzieningen are checked strings of the loaded stelsel; nothing in Python names one."""
    codes = voorzieningen(root)
    return [
        f"{name}:{line}: '{text}'"
        for name, tree, _ in sources(root)
        for line, text in _texts(tree)
        if text in codes
    ]


def _asked(root: Path, service: str) -> set[str]:
    """The peers that a service asks: by the classes in its `clients.py` and by its `main.py`."""
    folder = root / "services" / service
    text = "".join(
        p.read_text("utf-8") for p in [*folder.glob("clients.py"), *folder.glob("clients/*.py")]
    )
    classes = {node.name for node in ast.walk(_parsed(text)) if isinstance(node, ast.ClassDef)}
    main = folder / "main.py"
    wired = re.findall(
        r"\.peer\(\s*ServiceName\.(\w+)", main.read_text("utf-8") if main.exists() else ""
    )
    asked = {name.removesuffix("Client").lower() for name in classes if name.endswith("Client")}
    strange = {name for name in asked if name not in set(ServiceName)}
    return (asked - strange) | {name.lower() for name in wired} | {f"?{n}" for n in strange}


def calls_form_the_agreed_graph(root: Path) -> list[str]:
    """Design 4: intake asks plans and referrals, referrals asks plans and providers; no cycle."""
    edges = {(service.value, peer) for service in ServiceName for peer in _asked(root, service)}
    found = [f"{a} -> {b} is not agreed" for a, b in sorted(edges - SYNCHRONOUS)]
    found += [f"{a} -> {b} is agreed and missing" for a, b in sorted(SYNCHRONOUS - edges)]
    while leaves := {b for _, b in edges} - {a for a, _ in edges}:
        edges = {(a, b) for a, b in edges if b not in leaves}
    return found + [f"a cycle through {sorted(edges)}" for _ in range(bool(edges))]


def only_the_kernel_makes_peers(root: Path) -> list[str]:
    """A peer client is made in one place, so the graph above is the whole graph."""
    return [
        name
        for name, tree, _ in sources(root)
        if name not in {"shared/web/kernel.py", "shared/http/peer.py"}
        and "PeerClient" in set(_called(tree))
    ]


def errors_live_in_one_module(root: Path) -> list[str]:
    """The table of problem codes is whole: no outcome is born outside shared/errors.py."""
    return [
        f"{name}: {node.name}"
        for name, tree, _ in sources(root)
        if name != "shared/errors.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            ast.unparse(base).endswith("Error") and ast.unparse(base) in _outcomes(root)
            for base in node.bases
        )
    ]


def _outcomes(root: Path) -> set[str]:
    tree = _parsed((root / "shared" / "errors.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def nothing_is_left_to_do(root: Path) -> list[str]:
    """No mark of unfinished work, no stub called done."""
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    return [
        f"{name}:{number}"
        for name, _, text in sources(root, "services", "shared", "deploy", "tools")
        for number, line in enumerate(text.splitlines(), start=1)
        if marks.search(line)
    ]


CHECKS: Final[tuple[Check, ...]] = (
    only_the_database_module_commits,
    files_are_small,
    functions_are_small,
    every_module_says_what_it_is,
    services_have_the_same_modules,
    services_have_their_tests,
    routes_have_docstrings,
    bodies_are_judged_by_their_bytes,
    routes_are_guarded,
    no_role_names,
    no_voorziening_codes,
    calls_form_the_agreed_graph,
    only_the_kernel_makes_peers,
    errors_live_in_one_module,
    nothing_is_left_to_do,
)
