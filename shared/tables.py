"""Policy tables: a TOML file into typed, frozen values. A field nobody knows is an error."""

import tomllib
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter

STRICT: Final = ConfigDict(extra="forbid")
TableT = TypeVar("TableT")


def load_table(path: Path, kind: TypeAdapter[TableT]) -> TableT:
    """Read one policy file; a mistyped word raises and so stops the service."""
    return kind.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
