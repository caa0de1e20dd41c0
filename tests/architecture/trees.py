"""A copy of the sources that a test may break, one edit at a time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.vocabulary import ServiceName
from tests.architecture.checks import MODULES, ROOT

_LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.yaml.lock", "var", "node_modules")


def copy_tree(target: Path) -> Path:
    """The sources, with a stand-in for every module of a service that is not written yet."""
    for top in ("services", "shared", "deploy", "tools", "tests"):
        shutil.copytree(ROOT / top, target / top, ignore=_LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", target / "pyproject.toml")
    for service in ServiceName:
        folder = target / "services" / service
        for module in set(MODULES) - {"domain", "migrations"}:
            package = folder / module / "__init__.py"
            if not (folder / f"{module}.py").exists() and not package.exists():
                stand_in = package if package.parent.is_dir() else folder / f"{module}.py"
                stand_in.write_text(f'"""{module} of {service}."""\n')
    return target


@contextmanager
def edited(path: Path, text: str) -> Iterator[None]:
    """The file with this text instead of its own; as it was, or gone, afterwards."""
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def module_file(tree: Path, module: str) -> Path:
    """Where a dotted module is: a file, or the `__init__` of a package."""
    path = tree / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
